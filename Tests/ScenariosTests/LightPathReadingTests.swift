import Bench
import Emitters
import Light
import Photonics
import Scenarios
import Testing

@Suite("Collection, beamsplitter, background at the sample, laser leak")
struct LightPathReadingTests {
  static let text = """
    name: path
    excitation: {wavelength: 532 nm, repetition_rate: 5 MHz}
    emitters:
      - name: dot
        levels: [0, X]
        line: {center: 610 nm, fwhm: 28 nm}
        absorbed_photons_per_pulse: 0.1
        states: {only: {transitions: {X -> 0: {lifetime: 20 ns, quantum_yield: 1}}}}
    collection:
      route: waveguide
      objective: {coupling: 12 %, losses: {microscope: {transmission: 50 %}}}
      waveguide:
        coupling: {600 nm: 4 %, 620 nm: 6 %}
        losses:
          guide: {loss: 0.4 dB/cm, length: 5 mm}
          facet: {loss: {600 nm: 1 dB, 620 nm: 3 dB}}
          roughness: {loss: {600 nm: 2 dB/cm, 620 nm: 4 dB/cm}, length: 35 um}
      losses: {fibre: {loss: 1 dB}}
    background:
      - name: band
        line: {center: 617 nm, fwhm: 60 nm}
        rate_emitted: 1 Mcps
        coupling: {objective: 5 %, waveguide: {500 nm: 0.1 %, 700 nm: 0.3 %}}
        decay: [{lifetime: 3 ns}]
    laser_leak: {share: {objective: 1e-5, waveguide: 1e-7}, photons_per_pulse: 1e6, width: 0.5 nm}
    beamsplitter: {first_arm: {600 nm: 40 %, 620 nm: 60 %}, loss: 0.5 dB}
    detectors: [{preset: spcm-aqrh-14}, {preset: spcm-aqrh-14}]
    electronics: {preset: picoharp-300}
    """

  static func bench(_ overrides: Override...) throws -> Bench {
    try readScenario(text, file: "bench.yaml", overrides: overrides).bench
  }

  static func faults(_ old: String, _ new: String) -> String {
    do {
      _ = try readScenario(text.replacing(old, with: new), file: "bench.yaml")
      return "none"
    } catch { return "\(error)" }
  }

  @Test func throughTheGuide() throws {
    let path = try Self.bench().path
    #expect(path.route == .waveguide)
    let values = ([path.coupling] + path.losses.map(\.transmission)).map { $0.value(atNanometers: 610) }
    func decibels(_ loss: Double) -> Double { Quantity.transmission(ofDecibels: loss) }
    let expected = [
      0.05, decibels(0.2), (decibels(1) + decibels(3)) / 2, (decibels(0.007) + decibels(0.014)) / 2, decibels(1),
    ]
    for (value, expected) in zip(values, expected) { #expect(abs(value - expected) < 1e-12) }
    #expect(path.losses.map(\.name) == ["guide", "facet", "roughness", "fibre"])
    #expect(path.arms.map { $0.shares[0].value(atNanometers: 605) } == [0.45, 0.55])
    #expect(path.arms.allSatisfy { $0.elements.map { $0.transmission.constant! } == [decibels(0.5)] })
  }

  @Test func fromTheTop() throws {
    let bench = try Self.bench(Override("collection.route", "objective"))
    #expect(bench.path.route == .objective && bench.path.coupling.constant == 0.12)
    #expect(bench.path.losses.map(\.name) == ["microscope", "fibre"])
    guard case .sample(let coupling) = bench.background[0].place else { throw Wrong() }
    #expect(coupling.constant == 0.05)
  }
  struct Wrong: Error {}

  @Test func backgroundAndLeak() throws {
    let background = try Self.bench().background
    #expect(background.map(\.name) == ["band", "laser leak"] && background.map(\.rateHz) == [1e6, 5e12])
    guard case .sample(let band) = background[0].place, case .sample(let leak) = background[1].place else {
      throw Wrong()
    }
    #expect(abs(band.value(atNanometers: 600) - 0.002) < 1e-15)
    #expect(leak.constant == 1e-7)
    #expect(background[1].spectrum == Spectrum(centerNanometers: 532, fwhmNanometers: 0.5))
    #expect(background[1].decays == [.init(share: 1, lifetimeNanoseconds: 0)])
    // 1 uW at 532 nm is 2.678e12 photons per second: from the photon's energy of 2.3305 eV.
    let power = try readScenario(
      Self.text.replacing(", photons_per_pulse: 1e6", with: "").replacing(
        "5 MHz}", with: "5 MHz, power: 1 uW, spot: 600 nm}"), file: "bench.yaml"
    ).bench.background[1]
    #expect(abs(power.rateHz / 2.67816e12 - 1) < 1e-5)
  }

  @Test(arguments: [
    ("  route: waveguide\n", "", "collection needs a route: objective or waveguide"),
    ("route: waveguide", "route: fibre", "unknown collection.route 'fibre'; use one of objective, waveguide"),
    (
      "losses: {fibre", "coupling: 0.1\n  losses: {fibre",
      "collection.coupling cannot stand beside objective and waveguide"
    ),
    (
      "{loss: 0.4 dB/cm, length: 5 mm}", "{loss: 0.4 dB/cm}",
      "guide.loss of 0.4 dB/cm is a loss per length; give the length"
    ),
    (
      "{loss: 0.4 dB/cm, length: 5 mm}", "{loss: 0.4 dB, length: 5 mm}",
      "guide.loss of 0.4 dB cannot stand beside a length"
    ),
    ("{loss: 0.4 dB/cm, length: 5 mm}", "{loss: -3 dB}", "guide.loss must be at least 0 dB, found -3 dB"),
    ("fibre: {loss: 1 dB}", "fibre: {loss: 1 dB, transmission: 1}", "fibre.transmission cannot stand beside loss"),
    (
      "{objective: 5 %, waveguide: {500 nm: 0.1 %, 700 nm: 0.3 %}}", "{objective: 5 %}",
      "coupling says nothing about the route that collection takes, waveguide"
    ),
    (
      "rate_emitted: 1 Mcps", "rate_emitted: 1 Mcps\n    rate_at_filter: 1 cps",
      "rate_at_filter cannot stand beside rate_emitted"
    ),
    (", photons_per_pulse: 1e6", "", "laser_leak needs excitation.power, or photons_per_pulse beside share"),
    (
      "first_arm: {600 nm: 40 %", "first_arm: {600 nm: 140 %",
      "first_arm at 600 nm must be between 0 and 1, found 140 %"
    ),
    (
      "{coupling: 12 %, losses", "{coupling: 1.2, losses",
      "collection.objective.coupling must be between 0 and 1, found 1.2"
    ),
  ])
  func faults(_ old: String, _ new: String, _ sentence: String) {
    let found = Self.faults(old, new)
    #expect(found.contains("bench.yaml:") && found.contains(sentence), "\(found)")
    // A route that is missing is missed in three places.
    #expect(found.split(separator: "\n").count == (sentence.contains("needs a route") ? 3 : 1), "\(found)")
  }

  @Test func theResolvedScenarioReadsBackTheSame() throws {
    let scenario = try readScenario(Self.text, file: "bench.yaml")
    #expect(try readScenario(scenario.resolved.yaml(), file: "again.yaml").bench == scenario.bench)
  }
}
