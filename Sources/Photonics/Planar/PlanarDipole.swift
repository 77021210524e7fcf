/// A point dipole above a planar stack: an emitter in the upper half space.
///
/// Rates are for unit quantum yield and without local-field correction; `PlanarStack.flipped` puts the dipole into the
/// lower half space.
public struct PlanarDipole: Sendable, Hashable {
  /// What lies below the dipole.
  public let stack: PlanarStack
  /// From the dipole down to the uppermost interface, in nanometres, 0 or more.
  public let distanceNanometers: Double
  /// The wavelength of emission in vacuum, in nanometres.
  public let wavelengthNanometers: Double

  /// A dipole in the upper half space of a stack.
  ///
  /// - Throws: when the distance is negative or the wavelength is not positive.
  public init(above stack: PlanarStack, distanceNanometers: Double, wavelengthNanometers: Double)
    throws(PlanarStackError)
  {
    guard distanceNanometers >= 0, distanceNanometers.isFinite else {
      throw .invalidDistance(nanometers: distanceNanometers)
    }
    guard wavelengthNanometers > 0, wavelengthNanometers.isFinite else {
      throw .invalidWavelength(nanometers: wavelengthNanometers)
    }
    self.stack = stack
    self.distanceNanometers = distanceNanometers
    self.wavelengthNanometers = wavelengthNanometers
  }

  /// 2π/λ, in 1/nm.
  var wavenumber: Double { 2 * .pi / wavelengthNanometers }
}
