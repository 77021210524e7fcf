/// Why a planar stack, or a dipole at it, cannot be computed; its description is one sentence for the user.
public enum PlanarStackError: Error, Sendable, Equatable {
  /// A refractive index below 1 (or none at all); `medium` says of what: "layer 2".
  case indexBelowOne(found: Double, medium: String)
  /// A layer's thickness, in nanometres, is negative or not finite.
  case invalidThickness(nanometers: Double, medium: String)
  /// The dipole would lie inside the stack, or nowhere.
  case invalidDistance(nanometers: Double)
  /// Zero, negative or not finite.
  case invalidWavelength(nanometers: Double)
  /// A numerical aperture that is not above 0, or above the index of the medium the objective looks into.
  case invalidAperture(found: Double, index: Double)
}

extension PlanarStackError: CustomStringConvertible {
  /// One sentence without a full stop.
  public var description: String {
    switch self {
    case .indexBelowOne(let found, let medium):
      "the refractive index of the \(medium) is \(found), but a transparent medium has at least 1, like air "
        + "(metals need a complex index, which this model does not take)"
    case .invalidThickness(let thickness, let medium):
      "the thickness of the \(medium) is \(thickness) nm, but a layer is 0 nm thick or more"
    case .invalidDistance(let distance):
      "the dipole's distance from the stack is \(distance) nm, but it lies on the surface (0 nm) or above it, "
        + "never inside a layer"
    case .invalidWavelength(let wavelength):
      "the wavelength is \(wavelength) nm, but a wave needs a positive one, for example 610 nm"
    case .invalidAperture(let found, let index) where found > index:
      "a numerical aperture of \(found) exceeds the index \(index) of the medium before the objective, "
        + "where light at 90° to the axis has \(index)"
    case .invalidAperture(let found, _):
      "a numerical aperture of \(found) collects nothing; it is the index times the sine of the largest angle, "
        + "for example 0.95"
    }
  }
}
