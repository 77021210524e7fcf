import Testing

import Photonics

/// The finite differences on a guide that is uniform along x: a window two cells wide between walls that such a field does
/// not feel. Without corners the error falls with the square of the cell, so the exact slab is reached.
@Suite("Slab by finite differences")
struct SlabLimitTests {
  /// The highest modes of a slab whose lines are halved this often.
  func indices(_ polarization: Polarization, halvings: Int, thickness: Double = 175, film: Double = 2.2) throws
    -> [Double]
  {
    let section = CrossSection(substrateIndex: 1.5, film: .init(thicknessNanometers: thickness, index: film))
    let spacing = GridSpacing(guide: 12.5, coarse: 50, growth: 0.1)
    let rows = try ModeGrid(section, spacing: spacing, half: true).y
    var grid = ModeGrid(x: [0, 100, 200], y: rows)
    for _ in 0..<halvings { grid = ModeGrid(x: grid.x, y: grid.halved().y) }
    let side: Walls.Kind = polarization == .te ? .electric : .magnetic
    let problem = WaveOperator(
      permittivity: Permittivity(section, on: grid), walls: Walls(left: side, right: side), k0: 2 * Double.pi / 610)
    let factors = try SparseFactorization(problem.matrix(), shift: film * film)
    return try ShiftInvert.nearest(3, to: film * film, factors, tolerance: 1e-13).map { $0.value.squareRoot() }
  }

  @Test("error of second order, extrapolated to 1e-7", arguments: Polarization.allCases)
  func secondOrder(polarization: Polarization) throws {
    let exact = try #require(
      SlabGuide(filmIndex: 2.2, substrateIndex: 1.5, coverIndex: 1, thicknessNanometers: 175, wavelengthNanometers: 610)
        .effectiveIndex(polarization, order: 0))
    let n = try (0..<4).map { try indices(polarization, halvings: $0)[0] }
    for (coarse, fine) in zip(n, n.dropFirst()) {
      let ratio = (coarse - exact) / (fine - exact)
      #expect(ratio > 3.8 && ratio < 4.2)
    }
    // Romberg: orders 2 and 4 removed
    let first = zip(n, n.dropFirst()).map { $1 + ($1 - $0) / 3 }
    let second = zip(first, first.dropFirst()).map { $1 + ($1 - $0) / 15 }
    #expect(abs(second[1] - exact) < 1e-7)
  }

  @Test("three modes of a thick slab in their order")
  func severalModes() throws {
    let slab = SlabGuide(
      filmIndex: 1.57, substrateIndex: 1.5, coverIndex: 1, thicknessNanometers: 2000, wavelengthNanometers: 610)
    for polarization in Polarization.allCases {
      let found = try indices(polarization, halvings: 1, thickness: 2000, film: 1.57)
      for order in 0..<3 { #expect(abs(found[order] - slab.effectiveIndex(polarization, order: order)!) < 1e-5) }
    }
  }
}
