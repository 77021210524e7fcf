extension Figure {
  /// What an axis shows and how.
  public struct Axis: Sendable, Hashable {
    /// The quantity: "delay".
    public var label: String
    /// Its unit: "ns"; empty for a pure number.
    public var unit: String
    /// Linear or logarithmic.
    public var scale: Scale
    /// The interval shown; nil lets the data choose.
    public var range: ClosedRange<Double>?

    /// How values are laid out along the axis.
    public enum Scale: Sendable {
      /// `linear`: equal differences take equal lengths. `log`: equal ratios do.
      case linear, log
    }

    /// An axis.
    public init(_ label: String, unit: String = "", scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
      self.label = label
      self.unit = unit
      self.scale = scale
      self.range = range
    }

    /// "delay (ns)".
    var text: String { unit.isEmpty ? label : label.isEmpty ? unit : "\(label) (\(unit))" }
  }
}
