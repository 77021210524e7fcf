import Photonics
import Testing

/// Another 2.5-D code in first order, unchecked as ours is: 2.8, 5.1, 6.3 dB/cm for 1 nm and correlation lengths of 20, 50
/// and 100 nm (α = 1.185e-4 per µm at 50 nm) in a TiO2 strip of 190 × 175 nm on glass.
@Suite("Rough side walls")
struct WallRoughnessTests {
  @Test func reference() throws {
    let section = CrossSection(
      substrateIndex: 1.5, strip: .init(widthNanometers: 190, heightNanometers: 175, index: 2.2))
    let mode = try ModeSolver(section, wavelengthNanometers: 610, symmetry: .magneticWall).mode()
    let rough = [(1.0, 20.0), (1, 50), (1, 100), (2, 50)].map {
      WallRoughness(deviationNanometers: $0, correlationLengthNanometers: $1)
    }
    let loss = try mode.scatteringLossPerMicrometre(rough, spacing: StripDipoleTests.quick, points: 6, threads: 2)
    // 4.3429 dB in e; per cm 1e4 µm
    let decibels = loss.map { $0 * 4.342944819e4 }
    #expect(abs(decibels[0] / 2.8 - 1) < 0.06)
    #expect(abs(decibels[1] / 5.1 - 1) < 0.06)
    #expect(abs(decibels[2] / 6.3 - 1) < 0.06)
    #expect(abs(loss[1] / 1.185e-4 - 1) < 0.06)
    #expect(abs(loss[3] / loss[1] - 4) < 1e-12)
  }

  @Test func noStrip() throws {
    let mode = try ModeSolver(
      Guides.halfDisc, wavelengthNanometers: 610, spacing: GridSpacing(fine: 40, guide: 80, coarse: 160)
    ).mode()
    #expect(throws: ModeError.noStrip) { try mode.scatteringLossPerMicrometre([]) }
  }
}
