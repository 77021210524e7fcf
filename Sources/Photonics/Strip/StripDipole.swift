/// A point dipole near a guide of any cross-section: how fast it decays, and what an objective sees of it.
///
/// The guide is uniform along z, so the field of the dipole is a sum over longitudinal wavenumbers k_z of fields in the
/// plane ("2.5 dimensions"); each is solved by finite differences in a window whose walls absorb.
public struct StripDipole: Sendable, Hashable {
  /// The guide.
  public let crossSection: CrossSection
  /// The wavelength of emission in vacuum, in nanometres.
  public let wavelengthNanometers: Double
  /// Where the dipole is, in nanometres.
  public let point: GridSpacing.Point
  /// The grid; its margins are the distances from the structure to the absorbing layers.
  public let spacing: GridSpacing

  /// A dipole at a point (nanometres). Fine cells surround it, whether or not `spacing.focus` asks for them.
  public init(
    _ crossSection: CrossSection, wavelengthNanometers: Double, at point: GridSpacing.Point,
    spacing: GridSpacing = .dipole
  ) {
    self.crossSection = crossSection
    self.wavelengthNanometers = wavelengthNanometers
    self.point = point
    var spacing = spacing
    if !spacing.focus.contains(point) { spacing.focus.append(point) }
    self.spacing = spacing
  }
}

extension GridSpacing {
  /// For dipoles near strips in visible light: cells of 2.5 nm at the strip, 250 nm to the absorbing layers.
  public static let dipole = GridSpacing(
    fine: 2.5, guide: 40, coarse: 40, growth: 0.12, margins: Margins(side: 250, below: 250, above: 250))
  /// The same for maps, three times as fast: cells of 4 nm at the strip.
  public static let coarseDipole = GridSpacing(
    fine: 4, guide: 50, coarse: 50, growth: 0.1, margins: Margins(side: 200, below: 200, above: 200))
  /// For what a strip's walls scatter: cells of 8 nm at the strip.
  public static let scattering = GridSpacing(
    fine: 8, guide: 40, coarse: 40, growth: 0.2, margins: Margins(side: 200, below: 200, above: 200))
}

extension CrossSection {
  /// The total rate of a dipole at a point (nanometres) over its rate in free space: `StripDipole.totalRate`.
  public func dipoleTotalRate(
    at point: GridSpacing.Point, wavelengthNanometers: Double, spacing: GridSpacing = .dipole,
    contourPoints: Int = StripDipole.defaultContourPoints, threads: Int = 1,
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws(ModeError) -> DipoleRate {
    try StripDipole(self, wavelengthNanometers: wavelengthNanometers, at: point, spacing: spacing)
      .totalRate(contourPoints: contourPoints, threads: threads, progress: progress)
  }
}
