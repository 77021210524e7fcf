import RandomStreams

/// A round spot of Gaussian profile: of the laser, or of what the detector sees.
public struct GaussianSpot: Sendable, Hashable {
  /// Full width at half maximum, in micrometres; above 0.
  public var fwhmMicrometers: Double

  /// A spot of a full width at half maximum, in micrometres.
  public init(fwhmMicrometers: Double) { self.fwhmMicrometers = fwhmMicrometers }

  /// Standard deviation of the profile along a line, in micrometres.
  public var sigmaMicrometers: Double { fwhmMicrometers / 2.3548200450309493 }

  /// The brightness at a distance over that of the centre.
  public func relativeIntensity(squaredDistance: Double) -> Double {
    PortableMath.exp(-squaredDistance / (2 * sigmaMicrometers * sigmaMicrometers))
  }

  /// The profile of the product of two spots on the same axis: what a confocal microscope sees.
  public func times(_ other: GaussianSpot) -> GaussianSpot {
    let (a, b) = (fwhmMicrometers * fwhmMicrometers, other.fwhmMicrometers * other.fwhmMicrometers)
    return GaussianSpot(fwhmMicrometers: (a * b / (a + b)).squareRoot())
  }
}
