import Photonics
import Testing

/// A TiO2 strip on glass, 610 nm. References: an independent finite-difference code (spacings halved three times), second-order
/// finite elements by femwell (TE 1.747227, TM 1.685923) and EMpy 2.2.3 (1.747355, 1.685990).
@Suite("Strip on glass")
struct StripModeTests {
  @Test("indices, polarizations and rates of a dipole 10 nm above")
  func reference() throws {
    let modes = try Solved.strip.get()
    try #require(modes.count == 2)
    let (te, tm) = (modes[0], modes[1])
    #expect(te.polarization == .te && te.symmetry == .electricWall)
    #expect(tm.polarization == .tm && tm.symmetry == .magneticWall)
    #expect(abs(te.effectiveIndex - 1.7472) < 2e-4)
    #expect(abs(tm.effectiveIndex - 1.6859) < 5e-4)
    #expect(abs(tm.groupIndex - 2.4305) < 1e-3)
    #expect(te.stripConfinement > 0.88 && te.stripConfinement < 0.9 && te.guideConfinement == 0)
    #expect(te.effectiveAreaSquareNanometers > 60_000 && te.effectiveAreaSquareNanometers < 100_000)

    let above = GridSpacing.Point(x: 0, y: 210)
    let intoTE = try te.dipoleRate(at: above)
    let intoTM = try tm.dipoleRate(at: above)
    #expect(abs(intoTE.x - 0.2237) < 0.003)
    #expect(abs(intoTM.y + intoTM.z - 0.7995) < 0.003)
    #expect(abs(intoTM.y - 0.4806) < 0.003)
    // In the mirror plane the other components vanish
    #expect(intoTE.y < 1e-12 && intoTE.z < 1e-12 && intoTM.x < 1e-12)
    #expect(abs(intoTM.average - (intoTM.y + intoTM.z) / 3) < 1e-12)
  }

  @Test("two grids extrapolated lie within 5e-5 of finite elements", .thorough)
  func extrapolation() throws {
    let spacing = GridSpacing(fine: 10, margins: .init(side: 1200, below: 1000, above: 800))
    for (symmetry, elements) in [(ModeSolver.Symmetry.electricWall, 1.747227), (.magneticWall, 1.685923)] {
      let coarse = ModeSolver(Guides.strip, wavelengthNanometers: 610, spacing: spacing, symmetry: symmetry)
      let convergence = try coarse.convergence(halvings: 1)
      let errors = convergence.effectiveIndices.map { abs($0 - elements) }
      #expect(errors[1] < errors[0] / 2)
      #expect(abs(convergence.extrapolated - elements) < 5e-5)
      #expect(abs(convergence.extrapolated - elements) < convergence.uncertainty)
    }
  }

  @Test("a strip of 190 × 175 nm on glass guides one mode, and that is TM-like")
  func narrowStrip() throws {
    let modes = try ModeSolver(Guides.narrowStrip, wavelengthNanometers: 610, spacing: GridSpacing(fine: 10)).modes(3)
    try #require(modes.count == 1)
    #expect(modes[0].polarization == .tm)
    #expect(abs(modes[0].effectiveIndex - 1.5117) < 1e-3)
  }
}
