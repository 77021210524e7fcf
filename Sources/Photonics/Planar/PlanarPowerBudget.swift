/// Where the power of a dipole above a planar stack goes; all rates are over the free-space rate.
public struct PlanarPowerBudget: Sendable, Hashable {
  /// Everything, from the contour integral.
  public let total: RateOverFreeSpace
  /// Radiated into the upper half space.
  public let up: RateOverFreeSpace
  /// Radiated into the lower half space, with what leaks beyond the critical angle.
  public let down: RateOverFreeSpace
  /// Into all guided modes together.
  public let guided: RateOverFreeSpace

  /// What the three channels miss of the total: rounding, or a leaky resonance too narrow for the integral downwards.
  public var unaccounted: RateOverFreeSpace { total - up - down - guided }
}

extension PlanarDipole {
  /// Total, up, down and guided, each by its own calculation.
  public var powerBudget: PlanarPowerBudget {
    PlanarPowerBudget(
      total: totalRate(), up: rateRadiatedUp, down: rateRadiatedDown,
      guided: guidedEmission.reduce(.zero) { $0 + $1.rate })
  }
}
