import Glibc

/// How a detector's rate of dark counts changes from the start of the recording on, for example while it cools.
public struct DarkCountDrift: Sendable, Hashable {
  /// The form of the change.
  public enum Law: String, Sendable, CaseIterable {
    /// Evenly, until the final rate is reached.
    case linear
    /// As 1 − e^(−t/τ).
    case settling
  }
  /// The form.
  public var law: Law
  /// The rate that is reached in the end, in Hz.
  public var finalRateHz: Double
  /// How long it takes (linear), or the time constant τ (settling), in seconds.
  public var seconds: Double

  /// A drift to a final rate, in Hz, within a time in seconds.
  public init(law: Law, finalRateHz: Double, seconds: Double) {
    self.law = law
    self.finalRateHz = finalRateHz
    self.seconds = seconds
  }

  /// The mean rate from the start to a time in seconds, if the rate is `initial` at the start; in Hz.
  public func meanRateHz(initial: Double, seconds duration: Double) -> Double {
    let x = duration / seconds
    // The mean share of the way that is still to go.
    let left =
      switch law {
      case .linear: x < 1 ? 1 - x / 2 : 1 / (2 * x)
      case .settling: -expm1(-x) / x
      }
    return finalRateHz + (initial - finalRateHz) * left
  }
}
