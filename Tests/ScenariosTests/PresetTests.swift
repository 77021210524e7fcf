import Light
import Scenarios
import Testing

private let library = PresetLibrary([
  "detector": [
    "spcm-aqrh-14": """
    dead_time: {value: 22 ns, datasheet: "page 2"}
    dark_counts: {value: 100 cps, datasheet: "page 2"}
    jitter:
      width: {value: 350 ps, datasheet: "page 2"}
      tail: {value: 5 %, customary: "seen in the lab"}
    efficiency: {value: {500 nm: 0.5, 650 nm: 0.65}, datasheet: "figure 1"}
    """,
    "quiet": "preset: spcm-aqrh-14\ndark_counts: 20 cps\n",
    "ring": "preset: ring\n",
    "faulty": "dead_time: 22 ns\ndark_counts:\n  - 1\njiter: 1\n",
    "broken": "dead_time: [\n",
  ]
])

private func read(_ detector: Section) -> [Double] {
  let jitter = detector.section("jitter")
  let table = detector.table("efficiency", x: .nanometers, y: .one)
  return [
    detector.quantity("dead_time", in: .nanoseconds), detector.quantity("dark_counts", in: .countsPerSecond),
    jitter.quantity("width", in: .picoseconds), jitter.fraction("tail"), Double(table.count),
  ]
}

private func values(_ text: String, overrides: [Override] = []) throws -> ([Double], Resolved) {
  let (value, resolved) = try readDocument(text, file: "lab.yaml", presets: library, overrides: overrides) {
    read($0.section("detector", presets: "detector"))
  }
  return (value, resolved)
}

private func presetFaults(_ text: String, overrides: [Override] = []) -> String {
  faults(text, presets: library, overrides: overrides) { _ = read($0.section("detector", presets: "detector")) }
}

struct PresetTests {
  @Test func aPresetFillsWhatTheSectionDoesNotSay() throws {
    let text = """
      detector:
        preset: spcm-aqrh-14
        dark_counts: 300 cps
        jitter: {width: 400 ps}
        efficiency: {600 nm: 0.6}
      """
    let (value, resolved) = try values(text)
    #expect(value == [22, 300, 400, 0.05, 1])
    #expect(resolved["detector.dead_time"]?.origin == .preset("spcm-aqrh-14"))
    #expect(resolved["detector.dead_time"]?.provenance == Provenance(.datasheet, "page 2"))
    #expect(resolved["detector.dark_counts"]?.origin == .file)
    #expect(resolved["detector.dark_counts"]?.provenance == nil)
  }

  @Test func aPresetMayBuildOnAnother() throws {
    #expect(try values("detector: {preset: quiet}").0 == [22, 20, 350, 0.05, 2])
  }

  @Test func listsOfSectionsTakePresets() throws {
    let text = "detectors:\n  - preset: quiet\n  - preset: spcm-aqrh-14\n    dead_time: 30 ns\n"
    let overrides = [Override("detectors[1].dark_counts", "7 cps"), Override("detectors.0.jitter.width", "1 ns")]
    let (rows, _) = try readDocument(text, file: "lab.yaml", presets: library, overrides: overrides) { root in
      root.list("detectors", presets: "detector").map { section in
        #expect(section.presetName != nil)
        return read(section)
      }
    }
    #expect(rows == [[22, 20, 1000, 0.05, 2], [30, 7, 350, 0.05, 2]])
  }

  @Test func theTopMayNameAPreset() throws {
    let (value, _) = try readDocument(
      "preset: quiet\ndead_time: 5 ns", file: "lab.yaml", presets: library, presetKind: "detector", read)
    #expect(value == [5, 20, 350, 0.05, 2])
  }

  @Test(arguments: [
    (
      "detector: {preset: spcm-aqhr-14}",
      "lab.yaml:1:20: error: unknown preset 'spcm-aqhr-14'; did you mean 'spcm-aqrh-14'?"
    ),
    (
      "detector: {preset: xyz}",
      "lab.yaml:1:20: error: unknown preset 'xyz'; use one of broken, faulty, quiet, ring, spcm-aqrh-14"
    ),
    ("detector: {preset: [a]}", "lab.yaml:1:20: error: detector.preset: expected the name of a preset, found a list"),
    ("detector: {preset: ring}", "preset ring:1:9: error: preset 'ring' builds on itself"),
    (
      "detector: {preset: broken}",
      "preset broken:2:1: error: not valid YAML: did not find expected node content (while parsing a flow node)"
    ),
    (
      "detector: {preset: quiet, dark_count: 5 cps}",
      "lab.yaml:1:27: error: unknown key 'dark_count'; did you mean 'dark_counts'?"
    ),
    ("detector: none", "lab.yaml:1:11: error: detector cannot be none; expected a section"),
  ])
  func explains(_ text: String, _ message: String) {
    #expect(presetFaults(text) == message)
  }

  @Test func faultsInAPresetNameIt() {
    #expect(
      presetFaults("detector: {preset: faulty}") == """
        preset faulty:3:3: error: detector.dark_counts: expected a rate such as '100 cps', found a list
        preset faulty:4:1: error: unknown key 'jiter'; did you mean 'jitter'?
        lab.yaml:1:1: error: missing 'efficiency' in detector (a table such as '{618 nm: 0.95}')
        """)
  }

  @Test func onlySectionsThatTakePresetsMayNameOne() {
    let found = faults("filter: {preset: quiet, center: 5 nm}", presets: library) {
      _ = $0.section("filter").quantity("center", in: .nanometers)
    }
    #expect(found == "lab.yaml:1:10: error: unknown key 'preset'; filter takes center")
  }
}

struct OverrideTests {
  let text = "detector:\n  preset: spcm-aqrh-14\n  dark_counts: {value: 300 cps, measured: \"lab\"}\n"

  @Test func overridesWin() throws {
    let overrides = [
      Override("detector.dark_counts", "1 cps"), try Override(parsing: "detector.jitter.width = 1 ns"),
      Override("detector.dark_counts", "2 cps"), Override("detector.efficiency", "{500 nm: 0.5}"),
    ]
    let (value, resolved) = try values(text, overrides: overrides)
    #expect(value == [22, 2, 1000, 0.05, 1])
    let record = try #require(resolved["detector.dark_counts"])
    #expect(record.origin == .override("detector.dark_counts"))
    #expect(record.provenance == Provenance(.chosen, "--set detector.dark_counts"))
  }

  @Test func overridesMayChooseThePreset() throws {
    let (value, _) = try values(
      "detector: {preset: ring, dead_time: 3 ns}", overrides: [Override("detector.preset", "quiet")])
    #expect(value == [3, 20, 350, 0.05, 2])
  }

  @Test func overridesReachIntoLists() throws {
    let (value, _) = try readDocument(
      "edges: [1 nm, 2 nm]", file: "lab.yaml", overrides: [Override("edges[1]", "5 nm")]
    ) { $0.quantities("edges", in: .nanometers) }
    #expect(value == [1, 5])
  }

  @Test func overridesMayGiveWhatTheDocumentLeavesOut() throws {
    let (value, _) = try readDocument("a: 1", file: "lab.yaml", overrides: [Override("filter.width", "5 nm")]) { root in
      _ = root.integer("a")
      return root.optionalSection("filter")?.quantity("width", in: .nanometers)
    }
    #expect(value == 5)
  }

  @Test(arguments: [
    ("detector.dark_count", "5 cps", "no such path 'detector.dark_count'; did you mean 'detector.dark_counts'?"),
    ("detectr.jitter.width", "5 ps", "no such path 'detectr.jitter.width'; did you mean 'detector.jitter.width'?"),
    ("detector.jitter.widht", "5 ps", "no such path 'detector.jitter.widht'; did you mean 'detector.jitter.width'?"),
    (
      "detector.colour", "red",
      "no such path 'detector.colour'; detector takes preset, jitter, efficiency, dead_time, dark_counts"
    ),
    ("detector.dark_counts", "5 ns", "detector.dark_counts: expected a rate such as '100 cps', found '5 ns' (a time)"),
    ("detector.dark_counts.x", "5 ns", "no such path 'detector.dark_counts.x'; detector.dark_counts is a value"),
    (
      "detector.efficiency.500 nm", "0.1",
      "no such path 'detector.efficiency.500 nm'; the table detector.efficiency can only be set as a whole"
    ),
    ("detector", "5", "detector must be a section of keys and values, found '5'"),
    ("detector..x", "5", "'detector..x' is not a path such as 'detectors[0].dark_counts'"),
    ("detector[x]", "5", "'detector[x]' is not a path such as 'detectors[0].dark_counts'"),
  ])
  func explains(_ path: String, _ value: String, _ message: String) {
    #expect(presetFaults(text, overrides: [Override(path, value)]) == "--set \(path): error: \(message)")
  }

  @Test func explainsPathsIntoLists() {
    func found(_ path: String) -> String {
      faults("detectors: [{a: 1}, {a: 2}]\nedges: [1 nm]", overrides: [Override(path, "3", label: "--vary")]) { root in
        for detector in root.list("detectors") { _ = detector.integer("a") }
        _ = root.quantities("edges", in: .nanometers)
        _ = root.list("others")
      }
    }
    #expect(found("detectors.5.a") == "--vary: error: no such path 'detectors[5].a'; detectors has 2 items")
    #expect(found("edges[1]") == "--vary: error: no such path 'edges[1]'; edges has 1 item")
    #expect(found("others[0].a") == "--vary: error: no such path 'others[0].a'; others is not given")
    #expect(found("detectors[0].b") == "--vary: error: no such path 'detectors[0].b'; did you mean 'detectors[0].a'?")
  }

  @Test func overridesReachSectionsWithNumbersForNames() throws {
    let text = "channels:\n  0: {delay: 1 ns}\n  1: {delay: 2 ns}\n"
    func delays(_ path: String) throws -> [Double] {
      try readDocument(text, file: "lab.yaml", overrides: [Override(path, "9 ns")]) { root in
        root.section("channels").sections().map { $0.section.quantity("delay", in: .nanoseconds) }
      }.value
    }
    #expect(try delays("channels.1.delay") == [1, 9])
    #expect(try delays("channels[0].delay") == [9, 2])
  }

  @Test func anOverrideNeedsAnEqualsSign() {
    let error = #expect(throws: Diagnostic.self) { try Override(parsing: "filter.bandwidth 5") }
    #expect(
      error?.description
        == "--set: error: expected PATH=VALUE such as 'filter.bandwidth=10 nm', found 'filter.bandwidth 5'")
  }
}
