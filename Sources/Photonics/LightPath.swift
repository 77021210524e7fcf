public import Light

/// What stands between the emitter and the detectors.
public struct LightPath: Sendable, Hashable {
  /// A loss on the way, for example a fibre's propagation or a splice.
  public struct Element: Sendable, Hashable {
    /// What the loss is, for example "fibre splice".
    public var name: String
    /// The share of photons that passes, 0 to 1.
    public var transmission: Double

    /// An element that passes this share of the photons, 0 to 1; from dB by `Quantity.transmission(ofDecibels:)`.
    public init(name: String, transmission: Double) {
      self.name = name
      self.transmission = transmission
    }
  }
  /// The share of the emitter's photons that enters the path: into the objective, or into the guided mode.
  public var coupling: Double
  /// From there to the filter, in order.
  public var elements: [Element]
  /// The filter before the beamsplitter; `nil` for none.
  public var filter: SpectralFilter?
  /// The share of light that each detector's arm receives at the beamsplitter; sums to 1 or less.
  public var splitting: [Double]

  /// A path from its parts, unchecked: `coupling` is 0 to 1, `splitting` has one share per detector.
  public init(coupling: Double, elements: [Element], filter: SpectralFilter?, splitting: [Double]) {
    self.coupling = coupling
    self.elements = elements
    self.filter = filter
    self.splitting = splitting
  }

  /// The share of the emitter's photons that reaches the filter.
  public var transmissionToFilter: Double {
    elements.reduce(coupling) { $0 * $1.transmission }
  }
}
