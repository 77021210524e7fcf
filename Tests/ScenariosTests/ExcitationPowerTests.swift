import Bench
import Emitters
import Scenarios
import Testing

@Suite("Absorption from power, spot and cross-section")
struct ExcitationPowerTests {
  static let text = """
    name: power
    excitation: {wavelength: 532 nm, repetition_rate: 5 MHz, power: 1.06 uW, spot: 600 nm}
    emitters:
      - name: dot
        levels: [0, X]
        line: {center: 610 nm, fwhm: 28 nm}
        cross_section: 5e-16 cm^2
        states: {only: {transitions: {X -> 0: {lifetime: 20 ns, quantum_yield: 1}}}}
    collection: {coupling: 0.1}
    detectors: [{preset: spcm-aqrh-14}]
    electronics: {preset: picoharp-300, mode: t3}
    """

  /// A tenth of a photon per pulse at about a microwatt: the customary estimate for the paper's nanocrystal.
  @Test func theCustomaryPowerGivesATenthOfAPhotonPerPulse() throws {
    let bench = try readScenario(Self.text, file: "power.yaml").bench
    guard case .meanPhotonsPerPulse(let mean) = bench.emitters[0].absorption else {
      Issue.record("a pulsed laser gives photons per pulse")
      return
    }
    #expect(abs(mean - 0.1) < 0.001)
  }

  @Test func continuousLightGivesARate() throws {
    let text = Self.text.replacing("repetition_rate: 5 MHz", with: "mode: continuous").replacing(
      "mode: t3", with: "mode: t2")
    let bench = try readScenario(text, file: "power.yaml").bench
    guard case .ratePerNanosecond(let rate) = bench.emitters[0].absorption else {
      Issue.record("continuous light gives a rate")
      return
    }
    #expect(abs(rate * 1e9 - 0.5e6) < 5e3)
  }

  @Test func onlyOneWayOfSayingIt() {
    #expect(throws: Diagnostics.self) {
      try readScenario(
        Self.text.replacing("cross_section:", with: "absorbed_photons_per_pulse: 0.1\n    cross_section:"), file: "x")
    }
    #expect(throws: Diagnostics.self) {
      try readScenario(Self.text.replacing(", power: 1.06 uW, spot: 600 nm", with: ""), file: "x")
    }
  }
}
