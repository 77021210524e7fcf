import Light
import Scenarios
import Testing

struct ProvenanceTests {
  @Test(arguments: Provenance.Kind.allCases) func everyKindIsRead(_ kind: Provenance.Kind) throws {
    let text = "t: {value: 20 ns, \(kind.rawValue): \"page 3\", range: [15 ns, 45 ns]}"
    let (value, resolved) = try readDocument(text, file: "lab.yaml") { root in
      let value = root.quantity("t", in: .nanoseconds)
      #expect(root.provenance("t") == Provenance(kind, "page 3"))
      #expect(root.origin("t") == .file)
      return value
    }
    #expect(value == 20)
    #expect(resolved["t"]?.range == "[15 ns, 45 ns]")
  }

  @Test func aDefaultHasItsProvenance() throws {
    let (value, resolved) = try readDocument("a: 1", file: "lab.yaml") { root in
      _ = root.integer("a")
      return root.quantity("dead", in: .nanoseconds, default: .datasheet(22, "AQRH, page 2"))
    }
    #expect(value == 22)
    let record = try #require(resolved["dead"])
    #expect(record.content.text == "22 ns")
    #expect(record.number == 22)
    #expect(record.unit == "ns")
    #expect(record.provenance == Provenance(.datasheet, "AQRH, page 2"))
    #expect(record.origin == .byDefault)
    #expect(resolved["a"]?.provenance == nil)
  }

  @Test(arguments: [
    (
      "{value: 20 ns}",
      "1:4: error: t needs a provenance beside 'value', one of paper, supplement, datasheet, customary, calibrated, derived, chosen, measured"
    ),
    ("{paper: x}", "1:4: error: t has a provenance but no 'value'"),
    ("{value: 20 ns, papr: x}", "1:19: error: unknown key 'papr'; did you mean 'paper'?"),
    (
      "{value: 20 ns, who: x}",
      "1:19: error: unknown key 'who'; beside 'value' stand paper, supplement, datasheet, customary, calibrated, derived, chosen, measured, range"
    ),
    ("{value: 20 ns, paper: x, measured: y}", "1:29: error: t has both 'paper' and 'measured'; give one provenance"),
    ("{value: 20 ns, paper: }", "1:26: error: t.paper must be a text that names the source, found nothing"),
    ("{value: 20 ns, paper: [1]}", "1:26: error: t.paper must be a text that names the source, found a list"),
    ("{value: 20 nm, paper: x}", "1:12: error: t: expected a time such as '20 ns', found '20 nm' (a length)"),
  ])
  func explains(_ value: String, _ message: String) {
    #expect(faults("t: \(value)") { _ = $0.quantity("t", in: .nanoseconds) } == "lab.yaml:\(message)")
  }
}
