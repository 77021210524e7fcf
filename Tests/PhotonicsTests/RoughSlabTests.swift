import Photonics
import Testing

/// Rough side walls of a strip that is tall against the wavelength: a slab on its edge, whose loss has no grid.
@Suite("Rough walls of a slab")
struct RoughSlabTests {
  static func slab(_ film: Double, thickness: Double = 190) -> SlabGuide {
    SlabGuide(
      filmIndex: film, substrateIndex: 1, coverIndex: 1, thicknessNanometers: thickness, wavelengthNanometers: 610)
  }

  /// The formula of Lacey and Payne, evaluated by another program: 4.96, 7.68 and 7.31 dB/cm for 1 nm and 20, 50 and 100 nm.
  @Test func payneLacey() throws {
    for (roughness, expected) in zip(WallRoughness.ofOneNanometer, [4.96, 7.68, 7.31]) {
      let loss = try #require(Self.slab(2.2).payneLaceyLossPerMicrometre(roughness))
      #expect(abs(loss * 4.342944819e4 - expected) < 0.006)
    }
    var uneven = Self.slab(2.2)
    uneven.substrateIndex = 1.5
    #expect(uneven.payneLaceyLossPerMicrometre(WallRoughness.ofOneNanometer[0]) == nil)
    #expect(uneven.scatteringLossPerMicrometre(WallRoughness.ofOneNanometer[0], order: 9) == nil)
  }

  /// Without contrast the film does not disturb what it scatters: two walls, each with the loss of Lacey and Payne.
  @Test func weakContrast() throws {
    let slab = Self.slab(1.0001, thickness: 3000)
    for roughness in WallRoughness.ofOneNanometer {
      let ratio =
        try #require(slab.scatteringLossPerMicrometre(roughness))
        / #require(slab.payneLaceyLossPerMicrometre(roughness))
      #expect(abs(ratio - 2) < 0.05, "\(ratio)")
    }
  }

  /// The strip's loss on the grid, by induced dipoles and the operator of the dipole's rate, against the slab's in closed form:
  /// they share the spectral density of the wall and nothing else. A strip of finite height bends the slab's wave by the upright
  /// wavenumber π/height.
  @Test(
    "a tall strip loses what the slab does", arguments: Thorough.isOn ? [(1000.0, 0.06), (2000, 0.02)] : [(1000, 0.06)])
  func tallStrip(height: Double, within: Double) throws {
    let section = CrossSection(
      substrateIndex: 1, strip: .init(widthNanometers: 190, heightNanometers: height, index: 2.2))
    let spacing = GridSpacing(fine: 16, coarse: 60, margins: .init(side: 1000, below: 1000, above: 1000))
    let mode = try ModeSolver(section, wavelengthNanometers: 610, spacing: spacing, symmetry: .magneticWall).mode()
    let open = GridSpacing(
      fine: 16, guide: 40, coarse: 40, margins: .init(side: 200, below: 200, above: 200))
    let losses = try [mode].scatteringLossesPerMicrometre(
      WallRoughness.ofOneNanometer, spacing: open, points: 10, threads: 2)[0]
    for (roughness, loss) in zip(WallRoughness.ofOneNanometer, losses) {
      let slab = try #require(Self.slab(2.2).scatteringLossPerMicrometre(roughness))
      #expect(abs(loss / slab - 1) < within, "\(loss) in place of \(slab)")
    }
  }
}
