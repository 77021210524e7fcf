import Photonics
import Testing

/// Another 2.5-D code in first order: 2.8, 5.1, 6.3 dB/cm for 1 nm and correlation lengths of 20, 50
/// and 100 nm (α = 1.185e-4 per µm at 50 nm) in a TiO2 strip of 190 × 175 nm on glass.
@Suite("Rough side walls")
struct WallRoughnessTests {
  @Test func reference() throws {
    let loss = try Solved.roughNarrowStrip.get()
    // 4.3429 dB in e; per cm 1e4 µm
    let decibels = loss.map { $0 * 4.342944819e4 }
    #expect(abs(decibels[0] / 2.8 - 1) < 0.06)
    #expect(abs(decibels[1] / 5.1 - 1) < 0.06)
    #expect(abs(decibels[2] / 6.3 - 1) < 0.06)
    #expect(abs(loss[1] / 1.185e-4 - 1) < 0.06)
  }

  /// The device's supermodes, half in the strip: 1.4, 2.5, 3.0 and 1.3, 2.3, 2.8 dB/cm by the same code. Modes of the guide lose
  /// next to nothing.
  @Test func supermodes() throws {
    let modes = try Solved.hybrid.get().strip.filter { $0.symmetry == .magneticWall }.prefix(3)
    let loss = try Array(modes).scatteringLossesPerMicrometre(
      WallRoughness.ofOneNanometer, spacing: StripDipoleTests.rough, points: 5, threads: 2
    ).map { $0.map { $0 * 4.342944819e4 } }
    for (found, expected) in zip(loss, [[1.4, 2.5, 3.0], [1.3, 2.3, 2.8]]) {
      for (found, expected) in zip(found, expected) { #expect(abs(found / expected - 1) < 0.15) }
    }
    #expect(loss[2].allSatisfy { $0 < 0.1 })
  }

  @Test func firstOrderEndsWhereAWallMovesByTheFieldsOwnScale() {
    func isFirstOrder(_ deviation: Double) -> Bool {
      WallRoughness(deviationNanometers: deviation, correlationLengthNanometers: 50)
        .isFirstOrder(stripIndex: 2.2, wavelengthNanometers: 610)
    }
    #expect(isFirstOrder(5) && !isFirstOrder(10) && !isFirstOrder(27))
  }

  @Test func noStrip() throws {
    let mode = try ModeSolver(
      Guides.halfDisc, wavelengthNanometers: 610, spacing: GridSpacing(fine: 40, guide: 80, coarse: 160)
    ).mode()
    #expect(throws: ModeError.noStrip) { try [mode].scatteringLossesPerMicrometre([]) }
  }
}
