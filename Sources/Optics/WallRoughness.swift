/// How a strip's side walls deviate from straight: an exponential autocorrelation σ² exp(−|z|/Lc), the same over the height
/// of a wall and independent between the two.
public struct WallRoughness: Sendable, Hashable, Codable {
  /// The standard deviation σ, in nanometres.
  public var deviationNanometers: Double
  /// The correlation length Lc along the guide, in nanometres.
  public var correlationLengthNanometers: Double

  /// Roughness from its standard deviation and correlation length (nanometres).
  public init(deviationNanometers: Double, correlationLengthNanometers: Double) {
    self.deviationNanometers = deviationNanometers
    self.correlationLengthNanometers = correlationLengthNanometers
  }

  /// Whether first order is enough: the deviation is below 0.2 of the light's reduced wavelength in the strip, λ/2πn, so that
  /// the field at a displaced wall is still that at the straight one, to some tens of percent of the loss.
  public func isFirstOrder(stripIndex: Double, wavelengthNanometers: Double) -> Bool {
    2 * Double.pi * stripIndex * deviationNanometers / wavelengthNanometers < 0.2
  }
}
