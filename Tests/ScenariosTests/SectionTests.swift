import Light
import Scenarios
import Testing

private enum Shape: String, CaseIterable { case gaussian, lorentzian, rectangle }

/// Reading values and sections; every message in full.
struct SectionTests {
  @Test func readsEveryKindOfValue() throws {
    let text = """
      lifetime: 20.09 ns
      efficiency: 95 %
      width: 12 meV
      ratio: 1.5
      photons: 1e6
      name: "none"
      note: none
      shape: lorentzian
      polarized: yes
      edges: [600 nm, 0.65 um]
      tags: [a, b]
      """
    try _ = readDocument(text, file: "lab.yaml") { root in
      #expect(root.quantity("lifetime", in: .picoseconds, range: .positive) == 20090)
      #expect(root.fraction("efficiency") == 0.95)
      #expect(root.quantity("width", of: [.length, .energy]) == Quantity(12, .millielectronvolts))
      #expect(root.number("ratio") == 1.5)
      #expect(root.integer("photons", range: .positive) == 1_000_000)
      #expect(root.optionalString("name") == "none")
      #expect(root.optionalString("note") == nil)
      #expect(root.choice("shape", of: Shape.self) == .lorentzian)
      #expect(root.boolean("polarized"))
      #expect(root.quantities("edges", in: .nanometers) == [600, 650])
      #expect(root.strings("tags") == ["a", "b"])
      #expect(root.has("absent") == false)
      #expect(root.optionalSection("background") == nil)
      #expect(root.list("detectors").isEmpty)
    }
  }

  @Test func readsTables() throws {
    let text = """
      a: {400 nm: 0.06, 450 nm: 31 %}
      b:
        - [400 nm, 0.06]
        - [0.45 um, 0.31]
      c: {value: {400 nm: 0.06, 450 nm: 0.31}, datasheet: "figure 2"}
      """
    let (tables, resolved) = try readDocument(text, file: "lab.yaml") { root in
      ["a", "b", "c"].map { root.table($0, x: .nanometers, y: .one, yRange: .between(0...1)) }
    }
    #expect(tables == Array(repeating: [Point(x: 400, y: 0.06), Point(x: 450, y: 0.31)], count: 3))
    #expect(resolved["c"]?.provenance == Provenance(.datasheet, "figure 2"))
  }

  @Test(arguments: [
    ("t: 20 nm", "lab.yaml:1:4: error: t: expected a time such as '20 ns', found '20 nm' (a length)"),
    ("t: 5", "lab.yaml:1:4: error: t: 5 needs a unit of time, for example '5 ns'"),
    ("t: 5 nsec", "lab.yaml:1:4: error: t: unknown unit 'nsec'; did you mean 'ns'?"),
    ("t: soon", "lab.yaml:1:4: error: t: expected a time such as '20 ns', found 'soon'"),
    ("t: .inf", "lab.yaml:1:4: error: t: '.inf' is not a finite number"),
    ("t: 1e307 h", "lab.yaml:1:4: error: t: '1e307 h' is not a finite number"),
    ("t:", "lab.yaml:1:3: error: t has no value; expected a time such as '20 ns'"),
    ("t: none", "lab.yaml:1:4: error: t cannot be none; expected a time such as '20 ns'"),
    ("t: [1 ns]", "lab.yaml:1:4: error: t: expected a time such as '20 ns', found a list"),
    ("t: {a: 1 ns}", "lab.yaml:1:4: error: t: expected a time such as '20 ns', found a section"),
    ("t: -3 ns", "lab.yaml:1:4: error: t must be above 0 ns, found -3 ns"),
    ("t: 0 s", "lab.yaml:1:4: error: t must be above 0 ns, found 0 s"),
    // the misspelt key stands for the missing one
    ("s: 1 ns", "lab.yaml:1:1: error: unknown key 's'; did you mean 't'?"),
    (
      "time: 1 ns",
      "lab.yaml:1:1: error: unknown key 'time'; the top level takes t\n"
        + "lab.yaml:1:1: error: missing 't' at the top level (a time such as '20 ns')"
    ),
  ])
  func explainsQuantities(_ text: String, _ message: String) {
    #expect(faults(text) { _ = $0.quantity("t", in: .nanoseconds, range: .positive) } == message)
  }

  @Test func explainsRanges() {
    func refused(_ value: String, _ range: Limits) -> String {
      faults("x: \(value)") { _ = $0.number("x", range: range) }
    }
    #expect(refused("-1", .notNegative) == "lab.yaml:1:4: error: x must be at least 0, found -1")
    #expect(refused("2", .between(0...1)) == "lab.yaml:1:4: error: x must be between 0 and 1, found 2")
    #expect(refused("0", .above(0).and(.atMost(1))) == "lab.yaml:1:4: error: x must be above 0 and at most 1, found 0")
    #expect(refused("1", .below(1)) == "lab.yaml:1:4: error: x must be below 1, found 1")
    #expect(refused("1", .above(0).and(.atMost(1))) == "none")
    #expect(refused("5 %", .any) == "lab.yaml:1:4: error: x: expected a number, found '5 %'")
    #expect(refused(".nan", .any) == "lab.yaml:1:4: error: x: '.nan' is not a finite number")
  }

  @Test func explainsEverythingElse() {
    let text = """
      a: 1.5
      b: maybe
      c: gausian
      d: triangle
      e: [1, 2]
      f: ""
      g: 5
      h: 12 ns
      i: 1
      """
    let found = faults(text) { root in
      _ = root.integer("a")
      _ = root.boolean("b")
      _ = root.choice("c", of: Shape.self)
      _ = root.choice("d", of: Shape.self)
      _ = root.string("e")
      _ = root.string("f")
      _ = root.section("g")
      _ = root.quantity("h", of: [.length, .energy])
      _ = root.list("i")
    }
    #expect(
      found == """
        lab.yaml:1:4: error: a: expected a whole number, found '1.5'
        lab.yaml:2:4: error: b: expected true or false, found 'maybe'
        lab.yaml:3:4: error: unknown c 'gausian'; did you mean 'gaussian'?
        lab.yaml:4:4: error: unknown d 'triangle'; use one of gaussian, lorentzian, rectangle
        lab.yaml:5:4: error: e: expected a text, found a list
        lab.yaml:6:4: error: f: expected a text, found an empty one
        lab.yaml:7:4: error: g must be a section of keys and values, found '5'
        lab.yaml:8:4: error: h: expected a length such as '618 nm' or an energy such as '12 meV', found '12 ns' (a time)
        lab.yaml:9:4: error: i: expected a list of sections, found '1'
        """)
  }

  @Test func explainsListsAndTables() {
    let text = """
      a: [600 nm, 5 ns]
      b: 600 nm
      c: [600 nm]
      d: {400 nm: 0.1, 300 nm: 0.2}
      e: [[400 nm, 0.1], 3]
      f: {400 nm: 1.5}
      g: 5
      h: {}
      """
    let found = faults(text) { root in
      _ = root.quantities("a", in: .nanometers)
      _ = root.quantities("b", in: .nanometers)
      _ = root.quantities("c", in: .nanometers, atLeast: 2)
      for key in ["d", "e", "f", "g", "h", "i"] {
        _ = root.table(key, x: .nanometers, y: .one, yRange: .between(0...1))
      }
      _ = root.list("j", atLeast: 1)
      _ = root.strings("k", atLeast: 1)
    }
    #expect(
      found == """
        lab.yaml:1:1: error: missing 'i' at the top level (a table such as '{618 nm: 0.95}')
        lab.yaml:1:1: error: missing 'j' at the top level (a list of sections)
        lab.yaml:1:1: error: missing 'k' at the top level (a list of texts)
        lab.yaml:1:13: error: a[1]: expected a length such as '618 nm', found '5 ns' (a time)
        lab.yaml:2:4: error: b: expected a list of quantities such as '[618 nm]', found '600 nm'
        lab.yaml:3:4: error: c needs at least 2 items, found 1
        lab.yaml:4:18: error: d must rise from row to row, but 300 nm follows 400 nm
        lab.yaml:5:20: error: e[1]: expected a pair, found '3'
        lab.yaml:6:13: error: f at 400 nm must be between 0 and 1, found 1.5
        lab.yaml:7:4: error: g: expected a table such as '{618 nm: 0.95}', found '5'
        lab.yaml:8:4: error: h needs at least 1 row, found 0
        """)
  }

  @Test func findsUnknownAndMissingKeysEverywhere() {
    let text = """
      filter:
        center: 618 nm
        bandwith: 10 nm
        colour: red
      emitters:
        - lifetime: -3 ns
        - name: B
      emitter:
        neutral:
          X:
            name: X
      extra: 1
      """
    let found = faults(text) { root in
      let filter = root.section("filter")
      _ = filter.quantity("center", in: .nanometers)
      _ = filter.quantity("bandwidth", in: .nanometers)
      for emitter in root.list("emitters", atLeast: 1) {
        _ = emitter.optionalString("name")
        _ = emitter.quantity("lifetime", in: .nanoseconds, range: .positive)
      }
      let exciton = root.section("emitter").section("neutral").section("X")
      _ = exciton.string("name")
      _ = exciton.quantity("lifetime", in: .nanoseconds)
      let stage = root.section("stage")
      _ = stage.quantity("step", in: .nanometers)
      _ = stage.section("axis").string("name")
    }
    #expect(
      found == """
        lab.yaml:1:1: error: missing 'stage' at the top level (a section)
        lab.yaml:3:3: error: unknown key 'bandwith'; did you mean 'bandwidth'?
        lab.yaml:4:3: error: unknown key 'colour'; filter takes center, bandwidth
        lab.yaml:6:15: error: emitters[0].lifetime must be above 0 ns, found -3 ns
        lab.yaml:7:5: error: missing 'lifetime' in emitters[1] (a time such as '20 ns')
        lab.yaml:10:5: error: missing 'lifetime' in emitter.neutral.X (a time such as '20 ns')
        lab.yaml:12:1: error: unknown key 'extra'; the top level takes filter, emitters, emitter, stage
        """)
  }

  @Test func aWrongKindIsReportedAlone() {
    let found = faults("kind: pulsd\nperiod: 200 ns\n") { root in
      switch root.choice("kind", of: ["continuous", "pulsed"]) {
      case "pulsed": _ = root.quantity("period", in: .nanoseconds)
      default: _ = root.quantity("power", in: .microwatts)
      }
    }
    #expect(found == "lab.yaml:1:7: error: unknown kind 'pulsd'; did you mean 'pulsed'?")
  }

  @Test func sectionsWithNamesOfTheUser() throws {
    let text = "levels:\n  X: {energy: 2 eV}\n  XX: {energy: 4 eV}\n  gone: none\n"
    let (levels, _) = try readDocument(text, file: "lab.yaml") { root in
      root.section("levels").sections().map { "\($0.name) \($0.section.quantity("energy", in: .electronvolts))" }
    }
    #expect(levels == ["X 2.0", "XX 4.0"])
  }

  @Test func callersReportWhatOnlyTheySee() {
    let text = "filter:\n  low: 5 nm\n  high: 3 nm\n"
    let found = faults(text) { root in
      let filter = root.section("filter")
      let low = filter.quantity("low", in: .nanometers)
      if filter.quantity("high", in: .nanometers) < low { filter.fail("must be above filter.low", at: "high") }
      filter.fail("is too narrow")
      try root.checkpoint()
      Issue.record("not reached")
    }
    #expect(
      found == """
        lab.yaml:1:1: error: filter is too narrow
        lab.yaml:3:9: error: filter.high must be above filter.low
        """)
    #expect(faults("a: 1") { _ in throw Diagnostic(file: "x", message: "y") } == "x: error: y")
    #expect(faults("a: 1") { _ in throw CancellationError() } == "other: CancellationError()")
  }

  @Test func placeholdersLieWithinTheLimits() {
    let limits: [Limits] = [
      .any, .positive, .notNegative, .above(7), .atLeast(3), .below(-2), .atMost(-5), .between(0...1),
      .above(2).and(.below(3)),
    ]
    for range in limits {
      _ = faults("a: 1") { root in
        #expect(range.contains(root.number("x", range: range)))
        #expect(root.list("y", atLeast: 2).count == 2)
        #expect(root.table("z", x: .nanometers, y: .one, yRange: range, atLeast: 2).count == 2)
        #expect(root.list("y", atLeast: 1)[0].number("x", range: .above(5)) > 5)
      }
    }
  }
}
