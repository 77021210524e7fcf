extension Figure {
  /// A line or shade that explains the data, with a word beside it.
  public struct Mark: Sendable, Hashable {
    enum Place: Sendable, Hashable {
      case vertical(Double)
      case horizontal(Double)
      case range(ClosedRange<Double>)
    }

    let place: Place
    /// The words beside the mark; empty for none.
    public var text: String
    /// The colour.
    public var color: Color

    /// A vertical line at an x value.
    public static func vertical(at x: Double, text: String = "", color: Color = .grey) -> Mark {
      Mark(place: .vertical(x), text: text, color: color)
    }

    /// A horizontal line at a y value.
    public static func horizontal(at y: Double, text: String = "", color: Color = .grey) -> Mark {
      Mark(place: .horizontal(y), text: text, color: color)
    }

    /// A shade over the full height between two x values: a filter's passband, a time gate.
    public static func range(_ x: ClosedRange<Double>, text: String = "", color: Color = .grey) -> Mark {
      Mark(place: .range(x), text: text, color: color)
    }
  }
}
