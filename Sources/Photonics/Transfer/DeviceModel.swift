/// What a guide, with or without a strip on it, does to a dipole beside it: how fast it decays, and where its light goes.
///
/// Two ways to state a share of light are in use, and they differ by the factor by which the surroundings speed up the dipole.
/// A rate over the dipole's rate in free space is `DipoleRate`; a share of its own emission is that over `total`. Shares over
/// orientations are ratios of averages: what an ensemble of emitters of all orientations sends, in photons.
public struct DeviceModel: Sendable, Hashable {
  /// The dipole's total rate here.
  public var total: DipoleRate
  /// Its total rate at the same height above the bare substrate.
  public var substrate: DipoleRate
  /// Into all modes guided where it sits, both directions.
  public var guided: DipoleRate
  /// Into the guide's modes at one end of the strip, or in one direction along a guide without a strip.
  public var intoGuideOneEnd: DipoleRate
  /// Into the guide's modes at both ends.
  public var intoGuideBothEnds: DipoleRate

  /// A model from its rates.
  public init(
    total: DipoleRate, substrate: DipoleRate, guided: DipoleRate, intoGuideOneEnd: DipoleRate,
    intoGuideBothEnds: DipoleRate
  ) {
    self.total = total
    self.substrate = substrate
    self.guided = guided
    self.intoGuideOneEnd = intoGuideOneEnd
    self.intoGuideBothEnds = intoGuideBothEnds
  }

  /// The total rate over that on the bare substrate: the factor by which radiative rates rise.
  public var purcell: (x: Double, y: Double, z: Double, average: Double) { Self.ratio(total, substrate) }

  /// A rate as a share of the dipole's own emission.
  public func share(of rate: DipoleRate) -> (x: Double, y: Double, z: Double, average: Double) {
    Self.ratio(rate, total)
  }

  private static func ratio(_ a: DipoleRate, _ b: DipoleRate) -> (x: Double, y: Double, z: Double, average: Double) {
    (a.x / b.x, a.y / b.y, a.z / b.z, a.average / b.average)
  }
}
