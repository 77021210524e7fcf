import Scenarios
import Testing

/// Suites: what is read, and what is refused where.
struct DatasetSuiteTests {
  private let text = """
    name: small
    cases:
      family/dot:
        about: A dot
        scenario: benches/dot.yaml
        set: {duration: 20 ms, "detectors[0].dark_counts": 5 cps}
        seed: 7
        files: [t2, t3]
        gate: {start: 8 ns, stop: 100 ns}
        ask: [counts, g2_zero_gated]
    """

  @Test func everythingIsRead() throws {
    let suite = try readDatasetSuite(text, file: "suites/small.yaml")
    #expect(suite.name == "small" && suite.falseAlarmProbability == 1e-5)
    let item = try #require(suite.cases.first)
    #expect(item.name == "family/dot" && item.seed == 7 && item.files == [.t2, .t3])
    #expect(item.scenario == "suites/benches/dot.yaml")
    #expect(item.questions == [.counts, .gatedG2Zero] && item.gateNanoseconds == 8...100)
    #expect(item.overrides.map(\.path) == ["duration", "detectors[0].dark_counts"])
    #expect(item.overrides.map(\.value) == ["20 ms", "5 cps"])
    #expect(item.overrides[0].label == "suites/small.yaml:6:21" && item.scenarioPlace == "suites/small.yaml:5:15")
  }

  /// What a built dataset holds of its suite: the same cases from scenarios of its own, and nothing laid over them.
  @Test func resolvedSuiteReadsBack() throws {
    let changes = [
      Override("cases.family/dot.scenario", "family/dot/scenario.yaml"), Override("cases.family/dot.set", "none"),
    ]
    let own = try readDatasetSuite(text, file: "suites/small.yaml", overrides: changes).resolved
      .yaml(withOrigins: false)
    let again = try readDatasetSuite(own, file: "d/suite.yaml")
    #expect(again.cases[0].scenario == "d/family/dot/scenario.yaml" && again.cases[0].overrides.isEmpty)
    #expect(again.cases[0].gateNanoseconds == 8...100 && again.cases[0].files == [.t2, .t3])
    #expect(
      try readDatasetSuite(own, file: "d/suite.yaml", overrides: changes).resolved.yaml(withOrigins: false) == own)
  }

  @Test(arguments: [
    ("stop: 100 ns", "stop: 5 ns", "small.yaml:9:31: error: cases.family/dot.gate.stop must come after the start"),
    ("[t2, t3]", "[truth]", "small.yaml:8:12: error: cases.family/dot.files needs t2 or t3"),
    ("[t2, t3]", "[t2, t2]", "small.yaml:8:12: error: cases.family/dot.files names a file twice"),
    ("seed: 7", "seed: -7", "small.yaml:7:11: error: "),
  ])
  func faultsNameTheirPlace(old: String, new: String, message: String) {
    #expect(text.contains(old))
    do {
      _ = try readDatasetSuite(text.replacing(old, with: new), file: "small.yaml")
      Issue.record("read without a fault")
    } catch {
      #expect("\(error)".hasPrefix(message), "\(error)")
    }
  }
}
