import Photonics
import Testing

@Suite("Step fibre")
struct StepFibreTests {
  /// The vector dispersion equation solved independently.
  @Test func nanofibre() throws {
    let fibre = StepFibre(coreIndex: 1.45, claddingIndex: 1, radiusNanometers: 250, wavelengthNanometers: 852)
    #expect(abs(try #require(fibre.fundamentalIndex) - 1.1422292087238206) < 1e-8)
  }

  /// Weak guidance: b(V) of LP01 is 1.1428 − 0.996/V squared to 2e-3 for V of 1.5 to 2.5 (D. Gloge, Appl. Opt. 10, 2252 (1971)).
  @Test(arguments: [1.6, 2, 2.4])
  func weaklyGuiding(v: Double) throws {
    let aperture = (1.4504 * 1.4504 - 1.45 * 1.45).squareRoot()
    let fibre = StepFibre(
      coreIndex: 1.4504, claddingIndex: 1.45, radiusNanometers: v * 1550 / (2 * .pi * aperture),
      wavelengthNanometers: 1550)
    let b = (try #require(fibre.fundamentalIndex) - 1.45) / 0.0004
    let gloge = (1.1428 - 0.996 / v) * (1.1428 - 0.996 / v)
    #expect(abs(b - gloge) < 4e-3)
  }

  @Test func noCore() {
    #expect(
      StepFibre(coreIndex: 1, claddingIndex: 1.45, radiusNanometers: 250, wavelengthNanometers: 852).fundamentalIndex
        == nil)
  }
}
