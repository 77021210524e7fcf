import Glibc
import Photonics
import Testing

/// Fine grids and times, on demand: `ANTIBUNCH_SPEED=1 swift test -c release --filter ModeSpeed`.
@Suite(.serialized, .disabled(if: getenv("ANTIBUNCH_SPEED") == nil, "set ANTIBUNCH_SPEED=1 to measure"))
struct ModeSpeedTests {
  static func seconds() -> Double {
    var t = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
    return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
  }

  /// The best of three runs in processor time of the thread, which is also the time on one free core.
  @Test("the published cross-section on the default grid takes less than a second")
  func paper() throws {
    for (name, symmetry, count) in [
      ("both mirrors, 2 modes", ModeSolver.Symmetry.automatic, 2), ("TM supermodes", .magneticWall, 2),
      ("both mirrors, all 8 modes", .automatic, 8),
    ] {
      var best = Double.infinity
      for _ in 0..<3 {
        let start = Self.seconds()
        let modes = try ModeSolver(Guides.hybrid, wavelengthNanometers: 610, symmetry: symmetry).modes(count)
        best = min(best, Self.seconds() - start)
        #expect(modes.count == count)
      }
      print("modes of the published cross-section, \(name): \(best) s")
      if count == 2 { #expect(best < 1) }
    }
  }

  @Test("three grids: indices of finite elements to 3e-5, order of the error between 1 and 2")
  func fineGrids() throws {
    let coarse = GridSpacing(fine: 10)
    for (name, section, wavelength, symmetry, number, expected, within) in [
      ("strip TE", Guides.strip, 610.0, ModeSolver.Symmetry.electricWall, 0, 1.747227, 3e-5),
      ("strip TM", Guides.strip, 610, .magneticWall, 0, 1.685923, 3e-5),
      ("wire", Guides.wire, 1550, .electricWall, 0, 2.412386, 3e-5),
      ("supermode 0", Guides.hybrid, 610, .magneticWall, 0, 1.558718, 1e-4),
      ("supermode 1", Guides.hybrid, 610, .magneticWall, 1, 1.540459, 1e-4),
    ] {
      let start = Self.seconds()
      let solver = ModeSolver(section, wavelengthNanometers: wavelength, spacing: coarse, symmetry: symmetry)
      let c = try solver.convergence(ofMode: number, halvings: 2)
      print(
        "\(name): \(c.effectiveIndices) → \(c.extrapolated) ± \(c.uncertainty), order \(c.order),",
        "\(Self.seconds() - start) s")
      #expect(abs(c.extrapolated - expected) < within)
    }
  }
}
