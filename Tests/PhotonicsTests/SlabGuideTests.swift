import Photonics
import Testing

/// The exact slab against its dispersion equation solved independently (Brent's method to 1e-14; group indices by central
/// differences of ±0.5 nm), 610 nm.
@Suite("Slab")
struct SlabGuideTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var film, substrate, cover, thickness: Double
    var polarization: Polarization
    var order: Int
    var index: Double
    var group: Double?
    var slab: SlabGuide {
      SlabGuide(
        filmIndex: film, substrateIndex: substrate, coverIndex: cover, thicknessNanometers: thickness,
        wavelengthNanometers: 610)
    }
    var testDescription: String { "\(thickness) nm of \(film) on \(substrate): \(polarization.rawValue)\(order)" }

    init(
      _ film: Double, _ substrate: Double, _ cover: Double, _ thickness: Double, _ polarization: Polarization,
      _ order: Int,
      _ index: Double, _ group: Double? = nil
    ) {
      (self.film, self.substrate, self.cover, self.thickness) = (film, substrate, cover, thickness)
      (self.polarization, self.order, self.index, self.group) = (polarization, order, index, group)
    }
  }

  static let cases = [
    Case(2.2, 1.5, 1, 175, .te, 0, 1.9378491920849754, 2.251198517227551),
    Case(2.2, 1.5, 1, 175, .tm, 0, 1.7628362087654947, 2.332723052347301),
    Case(2.2, 1.57, 1, 175, .te, 0, 1.9440640220112448, 2.244379759951478),
    Case(2.2, 1.57, 1, 175, .tm, 0, 1.7874542413229577, 2.295890352783209),
    Case(1.57, 1.5, 1, 2000, .te, 0, 1.5643542238549117, 1.5741935777024256),
    Case(1.57, 1.5, 1, 2000, .te, 1, 1.5475108871055665),
    Case(1.57, 1.5, 1, 2000, .te, 2, 1.5201555281840782),
    Case(1.57, 1.5, 1, 2000, .tm, 0, 1.5640191300011599, 1.5747380833705906),
    Case(1.57, 1.5, 1, 2000, .tm, 1, 1.5462424945883189),
    Case(1.57, 1.5, 1, 2000, .tm, 2, 1.517742319658289),
    Case(2.2, 1, 1, 190, .te, 0, 1.9408018944113714, 2.2833538705513625),
    Case(2.2, 1, 1, 190, .te, 1, 1.1325714445760147),
    Case(2.2, 1, 1, 190, .tm, 0, 1.7016198844273869, 2.582231858016483),
    Case(2.2, 1, 1, 190, .tm, 1, 1.0102503994400953),
  ]

  @Test("effective index to 1e-8, group index to 1e-3", arguments: cases)
  func reference(c: Case) throws {
    let index = try #require(c.slab.effectiveIndex(c.polarization, order: c.order))
    #expect(abs(index - c.index) < 1e-8)
    if let group = c.group { #expect(abs(c.slab.groupIndex(c.polarization, order: c.order)! - group) < 1e-5) }
  }

  @Test func nothingIsGuidedBelowCutoff() {
    let slab = SlabGuide(
      filmIndex: 2.2, substrateIndex: 1.5, coverIndex: 1, thicknessNanometers: 175, wavelengthNanometers: 610)
    #expect(slab.effectiveIndex(.te, order: 1) == nil)
    #expect(slab.groupIndex(.te, order: 1) == nil)
    #expect(
      SlabGuide(filmIndex: 1.4, substrateIndex: 1.5, coverIndex: 1, thicknessNanometers: 1e5, wavelengthNanometers: 610)
        .effectiveIndex(.te, order: 0) == nil)
  }
}
