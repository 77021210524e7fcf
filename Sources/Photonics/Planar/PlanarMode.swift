import Glibc

/// A wave that a planar stack guides along its layers, in every direction of the plane.
public struct PlanarMode: Sendable, Hashable {
  /// s for TE, p for TM.
  public let polarization: PlanarStack.Polarization
  /// Number of nodes of the field across the layers: 0 for TE0 and TM0.
  public let order: Int
  /// Wavenumber along the layers over the vacuum's.
  public let effectiveIndex: Double
  /// Vacuum speed of light over the speed of a pulse, without material dispersion.
  ///
  /// From the field, without a derivative: n_g = ∫ w n² ψ² / (n_eff ∫ w ψ²), w = 1 for TE and 1/n² for TM.
  public let groupIndex: Double
  /// ψ² at the uppermost interface, with ∫ w ψ² = 1 over the height in units of λ/2π.
  let surfaceIntensity: Double
  /// The upper half space's index.
  let indexAbove: Double
  /// In vacuum, in nanometres.
  let wavelengthNanometers: Double

  /// "TE0", "TM1".
  public var name: String { "\(polarization == .s ? "TE" : "TM")\(order)" }

  /// The rate of emission into this mode, in all directions of the plane, over the free-space rate.
  ///
  /// By expanding the Green function of the layers in modes (as Urbach and Rikken, Phys. Rev. A 57, 3913 (1998)), with ψ
  /// the electric field of TE or the magnetic field of TM across the layers at the dipole, normalised to ∫ w ψ² = 1 over
  /// the height in units of λ/2π:
  ///
  ///     TE: Γ∥ = 3π/4 ψ²      TM: Γ⊥ = 3π/2 n_eff² ψ²/n₁⁴,  Γ∥ = 3π/4 (dψ/dy)²/n₁⁴
  ///
  /// - Parameter distance: from the dipole in the upper half space to the uppermost interface, in nanometres, 0 or more.
  func excitationRate(atNanometers distance: Double) -> RateOverFreeSpace {
    let square = indexAbove * indexAbove
    let decay = (effectiveIndex * effectiveIndex - square).squareRoot()
    let intensity = surfaceIntensity * exp(-2 * decay * distance * 2 * .pi / wavelengthNanometers)
    switch polarization {
    case .s: return RateOverFreeSpace(perpendicular: 0, parallel: 0.75 * .pi * intensity)
    case .p:
      return RateOverFreeSpace(
        perpendicular: 1.5 * .pi * effectiveIndex * effectiveIndex * intensity / (square * square),
        parallel: 0.75 * .pi * decay * decay * intensity / (square * square))
    }
  }
}
