import Bench
import Detectors
import Light
import Photonics
import Scenarios
import Testing

@Suite("Detectors, crosstalk and beamsplitters in scenarios")
struct DetectorReadingTests {
  private static let detector =
    "{dark_counts: 100 cps, dead_time: 22 ns, afterpulsing: {probability: 1 %, mean_delay: 30 ns}, jitter: {fwhm: 350 ps}, efficiency: {600 nm: 0.6}"

  private static func scenario(
    _ extra: String = "", detectors: [String] = [detector + "}", detector + "}"],
    splitting: String = "beamsplitter: {first_arm: 50 %}"
  ) -> String {
    """
    name: bench
    excitation: {wavelength: 532 nm, repetition_rate: 5 MHz}
    emitters: [{preset: nc-cdse-cds, absorbed_photons_per_pulse: 0.3}]
    collection: {coupling: 0.1}
    electronics: {preset: hydraharp-400}
    \(splitting)
    detectors:
    \(detectors.map { "  - " + $0 }.joined(separator: "\n"))
    \(extra)

    """
  }

  private func bench(_ text: String) throws -> Bench { try readScenario(text, file: "lab.yaml").bench }

  private func message(_ text: String) -> String {
    do {
      _ = try readScenario(text, file: "lab.yaml")
      return "none"
    } catch { return "\(error)" }
  }

  @Test func readsEveryEffect() throws {
    let one = """
      {preset: spcm-aqrh-14, name: a,
         dark_count_drift: {law: settling, to: 50 cps, within: 10 min},
         recovery: {time_constant: 8 ns}, twilight: {window: 2 ns, probability: 40 %},
         afterpulsing: {probability: 1 %, mean_delay: none, power_like: {shortest: 20 ns, longest: 500 ns}, counted_from: click},
         jitter: {fwhm: none, tail_share: none, tail: none, response: {-200 ps: 0, 0 ns: 3, 1 ns: 0},
                  walk: {shift: 300 ps, time_constant: 100 ns}}}
      """
    let two = """
      {preset: spcm-aqrh-14, name: b, dead_time_kind: paralysable, recovery: {efficiency: {0 ns: 0, 20 ns: 1}},
         afterpulsing: {probability: 2 %, mean_delay: none, components: [{share: 0.7, mean_delay: 20 ns}, {share: 0.3, mean_delay: 200 ns}]}}
      """
    let text = Self.scenario(
      "crosstalk: {delay: 10 ns, flash: {photons: 0.1, line: {center: 850 nm, fwhm: 200 nm}, reflection: 20 %}}",
      detectors: [one, two])
    let read = try readScenario(text, file: "lab.yaml")
    let (a, b) = (read.bench.detectors[0], read.bench.detectors[1])
    #expect(a.darkCountDrift == DarkCountDrift(law: .settling, finalRateHz: 50, seconds: 600))
    #expect(a.recovery == .exponential(timeConstantNanoseconds: 8))
    #expect(a.twilight == TwilightCounts(windowNanoseconds: 2, probability: 0.4))
    #expect(
      a.afterpulsing
        == Afterpulsing(
          probability: 0.01, delays: .powerLike(shortestNanoseconds: 20, longestNanoseconds: 500), start: .click))
    #expect(
      a.jitter
        == TimingJitter(
          response: TabulatedDensity(nanoseconds: [-0.2, 0, 1], densities: [0, 3, 0]),
          walk: .init(shiftNanoseconds: 0.3, timeConstantNanoseconds: 100)))
    #expect(b.deadTimeKind == .paralysable && b.recovery == .table(nanoseconds: [0, 20], efficiencies: [0, 1]))
    #expect(
      b.afterpulsing.delays
        == .exponentials([.init(share: 0.7, meanNanoseconds: 20), .init(share: 0.3, meanNanoseconds: 200)]))
    #expect(read.bench.crosstalk?.delayNanoseconds == 10 && read.bench.crosstalkProbabilities[0][1] > 0)
    // The resolved scenario says the same.
    #expect(try bench(read.resolved.yaml()) == read.bench)
  }

  @Test func readsATreeOfBeamsplitters() throws {
    let detectors = ["a", "b", "c"].map { Self.detector + ", name: \($0)}" }
    let tree = """
      beamsplitters:
        - {first_arm: 0.2, feeds: [second, b], loss: 3 dB}
        - {name: second, first_arm: 0.25, feeds: [c, a]}
      """
    let path = try bench(Self.scenario(detectors: detectors, splitting: tree)).path
    func share(_ d: Int) -> Double { path.way(throughArm: d).reduce(1) { $0 * ($1.constant ?? .nan) } }
    let loss = 0.501187233627272
    #expect(abs(share(0) - 0.2 * 0.75 * loss) < 1e-12)
    #expect(abs(share(1) - 0.8 * loss) < 1e-12)
    #expect(abs(share(2) - 0.2 * 0.25 * loss) < 1e-12)
  }

  @Test(
    arguments: [
      (
        "crosstalk: {delay: 10 ns, probability: 2}", nil,
        "crosstalk.probability must be at least 0 and below 1, found 2"
      ),
      (
        "crosstalk: {delay: 10 ns, probability: 1e-5, flash: {photons: 1, line: {center: 1 um, fwhm: 9 nm}, reflection: 1}}",
        nil, "crosstalk.probability cannot stand beside flash; give one of the two"
      ),
      (
        "", "recovery: {time_constant: 0 ns}",
        "recovery.time_constant must be above 0 ns and at most 1000000 ns, found 0 ns"
      ),
      (
        "", "twilight: {window: 30 ns, probability: 1}",
        "twilight.window must be at most the dead time of 22 ns, found 30 ns"
      ),
      ("", "dark_count_drift: {law: lineal, to: 5 cps, within: 1 s}", "did you mean 'linear'?"),
      ("", "dead_time_kind: paralyzable", "did you mean 'paralysable'?"),
    ] as [(String, String?, String)])
  func explainsFaults(_ extra: String, _ key: String?, _ expected: String) {
    let first = Self.detector + (key.map { ", \($0)}" } ?? "}")
    let found = message(Self.scenario(extra, detectors: [first, Self.detector + "}"]))
    #expect(found.contains(expected) && found.hasPrefix("lab.yaml:"), "\(found)")
  }

  @Test func explainsFaultsOfLaws() {
    func found(_ afterpulsing: String, _ jitter: String = "{fwhm: 1 ns}") -> String {
      message(
        Self.scenario(detectors: [
          "{dark_counts: 0 cps, dead_time: 22 ns, afterpulsing: {probability: 1 %, \(afterpulsing)}, jitter: \(jitter), efficiency: {600 nm: 0.6}}",
          Self.detector + "}",
        ]))
    }
    #expect(found("mean_delay: 30 ns, table: {0 ns: 1, 9 ns: 0}").contains("table cannot stand beside mean_delay"))
    #expect(found("power_like: {shortest: 50 ns, longest: 20 ns}").contains("longest must be above shortest"))
    #expect(found("table: {0 ns: 0, 9 ns: 0}").contains("table has no density above zero"))
    #expect(
      found("mean_delay: 9 ns", "{fwhm: 1 ns, response: {0 ns: 1, 9 ns: 0}}").contains("cannot stand beside response"))
    #expect(found("mean_delay: 9 ns", "{response_file: none.csv}").contains("none.csv"))
  }

  @Test func explainsFaultsOfTrees() {
    let detectors = ["a", "b", "c"].map { Self.detector + ", name: \($0)}" }
    func found(_ tree: String) -> String { message(Self.scenario(detectors: detectors, splitting: tree)) }
    #expect(found("").contains("detectors of this number need beamsplitters"))
    #expect(
      found("beamsplitters: [{first_arm: 0.5, feeds: [a, x]}, {name: y, first_arm: 0.5, feeds: [b, c]}]")
        .contains("names 'x', which is no detector and no beamsplitter further down"))
    #expect(
      found("beamsplitters: [{first_arm: 0.5, feeds: [a, y]}, {name: y, first_arm: 0.5, feeds: [b, a]}]")
        .contains("names 'a', which is fed already"))
    #expect(found("beamsplitters: [{first_arm: 0.5, feeds: [a, b]}]").contains("leave detector 'c' without light"))
    #expect(
      found("beamsplitters: [{first_arm: 0.5, feeds: [a, b]}, {name: y, first_arm: 0.5, feeds: [b, c]}]")
        .contains("gets no light"))
    #expect(found("beamsplitters: [{first_arm: 0.5, feeds: [a]}]").contains("needs at least 2 items"))
  }

  /// Beamsplitters could not tell them apart; a single one need not.
  @Test func detectorsOfOneName() {
    func found(_ names: [String], _ splitting: String) -> String {
      message(Self.scenario(detectors: names.map { Self.detector + ", name: \($0)}" }, splitting: splitting))
    }
    let tree = "beamsplitters: [{first_arm: 0.5, feeds: [a, y]}, {name: y, first_arm: 0.5, feeds: [b, c]}]"
    let twins = found(["a", "b", "b"], tree)
    #expect(twins.hasPrefix("lab.yaml:"), "\(twins)")
    #expect(twins.contains("cannot tell two detectors named 'b' apart; give each a name of its own"), "\(twins)")
    #expect(found(["a", "b", "c"], tree) == "none")
    #expect(found(["a", "a"], "beamsplitter: {first_arm: 0.5}") == "none")
  }
}
