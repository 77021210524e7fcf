extension PlanarDipole {
  /// A guided mode and how fast the dipole emits into it.
  public struct GuidedEmission: Sendable, Hashable {
    /// The mode.
    public let mode: PlanarMode
    /// In all directions of the plane, over the free-space rate.
    public let rate: RateOverFreeSpace
  }

  /// The emission into every guided mode, by falling effective index (`PlanarMode` has the formulas).
  public var guidedEmission: [GuidedEmission] {
    stack.modes(wavelengthNanometers).map {
      GuidedEmission(mode: $0, rate: $0.excitationRate(atNanometers: distanceNanometers))
    }
  }
}
