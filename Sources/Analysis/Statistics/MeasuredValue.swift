/// A number with its standard uncertainty (one standard deviation).
public struct MeasuredValue: Codable, Sendable, Hashable {
  /// The best estimate, in whatever unit the quantity has.
  public var value: Double
  /// One standard deviation in the same unit, 0 or more; 0 for a value taken as exact.
  public var uncertainty: Double

  /// A value and its standard deviation, in one unit.
  public init(_ value: Double, _ uncertainty: Double) {
    self.value = value
    self.uncertainty = uncertainty
  }
}

/// An interval with the probability that it covers the true value.
public struct ConfidenceInterval: Codable, Sendable, Hashable {
  /// Lower end, in the unit of the quantity.
  public var low: Double
  /// Upper end, not below `low`.
  public var high: Double
  /// The probability of covering the true value, for example 0.6827 (``oneSigma``).
  public var confidence: Double

  /// An interval from `low` to `high` that covers the true value with probability `confidence`, 0 to 1.
  public init(low: Double, high: Double, confidence: Double) {
    self.low = low
    self.high = high
    self.confidence = confidence
  }
}
