/// The grid of an open window: lines as for modes, and cells that grow complex near the walls, so that what leaves is
/// absorbed before it meets them (a perfectly matched layer in stretched coordinates; W. C. Chew and W. H. Weedon,
/// Microw. Opt. Technol. Lett. 7, 599 (1994)).
struct AbsorbingLayers: Sendable {
  /// The lines, absorbing layers included.
  let grid: ModeGrid
  /// The stretched cells in units of 1/k₀.
  let lengths: CellLengths<Complex>

  /// Lays the grid of a section; `spacing.margins` are the distances from the structure to the layers.
  init(_ section: CrossSection, spacing: GridSpacing, wavelength: Double, half: Bool) throws(ModeError) {
    let k0 = 2 * Double.pi / wavelength
    let depth = Self.depthInWavelengths * wavelength
    var wide = spacing
    wide.margins.side += depth
    wide.margins.below += depth
    wide.margins.above += depth
    let grid = try ModeGrid(section, spacing: wide, half: half)

    /// Cells of rising lines, stretched towards the ends that absorb.
    func stretched(_ lines: [Double], low: Bool) -> [Complex] {
      let inner = (low ? lines[0] + depth : -.infinity, lines[lines.count - 1] - depth)
      /// ∫ (1 + iσ) up to a place, beyond its real part: σ rises with the square of the depth.
      func absorption(_ p: Double) -> Double {
        let u = max(inner.0 - p, p - inner.1, 0) / depth
        return (p < inner.0 ? -1 : 1) * Self.strength * depth * u * u * u / 3
      }
      return zip(lines, lines.dropFirst()).map { a, b in Complex(k0 * (b - a), k0 * (absorption(b) - absorption(a))) }
    }
    /// Around lines: half of each neighbouring cell.
    func dual(_ cells: [Complex]) -> [Complex] {
      (0...cells.count).map { i in
        Complex(0.5) * ((i > 0 ? cells[i - 1] : Complex(0)) + (i < cells.count ? cells[i] : Complex(0)))
      }
    }
    let dx = stretched(grid.x, low: !half)
    let dy = stretched(grid.y, low: true)
    self.grid = grid
    lengths = CellLengths(dx: dx, dy: dy, dualX: dual(dx), dualY: dual(dy))
  }

  /// A layer's depth.
  static let depthInWavelengths = 0.6
  /// σ at the walls: a wave along the normal in air returns with e^(−2 k₀ depth σ/3) of its amplitude.
  static let strength = 6.0
}
