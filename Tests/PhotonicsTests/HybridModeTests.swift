import Photonics
import Testing

/// The published device's cross-section, 610 nm: a TiO2 strip of 190 × 175 nm on a half-disc guide. References: finite
/// elements of second order (femwell) and finite differences of 296,000 unknowns, which agree to 3e-5.
@Suite("Strip on an exchanged guide")
struct HybridModeTests {
  @Test("eight modes and the rate of a dipole 5 nm above into them")
  func reference() throws {
    let modes = try Solved.hybrid.get().strip
    try #require(modes.count == 8)
    let magnetic = modes.filter { $0.symmetry == .magneticWall }.map(\.effectiveIndex)
    let electric = modes.filter { $0.symmetry == .electricWall }.map(\.effectiveIndex)
    for (found, expected) in zip(magnetic, [1.55869, 1.54044, 1.53551, 1.51521]) {
      #expect(abs(found - expected) < 1e-4)
    }
    for (found, expected) in zip(electric, [1.55285, 1.53416, 1.521515, 1.516943]) {
      #expect(abs(found - expected) < 1e-4)
    }
    #expect(modes[0].polarization == .tm && modes[1].polarization == .te)
    // Two supermodes share strip and guide; they beat over λ/2Δn = 16.7 µm
    for mode in modes where mode.symmetry == .magneticWall && mode.effectiveIndex > 1.54 {
      #expect(mode.stripConfinement > 0.2 && mode.guideConfinement > 0.6)
    }
    #expect(abs(610 / (2 * (magnetic[0] - magnetic[1])) - 16_700) < 100)

    let rates = try modes.map { try $0.dipoleRate(at: Solved.dipole) }
    let sum = rates.dropFirst().reduce(rates[0], +)
    #expect(abs(sum.x / 0.0384 - 1) < 0.03)
    #expect(abs(sum.y / 0.4576 - 1) < 0.03)
    #expect(abs(sum.z / 0.2978 - 1) < 0.03)
  }

  /// Four modes of the bare half disc, and the rates into all eight with a dipole 5 nm above: 0.0084 on average.
  @Test func halfDiscAlone() throws {
    let point = GridSpacing.Point(x: 0, y: 5)
    var spacing = Guides.coarse
    spacing.focus = [point]
    let solver = ModeSolver(Guides.halfDisc, wavelengthNanometers: 610, spacing: spacing)
    let modes = try solver.modes(9)
    try #require(modes.count == 8)
    for (mode, expected) in zip(modes, [1.55106, 1.54992, 1.5355, 1.53411]) {
      #expect(abs(mode.effectiveIndex - expected) < 2e-4)
    }
    #expect(modes.prefix(4).map(\.symmetry) == [.electricWall, .magneticWall, .magneticWall, .electricWall])
    let sum = try modes.map { try $0.dipoleRate(at: point).average }.reduce(0, +)
    #expect(abs(sum / 0.0084 - 1) < 0.03)
  }

  @Test("a bare guide's modes on the same grid take over the supermodes' light")
  func transfer() throws {
    let spacing = GridSpacing(fine: 10)
    var bare = Guides.hybrid
    bare.strip?.index = 1
    let strip = try ModeSolver(Guides.hybrid, wavelengthNanometers: 610, spacing: spacing, symmetry: .magneticWall)
      .modes(2)
    let guide = try ModeSolver(bare, wavelengthNanometers: 610, spacing: spacing, symmetry: .magneticWall).modes(4)
    // What each of the two supermodes carries over, summed over the guide's modes, is a share
    for mode in strip.prefix(2) {
      let share = try guide.map { try #require($0.field.overlap(with: mode.field)) }.map { $0 * $0 }.reduce(0, +)
      #expect(share > 0.5 && share < 1)
    }
  }
}
