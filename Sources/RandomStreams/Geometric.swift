/// The number of failures before the first success of independent trials, drawn in one go.
///
/// Law: P(n) = p (1 − p)ⁿ, n = 0, 1, … The draw is ⌊E / −log(1 − p)⌋ with E exponential of mean 1 (inversion:
/// Devroye, "Non-uniform random variate generation", 1986, section X.2).
@frozen
public struct GeometricLaw: Sendable {
  @usableFromInline let scale: Double

  /// The law for one probability of success.
  ///
  /// - Parameter success: the probability of success p, 0 ≤ p ≤ 1. With p = 0 the draw is `Int64.max`-like: never.
  public init(success: Double) {
    scale = success <= 0 ? .infinity : (success >= 1 ? 0 : -1 / PortableMath.logOnePlus(-success))
  }

  /// One draw; values above 2⁶² are returned as 2⁶².
  @inlinable @inline(__always)
  public func draw(_ ziggurat: borrowing Ziggurat, _ stream: inout RandomStream) -> Int64 {
    let x = ziggurat.exponential(&stream) * scale
    return x < 0x1p62 ? Int64(x) : Int64(1) &<< 62
  }

  /// One draw, or `limit` if it is that or above.
  ///
  /// - Precondition: `limit` is not negative and below 2⁵¹.
  @inlinable @inline(__always)
  public func draw(_ ziggurat: borrowing Ziggurat, _ stream: inout RandomStream, limit: Int64) -> Int64 {
    let x = ziggurat.exponential(&stream) * scale
    // Adding 1.5·2⁵² rounds to the nearest integer, which half a unit lower is the integer part. The comparison is false
    // for 0 times infinity.
    return x < Double(limit)
      ? Int64(bitPattern: (x - 0.5 + 0x1.8p52).bitPattern) &- 0x4338_0000_0000_0000 : limit
  }
}
