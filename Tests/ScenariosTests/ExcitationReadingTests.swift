import Bench
import Emitters
import Foundation
import Light
import Scenarios
import Testing

/// How wavelength, power and the way of excitation reach emitters and background.
@Suite struct ExcitationReadingTests {
  static func scenario(_ excitation: String, emitter: String = "", background: String = "") -> String {
    """
    name: test
    duration: 1 s
    excitation: {\(excitation)}
    emitters:
      - name: dot
        levels: [g, X]
        line: {center: 610 nm, fwhm: 28 nm}
        \(emitter.isEmpty ? "absorbed_photons_per_pulse: 0.1" : emitter)
        states: {only: {transitions: {X -> g: {lifetime: 20 ns, quantum_yield: 0.8}}}}
    background:
      - name: band
        line: {center: 617 nm, fwhm: 60 nm}
        rate_at_filter: 1000 cps
        decay: [{lifetime: 3 ns}]
        \(background)
    collection: {coupling: 0.1}
    detectors: [{preset: spcm-aqrh-14}]
    electronics: {preset: picoharp-300}
    """
  }

  func bench(_ text: String) throws -> Bench { try readScenario(text, file: "test.yaml").bench }

  func faults(_ text: String) -> String {
    do {
      _ = try readScenario(text, file: "test.yaml")
      return ""
    } catch { return "\(error)" }
  }

  @Test func crossSectionsByWavelength() throws {
    let table = "cross_sections: {532 nm: 5e-16 cm^2, 575 nm: 3e-16 cm^2}"
    func absorbed(_ wavelength: String) throws -> Double {
      let bench = try bench(
        Self.scenario("wavelength: \(wavelength), repetition_rate: 5 MHz, power: 1 uW, spot: 600 nm", emitter: table))
      guard case .meanPhotonsPerPulse(let mean) = bench.emitters[0].absorption else { return -1 }
      return mean
    }
    // REFERENCE (b): 0.1 photons at 1.06 µW, 5 MHz, 600 nm, 5e-16 cm².
    #expect(abs(try absorbed("532 nm") * 1.06 - 0.1) < 0.001)
    // A redder photon carries less energy, and the cross-section falls.
    #expect(abs(try absorbed("575 nm") / absorbed("532 nm") - 0.6 * 575 / 532) < 1e-12)
    #expect(abs(try absorbed("553.5 nm") / absorbed("532 nm") - 0.8 * 553.5 / 532) < 1e-12)
    let outside = faults(
      Self.scenario("wavelength: 600 nm, repetition_rate: 5 MHz, power: 1 uW, spot: 600 nm", emitter: table))
    #expect(
      outside.contains(
        "test.yaml:8:21: error: emitters[0].cross_sections says nothing about excitation.wavelength, 600 nm"))
  }

  @Test func backgroundByWavelengthAndPower() throws {
    let law = """
      excitation_spectrum: {532 nm: 1, 575 nm: 0.2}
          power: {exponent: 2, reference: 1 uW}
      """
    func rate(_ excitation: String) throws -> Double {
      try bench(Self.scenario("repetition_rate: 5 MHz, spot: 600 nm, \(excitation)", background: law))
        .background[0].rateHz
    }
    #expect(abs(try rate("wavelength: 532 nm, power: 1 uW") - 1_000) < 1e-9)
    #expect(abs(try rate("wavelength: 575 nm, power: 1 uW") - 200) < 1e-9)
    #expect(abs(try rate("wavelength: 532 nm, power: 3 uW") - 9_000) < 1e-9)
  }

  @Test func throughTheWaveguide() throws {
    let text = Self.scenario(
      "wavelength: 532 nm, repetition_rate: 5 MHz, through: waveguide, power: 1 uW, effective_area: 2 um^2, coupling_in: 50 %",
      emitter: "cross_section: 5e-16 cm^2", background: "through_waveguide: 30")
    let bench = try bench(text)
    #expect(abs(bench.background[0].rateHz - 30_000) < 1e-9)
    guard case .meanPhotonsPerPulse(let mean) = bench.emitters[0].absorption else {
      Issue.record("not pulsed")
      return
    }
    // σ P η/(A ħω f)
    let exact = 5e-16 * 1e-6 * 0.5 / 2e-8 / (1239.841984332003 / 532 * 1.602176634e-19) / 5e6
    #expect(abs(mean / exact - 1) < 1e-12)
  }

  /// A transition is given by its lifetime or its rate, and may have a line of its own.
  @Test func transitionsByRate() throws {
    let text = Self.scenario("wavelength: 532 nm, repetition_rate: 5 MHz").replacingFirst(
      "lifetime: 20 ns, ", with: "rate: 50 MHz, shape: lorentzian, fwhm: 3 nm, ")
    let transition = try bench(text).emitters[0].states[0].scheme.transitions[0]
    #expect(abs(transition.ratePerNanosecond - 0.05) < 1e-15)
    #expect(transition.line == Spectrum(shape: .lorentzian, centerNanometers: 610, fwhmNanometers: 3))
    #expect(
      faults(text.replacingFirst("rate: 50", with: "lifetime: 20 ns, rate: 50")).contains("cannot stand beside rate"))
  }

  /// Hot carriers that a trap catches: a Poisson number of a smaller mean.
  @Test func feeding() throws {
    let text = Self.scenario("wavelength: 532 nm, repetition_rate: 5 MHz")
      .replacingFirst("{only: {", with: "{only: {feeding: 30 %, ")
    #expect(try bench(text).emitters[0].states[0].scheme.absorptions[0].weight == 0.3)
  }

  @Test(arguments: [
    (
      "wavelength: 532 nm, repetition_rate: 5 MHz, pulse: {width: 70 ns}",
      "excitation.pulse of 210 ns is more than half of the laser period"
    ),
    (
      "wavelength: 532 nm, repetition_rate: 5 MHz, burst: {pulses: 5, out_of: 3}",
      "excitation.burst.out_of of 3 is less than the 5 pulses that pass"
    ),
    ("wavelength: 532 nm, mode: continuous", "absorption_rate"),
    (
      "wavelength: 532 nm, mode: continuous, burst: {pulses: 1, out_of: 2}",
      "excitation.burst belongs to a pulsed laser; excitation.mode is continuous"
    ),
  ])
  func refuses(_ excitation: String, message: String) {
    let found = faults(Self.scenario(excitation))
    #expect(found.contains(message), "\(found)")
  }

  @Test(arguments: [
    (
      "pulse_area: 1\n    absorptions: {g -> X: {weight: 1}}\n    absorbed_photons_per_pulse: 1",
      "cannot stand beside pulse_area"
    ),
    ("pulse_area: 1", ""),
    (
      "absorbed_photons_per_pulse: 1\n    recombination_centres: {count: 11, lifetime: 10 ns, slowest: 1 Hz, fastest: 1 kHz}\n    spectral_diffusion: {sigma: 5 meV, correlation: 1 s}",
      "has 34816 combinations"
    ),
    (
      "absorbed_photons_per_pulse: 1\n    bleaching: {after: 10 s, stages: 0}",
      "bleaching.stages must be between 1 and 64"
    ),
  ])
  func refusesEmitter(_ emitter: String, message: String) {
    let found = faults(Self.scenario("wavelength: 532 nm, repetition_rate: 5 MHz", emitter: emitter))
    #expect(message.isEmpty ? found.isEmpty : found.contains(message), "\(found)")
  }

  @Test func statesThatNeverReturn() {
    let text = Self.scenario("wavelength: 532 nm, repetition_rate: 5 MHz").replacingFirst(
      "{only: {transitions: {X -> g: {lifetime: 20 ns, quantum_yield: 0.8}}}}",
      with: """
        {a: &s {dwell: {law: exponential, mean: 1 s}, next: {b: 1}, transitions: {X -> g: {lifetime: 20 ns, quantum_yield: 0.8}}},
              b: {dwell: {law: exponential, mean: 1 s}, next: {c: 1}, transitions: {X -> g: {lifetime: 20 ns, quantum_yield: 0.8}}},
              c: {dwell: {law: exponential, mean: 1 s}, next: {b: 1}, transitions: {X -> g: {lifetime: 20 ns, quantum_yield: 0.8}}}}
        """)
    #expect(faults(text).contains("emitters[0].states never lead from 'b' to 'a'"))
    #expect(
      faults(text.replacingFirst("next: {c: 1}", with: "next: {d: 1}")).contains("is not one of the states a, b, c"))
  }
}

extension String {
  func replacingFirst(_ part: String, with other: String) -> String {
    guard let range = self.range(of: part) else { return self }
    return replacingCharacters(in: range, with: other)
  }
}
