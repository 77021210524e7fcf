import Light
import Scenarios
import Testing

private let library = PresetLibrary([
  "detector": ["spcm": "dead_time: {value: 22 ns, datasheet: \"page 2\"}\nefficiency: {500 nm: 0.5, 650 nm: 65 %}\n"]
])

/// A reading with every kind of value, as text, so that two readings compare.
private func describe(_ root: Section) -> [String] {
  var all: [String] = []
  all.append(root.string("name"))
  all.append(root.string("note", default: .chosen("no: \"note\" # at\nall", "a \\ strange\ttext\u{7}")))
  all.append("\(root.fraction("loss", default: .customary(0.1, "guess")))")
  all.append("\(root.quantity("width", of: [.length, .energy]))")
  all.append("\(root.optionalQuantity("tilt", in: .meters).map { "\($0)" } ?? "-")")
  all.append("\(root.boolean("polarized", default: .customary(false, "unless stated")))")
  all.append("\(root.strings("tags"))")
  all.append("\(root.quantities("edges", in: .nanometers, default: .customary([600, 0.1 + 0.2], "two, long")))")
  all.append("\(root.optionalSection("background") == nil)")
  for detector in root.list("detectors", presets: "detector") {
    all.append("\(detector.quantity("dead_time", in: .picoseconds))")
    all.append("\(detector.table("efficiency", x: .nanometers, y: .one).map { [$0.x, $0.y] })")
    all.append("\(detector.integer("pixels", default: .datasheet(1, "one diode")))")
    _ = detector.section("housing").keys
  }
  for (name, level) in root.section("levels").sections() {
    all.append("\(name) \(level.quantity("energy", in: .electronvolts))")
  }
  _ = root.list("nothing")
  return all
}

struct ResolvedTests {
  let text = """
    name: "true"
    width: {value: 12.30 meV, measured: "lab book, page 7", range: [10 meV, "a, b"]}
    tags: [a, "1", "x, y"]
    detectors:
      - preset: spcm
        dead_time: 25 ns
        housing: {}
      - preset: spcm
        housing: {}
        efficiency: {value: [[400 nm, 0.1]], paper: "figure 3"}
    levels:
      X-: {energy: 2.1 eV}
      "no": {energy: 3 eV}
    """

  @Test func emitsTheDocumentWithEveryDefault() throws {
    let overrides = [Override("detectors[1].dead_time", "30 ns")]
    let (_, resolved) = try readDocument(
      text, file: "lab.yaml", presets: library, overrides: overrides, describe)
    #expect(
      resolved.yaml(header: "Resolved from lab.yaml") == #"""
        # Resolved from lab.yaml
        name: "true"
        note: {value: "no: \"note\" # at\nall", chosen: "a \\ strange\ttext\u0007"}  # default
        loss: {value: 0.1, customary: "guess"}  # default
        width: {value: 12.30 meV, measured: "lab book, page 7", range: [10 meV, "a, b"]}
        tilt: none
        polarized: {value: false, customary: "unless stated"}  # default
        tags: [a, "1", "x, y"]
        edges: {value: [600 nm, 0.30000000000000004 nm], customary: "two, long"}  # default
        background: none
        detectors:
          - dead_time: 25 ns
            efficiency:  # preset spcm
              500 nm: 0.5
              650 nm: 65 %
            pixels: {value: 1, datasheet: "one diode"}  # default
            housing: {}
          - dead_time: {value: 30 ns, chosen: "--set detectors[1].dead_time"}  # set from outside
            efficiency:
              value:
                400 nm: 0.1
              paper: "figure 3"
            pixels: {value: 1, datasheet: "one diode"}  # default
            housing: {}
        levels:
          X-:
            energy: 2.1 eV
          no:
            energy: 3 eV
        nothing: []

        """#)
  }

  @Test func readsBackToTheSameValuesAndProvenance() throws {
    let overrides = [Override("detectors[1].dead_time", "30 ns")]
    let (first, resolved) = try readDocument(
      text, file: "lab.yaml", presets: library, overrides: overrides, describe)
    let (second, again) = try readDocument(resolved.yaml(), file: "scenario.yaml", describe)
    #expect(first == second)
    #expect(resolved.values.map(\.path) == again.values.map(\.path))
    #expect(resolved.values.map(\.content) == again.values.map(\.content))
    #expect(resolved.values.map(\.provenance) == again.values.map(\.provenance))
    #expect(resolved.values.map(\.range) == again.values.map(\.range))
    #expect(again.values.allSatisfy { $0.origin == .file })
    #expect(again.yaml() == (try readDocument(again.yaml(), file: "scenario.yaml", describe)).resolved.yaml())
  }

  @Test(arguments: [
    "a", "1", "true", "No", "none", "~", "- x", "x: y", "x #y", "'", "\"", "a\nb", "é µ", " x", "x ", "*a", "&a", "!a",
    "%a", "@a", "`a", "{}", "[]", "---", "...", "?", "|", ">", "x\u{85}y", "x\u{2028}y", "\u{1}",
    "\u{1F600}", ".inf", "0x1F", "a,b", "=",
  ]) func anyTextSurvives(_ text: String) throws {
    func read(_ root: Section) -> [String] {
      [root.string("a", default: .chosen(text, text))] + root.strings("b", default: .chosen([text, text], text))
    }
    let (first, resolved) = try readDocument("{}", file: "lab.yaml", read)
    let (second, again) = try readDocument(resolved.yaml(), file: "lab.yaml", read)
    #expect(first == second)
    #expect(again["a"]?.provenance?.text == text)
  }

  /// Whatever a slip of the keyboard makes of a document, it is read or refused, and what is read resolves.
  @Test func noTextStopsTheReader() throws {
    let characters = Array(text)
    for index in characters.indices {
      for slip in ["", ":", "\"", "- ", "[", "{", "\t", "\n", "#", "&a", "*a", "%"] {
        let slipped = String(characters[..<index]) + slip + String(characters[(index + 1)...])
        guard let first = try? readDocument(slipped, file: "a", presets: library, describe) else { continue }
        #expect(try readDocument(first.resolved.yaml(), file: "b", describe).value == first.value)
      }
      _ = faults(String(characters[..<index]), presets: library) { _ = describe($0) }
    }
  }

  @Test func anEmptyDocumentResolves() throws {
    #expect(try readDocument("{}", file: "lab.yaml") { _ in }.resolved.yaml() == "{}\n")
  }
}
