import Light

/// The numbers a key accepts, in the unit the reader asks for. Outside is refused, never clamped.
public struct Limits: Sendable, Hashable {
  struct Bound: Sendable, Hashable {
    let number: Double
    let included: Bool
  }

  let lower: Bound?
  let upper: Bound?

  /// Any finite number.
  public static let any = Self(lower: nil, upper: nil)
  /// Above zero.
  public static let positive = above(0)
  /// Zero and above.
  public static let notNegative = atLeast(0)

  /// Greater than `lower`, which is not included; no upper end.
  public static func above(_ lower: Double) -> Self { Self(lower: Bound(number: lower, included: false), upper: nil) }
  /// `lower` and greater; no upper end.
  public static func atLeast(_ lower: Double) -> Self { Self(lower: Bound(number: lower, included: true), upper: nil) }
  /// Less than `upper`, which is not included; no lower end.
  public static func below(_ upper: Double) -> Self { Self(lower: nil, upper: Bound(number: upper, included: false)) }
  /// `upper` and less; no lower end.
  public static func atMost(_ upper: Double) -> Self { Self(lower: nil, upper: Bound(number: upper, included: true)) }
  /// Both ends included.
  public static func between(_ range: ClosedRange<Double>) -> Self {
    atLeast(range.lowerBound).and(.atMost(range.upperBound))
  }

  /// Both at once: `.above(0).and(.atMost(1))`. A bound of `other` replaces the one of the same side.
  public func and(_ other: Limits) -> Self { Self(lower: other.lower ?? lower, upper: other.upper ?? upper) }

  /// Whether a number lies within; never for infinite numbers and NaN.
  public func contains(_ number: Double) -> Bool {
    if let lower, !(lower.included ? number >= lower.number : number > lower.number) { return false }
    if let upper, !(upper.included ? number <= upper.number : number < upper.number) { return false }
    return number.isFinite
  }

  /// The limits in a sentence: "above 0 ns", "between 0 and 1".
  func phrase(in unit: Quantity.Unit) -> String {
    let low = lower.map { Quantity($0.number, unit).description }
    let high = upper.map { Quantity($0.number, unit).description }
    if let low, let high, lower!.included, upper!.included { return "between \(low) and \(high)" }
    return [
      low.map { lower!.included ? "at least \($0)" : "above \($0)" },
      high.map { upper!.included ? "at most \($0)" : "below \($0)" },
    ].compactMap(\.self).joined(separator: " and ")
  }

  /// A number that lies within, for a reader that has already reported a fault and goes on.
  var placeholder: Double {
    switch (lower, upper) {
    case (nil, nil): 1
    case (let low?, nil): contains(1) ? 1 : low.included ? low.number : low.number + max(1, abs(low.number))
    case (nil, let high?): contains(1) ? 1 : high.included ? high.number : high.number - max(1, abs(high.number))
    case (let low?, let high?): low.number / 2 + high.number / 2
    }
  }
}
