import Bench
import Emitters
import Foundation
import Light
import Photonics
import Scenarios
import Testing

@Suite("Purcell factor: radiative rates only")
struct EnvironmentTests {
  static let text = """
    name: strip
    excitation: {wavelength: 532 nm, repetition_rate: 5 MHz}
    environment: {reference: on glass, purcell: 1.45}
    emitters:
      - name: dot
        levels: [0, X, XX, dark]
        line: {center: 610 nm, fwhm: 28 nm}
        absorbed_photons_per_pulse: 0.1
        absorptions: {0 -> X: {weight: 1}, X -> XX: {weight: 1}}
        states:
          neutral:
            dwell: {law: exponential, mean: 1 s}
            transitions: &ways
              X -> 0: {lifetime: 20.09 ns, quantum_yield: 0.8}
              X -> dark: {rate: 1 MHz, quantum_yield: 0}
              XX -> X: {rate: 3 GHz, quantum_yield: 0.1}
              dark -> 0: {lifetime: 1 us, quantum_yield: 0}
          charged:
            dwell: {law: exponential, mean: 1 s}
            transitions:
              X -> 0: {lifetime: 3.39 ns, quantum_yield: 0.27}
              X -> dark: {rate: 1 MHz, quantum_yield: 0}
              XX -> X: {rate: 5 GHz, quantum_yield: 0.02}
              dark -> 0: {lifetime: 1 us, quantum_yield: 0}
    collection: {coupling: 0.1}
    detectors: [{preset: spcm-aqrh-14}]
    electronics: {preset: picoharp-300, mode: t3}
    """

  /// REFERENCE (f) 15: τ₀/τ = qF + 1 − q for each transition by its own yield; dark rates stay.
  @Test func eachTransitionByItsOwnYield() throws {
    let here = try readScenario(Self.text, file: "t.yaml").bench.emitters[0]
    let there = try readScenario(Self.text, file: "t.yaml", overrides: [Override("environment", "none")]).bench
      .emitters[0]
    for (a, b) in zip(there.states, here.states) {
      for (before, after) in zip(a.scheme.transitions, b.scheme.transitions) {
        let q = before.quantumYield
        #expect(abs(after.ratePerNanosecond / before.ratePerNanosecond - (1.45 * q + 1 - q)) < 1e-12)
        #expect(abs(after.photonRatePerNanosecond - 1.45 * before.photonRatePerNanosecond) < 1e-15)
        let dark = (
          before.ratePerNanosecond - before.photonRatePerNanosecond,
          after.ratePerNanosecond - after.photonRatePerNanosecond
        )
        #expect(abs(dark.0 - dark.1) < 1e-12)
      }
    }
    #expect(abs(here.states[0].scheme.transitions[0].quantumYield - 1.45 * 0.8 / (1.45 * 0.8 + 0.2)) < 1e-12)
    #expect(abs(here.states[0].scheme.transitions[2].ratePerNanosecond - 3 * (0.145 + 0.9)) < 1e-12)
  }

  /// The ratio of mean lifetimes with equal weights is smaller than the factor, and undoing the factor gives the reference back.
  @Test func theReportGivesBothFactors() throws {
    let scenario = try readScenario(Self.text, file: "t.yaml")
    let emitter = scenario.bench.emitters[0]
    let environment = try #require(scenario.environment)
    let there = environment.atReference(emitter).brightLifetimesNanoseconds.map { $0! }
    #expect(abs(there[0] - 1 / (1 / 20.09 + 1e-3)) < 1e-9 && abs(there[1] - 1 / (1 / 3.39 + 1e-3)) < 1e-9)
    let ratio = try #require(environment.lifetimeRatio(emitter))
    let here = emitter.brightLifetimesNanoseconds.map { $0! }
    #expect(abs(ratio - (there[0] + there[1]) / (here[0] + here[1])) < 1e-12)
    #expect(ratio > 1.2 && ratio < 1.45)
  }

  /// The paper's numbers: a yield of 1 in both states makes the ratio of the lifetimes the factor itself.
  @Test func withoutDarkWaysTheTwoAgree() {
    let emitter = Emitter(
      name: "dot",
      states: [
        .init(
          name: "X",
          scheme: LevelScheme(
            levels: ["0", "X"],
            transitions: [
              .init(
                from: 1, to: 0, ratePerNanosecond: 1 / 20.09, quantumYield: 1,
                line: .init(centerNanometers: 610, fwhmNanometers: 28))
            ]), dwell: nil)
      ], meanAbsorbedPhotonsPerPulse: 0.1
    ).inEnvironment(purcellFactor: 1.19)
    #expect(abs(emitter.equalWeightMeanLifetimeNanoseconds! - 20.09 / 1.19) < 1e-12)
  }

  static let guide = """
    name: guide
    wavelength: 610 nm
    substrate: {index: 1.5}
    strip: {width: 190 nm, height: 175 nm, index: 2.2}
    published: {coupling: {value: 25.9 %, paper: "simulation"}, purcell: {value: 1.45, paper: "simulation"}}
    measured: {coupling: 4.48 %, purcell: 1.19}
    """

  /// Reads the scenario beside a guide's file.
  static func read(_ device: String, guide: String = guide) throws -> Scenario {
    let folder = FileManager.default.temporaryDirectory.appending(path: "device-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try guide.write(to: folder.appending(path: "guide.yaml"), atomically: true, encoding: .utf8)
    let text = text.replacing("environment: {reference: on glass, purcell: 1.45}", with: device)
      .replacing("coupling: 0.1", with: "route: waveguide")
    return try readScenario(text, file: folder.path + "/bench.yaml")
  }

  @Test(arguments: [("paper-fdtd", 0.259, 1.45), ("measured", 0.0448, 1.19)])
  func numbersOfTheDevice(source: String, coupling: Double, purcell: Double) throws {
    let scenario = try Self.read("device: {source: \(source), guide: guide.yaml}\nenvironment: {reference: on glass}")
    #expect(abs(scenario.bench.path.coupling.constant! - coupling) < 1e-12)
    #expect(scenario.environment?.purcellFactor == purcell && scenario.device?.source.rawValue == source)
    // The resolved scenario stands alone, and still says whose numbers they are.
    let resolved = scenario.resolved.yaml()
    #expect(!resolved.contains("guide.yaml"))
    let again = try readScenario(resolved, file: "elsewhere.yaml")
    #expect(
      again.bench == scenario.bench && again.device == scenario.device && again.environment == scenario.environment)
  }

  @Test func aNumberWrittenInTheScenarioComesFirst() throws {
    let scenario = try Self.read(
      "device: {source: measured, guide: guide.yaml, purcell: 1.08}\nenvironment: {reference: on glass}")
    #expect(scenario.environment?.purcellFactor == 1.08)
    #expect(abs(scenario.bench.path.coupling.constant! - 0.0448) < 1e-12)
  }

  @Test(arguments: [
    ("device: {source: measured, guide: no.yaml}", guide, "device.guide: "),
    ("device: {source: fdtd, guide: guide.yaml}", guide, "unknown device.source 'fdtd'"),
    (
      "device: {source: measured, guide: guide.yaml}", guide.replacing(", purcell: 1.19", with: ""),
      "device.guide 'guide.yaml' does not say measured.purcell"
    ),
    ("device: {source: measured, guide: guide.yaml}", guide.replacing("1.19", with: "-1"), "guide.yaml:6:"),
    ("device: {source: measured}", guide, "missing 'coupling' in device"),
    (
      "device: {source: measured, guide: guide.yaml}\nenvironment: {reference: on glass, purcell: 2}", guide,
      "environment.purcell comes from the device"
    ),
  ])
  func faults(_ device: String, _ guide: String, _ sentence: String) {
    do {
      _ = try Self.read(device, guide: guide)
      Issue.record("no fault")
    } catch { #expect("\(error)".contains(sentence), "\(error)") }
  }
}
