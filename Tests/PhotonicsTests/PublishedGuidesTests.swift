import Photonics
import Testing

/// Guides that other people's mode solvers are compared on, 1550 nm.
@Suite("Published guides")
struct PublishedGuidesTests {
  /// Table 6 of Bienstman et al., Opt. Quantum Electron. 38, 731 (2006), as a public test suite quotes it: 2.412372; femwell
  /// 2.412386.
  @Test func bienstmanWire() throws {
    let spacing = GridSpacing(fine: 10, margins: .init(side: 1500, below: 1000, above: 1000))
    let solver = ModeSolver(Guides.wire, wavelengthNanometers: 1550, spacing: spacing, symmetry: .electricWall)
    let convergence = try solver.convergence(halvings: 1)
    #expect(convergence.finest.polarization == .te)
    #expect(abs(convergence.extrapolated - 2.412372) < 1e-4)
  }

  /// The same on one grid, to the 4e-4 asked of such a grid.
  @Test(.thorough) func bienstmanWireOnOneGrid() throws {
    #expect(abs(try Solved.wire.get().effectiveIndex - 2.412372) < 4e-4)
  }

  /// The rib of Murphy's solver: another finite-difference code 3.388676, 3.388695, 3.388699 (TE) and 3.387866, 3.387869, 3.387869
  /// (TM) at 25, 12.5 and 6.25 nm; femwell 3.388703 and 3.387868; EMpy 3.388654 and 3.387826 at 25 nm.
  @Test(
    "Murphy's rib", .thorough,
    arguments: [
      (ModeSolver.Symmetry.electricWall, Polarization.te, 3.3887), (.magneticWall, .tm, 3.38787),
    ])
  func murphyRib(symmetry: ModeSolver.Symmetry, polarization: Polarization, index: Double) throws {
    let solver = ModeSolver(
      Guides.rib, wavelengthNanometers: 1550, spacing: Guides.ribSpacing(50), symmetry: symmetry)
    let convergence = try solver.convergence(halvings: 1)
    #expect(convergence.finest.polarization == polarization)
    #expect(abs(convergence.extrapolated - index) < 5e-5)
  }
}
