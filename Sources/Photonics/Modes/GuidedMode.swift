/// A mode that a cross-section guides at one wavelength.
public struct GuidedMode: Sendable, Hashable {
  /// The cross-section.
  public let crossSection: CrossSection
  /// The vacuum wavelength, in nanometres.
  public let wavelengthNanometers: Double
  /// The mirror at x = 0 behind which it was found, or `.wholeWindow`.
  public let symmetry: ModeSolver.Symmetry
  /// β/k₀.
  public let effectiveIndex: Double
  /// c over the speed of energy, ½∫(ε|E|² + |H|²)dA / ∫Re(E × H*)_z dA: on the grid exactly n − λ dn/dλ without material
  /// dispersion (Snyder and Love, Optical Waveguide Theory (1983), section 11-20), from one solve and no sweep.
  public let groupIndex: Double
  /// The share of the transverse electric field along the surface, ∫|Ex|²/∫(|Ex|² + |Ey|²).
  public let teFraction: Double
  /// The share of the electric energy ∫ε|E|² in the strip.
  public let stripConfinement: Double
  /// The share of the electric energy in the exchanged guide; of a smooth profile, within its 1/e contour.
  public let guideConfinement: Double
  /// (∫|E|²dA)²/∫|E|⁴dA, in square nanometres (Agrawal, Nonlinear Fiber Optics, section 2.3).
  public let effectiveAreaSquareNanometers: Double
  /// The largest |E| in the cells at the window's walls over its root mean square inside, weighted by |E|².
  public let wallField: Double
  /// The field, normalised to ∫Re(E × H*)_z dA = 1 (nanometres).
  public let field: ModeField

  /// TE-like if more than half of the transverse field lies along the surface, else TM-like.
  public var polarization: Polarization { teFraction > 0.5 ? .te : .tm }
}
