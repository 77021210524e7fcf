/// All guided modes of a section with a strip and of the same without it, on one grid.
public struct StripModes: Sendable {
  /// The section with its strip.
  public let section: CrossSection
  /// The vacuum wavelength, in nanometres.
  public let wavelengthNanometers: Double
  /// With the strip, the highest effective index first.
  public let strip: [GuidedMode]
  /// Without it.
  public let guide: [GuidedMode]

  /// Modes this close to cutoff, in effective index, reach so far out that the window makes them: they are left out.
  static let margin = 5e-4

  /// Solves both.
  ///
  /// - Parameters:
  ///   - section: the cross-section with its strip.
  ///   - wavelength: in vacuum, in nanometres.
  ///   - spacing: the grid.
  ///   - focus: a point that needs fine cells, such as a dipole's.
  /// - Throws: `ModeError`.
  public init(
    _ section: CrossSection, wavelengthNanometers wavelength: Double, spacing: GridSpacing = GridSpacing(),
    focus: GridSpacing.Point? = nil
  ) throws(ModeError) {
    guard section.strip != nil else { throw .noStrip }
    self.section = section
    wavelengthNanometers = wavelength
    var spacing = spacing
    if let focus { spacing.focus.append(focus) }
    strip = try Self.all(section, wavelength, spacing)
    // A strip of the cover's index keeps the grid and is none.
    var bare = section
    bare.strip?.index = section.coverIndex
    guide = try Self.all(bare, wavelength, spacing)
  }

  private static func all(
    _ section: CrossSection, _ wavelength: Double, _ spacing: GridSpacing
  ) throws(ModeError) -> [GuidedMode] {
    let kinds: [ModeSolver.Symmetry] = section.isSymmetric ? [.electricWall, .magneticWall] : [.wholeWindow]
    var found: [GuidedMode] = []
    for kind in kinds {
      let solver = ModeSolver(
        section, wavelengthNanometers: wavelength, spacing: spacing, symmetry: kind, allowedWallField: .infinity)
      var count = 6
      while true {
        let modes = try solver.modes(count)
        if modes.count < count || count >= 48 {
          found += modes.filter { $0.effectiveIndex > solver.cutoffIndex + margin }
          break
        }
        count *= 2
      }
    }
    return found.sorted { $0.effectiveIndex > $1.effectiveIndex }
  }
}
