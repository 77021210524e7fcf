/// A rate of emission over the rate of the same dipole in vacuum: Γ/Γ₀, the Purcell factor if it is the total rate.
///
/// Such rates add up, and exceed 1 where the surroundings help. They are *not* shares of what the emitter gives: divide by
/// its total rate for that (`share(of:)`).
public struct RateOverFreeSpace: Sendable, Hashable {
  /// For a dipole perpendicular to the layers.
  public var perpendicular: Double
  /// For a dipole parallel to the layers, in any direction within them.
  public var parallel: Double

  /// A rate for each of the two orientations.
  public init(perpendicular: Double, parallel: Double) {
    self.perpendicular = perpendicular
    self.parallel = parallel
  }

  /// Averaged over all orientations: (perpendicular + 2 parallel) / 3.
  public var averaged: Double { (perpendicular + 2 * parallel) / 3 }

  /// For a dipole at an angle to the normal of the layers: cos²θ perpendicular + sin²θ parallel.
  ///
  /// - Parameter cosine: cosine of the angle between dipole and normal, −1 to 1.
  public func tilted(cosine: Double) -> Double {
    parallel + cosine * cosine * (perpendicular - parallel)
  }

  /// Part of the emitter's own total rate.
  public func share(of total: RateOverFreeSpace) -> ShareOfOwnRate {
    ShareOfOwnRate(
      perpendicular: perpendicular / total.perpendicular, parallel: parallel / total.parallel,
      averaged: averaged / total.averaged)
  }

  /// Two channels together.
  public static func + (a: RateOverFreeSpace, b: RateOverFreeSpace) -> RateOverFreeSpace {
    RateOverFreeSpace(perpendicular: a.perpendicular + b.perpendicular, parallel: a.parallel + b.parallel)
  }

  /// What remains beside a channel.
  public static func - (a: RateOverFreeSpace, b: RateOverFreeSpace) -> RateOverFreeSpace {
    RateOverFreeSpace(perpendicular: a.perpendicular - b.perpendicular, parallel: a.parallel - b.parallel)
  }

  static func * (factor: Double, rate: RateOverFreeSpace) -> RateOverFreeSpace {
    RateOverFreeSpace(perpendicular: factor * rate.perpendicular, parallel: factor * rate.parallel)
  }

  static let zero = RateOverFreeSpace(perpendicular: 0, parallel: 0)
}
