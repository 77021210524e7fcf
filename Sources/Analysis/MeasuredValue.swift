/// A number with its standard uncertainty (one standard deviation).
public struct MeasuredValue: Codable, Sendable, Hashable {
  public var value: Double
  public var uncertainty: Double

  public init(_ value: Double, _ uncertainty: Double) {
    self.value = value
    self.uncertainty = uncertainty
  }
}

/// An interval with the probability that it covers the true value.
public struct ConfidenceInterval: Codable, Sendable, Hashable {
  public var low: Double
  public var high: Double
  public var confidence: Double

  public init(low: Double, high: Double, confidence: Double) {
    self.low = low
    self.high = high
    self.confidence = confidence
  }
}
