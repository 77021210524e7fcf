import Light
import Scenarios
import Testing

/// What is wrong with a text before any key is read.
struct DocumentTests {
  @Test(arguments: [
    ("", "lab.yaml:1:1: error: the file is empty"),
    ("# nothing\n", "lab.yaml:1:1: error: the file is empty"),
    ("---\n", "lab.yaml:1:1: error: the file is empty"),
    ("- 1\n- 2\n", "lab.yaml:1:1: error: the file must be a mapping of keys to values, found a list"),
    ("hello\n", "lab.yaml:1:1: error: the file must be a mapping of keys to values, found 'hello'"),
    ("a: 1\nb: 2\na: 3\n", "lab.yaml:3:1: error: duplicate key 'a', already given in line 1"),
    ("f:\n  a: 1\n  b:\n    c: 2\n\n  a: 3\n", "lab.yaml:6:3: error: duplicate key 'a', already given in line 2"),
    ("f: {a: 1, a: 2}\n", "lab.yaml:1:11: error: duplicate key 'a', already given in line 1"),
    ("a:\n\tb: 1\n", "lab.yaml:2:1: error: a tab cannot indent; use spaces"),
    ("a: 1\n  b: 2\n", "lab.yaml:2:4: error: not valid YAML: mapping values are not allowed in this context"),
    ("a: b: 2\n", "lab.yaml:1:5: error: not valid YAML: mapping values are not allowed in this context"),
    (
      "a: 'open\n",
      "lab.yaml:1:4: error: not valid YAML: found unexpected end of stream (while scanning a quoted scalar)"
    ),
    (
      "a: [1, 2\n",
      "lab.yaml:1:4: error: not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence)"
    ),
    ("a: *x\n", "lab.yaml:1:4: error: found undefined alias"),
    ("a: &x [*x]\n", "lab.yaml:1:4: error: lists and sections nest more than 200 deep"),
    ("µ: 1\nµ é: \u{1}\n", "lab.yaml:2:6: error: not valid YAML: control characters are not allowed"),
    ("a: 1\n---\nb: 2\n", "lab.yaml:2:1: error: only one YAML document in a file"),
    ("<<: 1\n", "lab.yaml:1:1: error: '<<' is not supported; use 'preset: NAME'"),
    ("? [1]\n: 2\n", "lab.yaml:1:3: error: a key must be a text"),
    ("a: \u{1}\n", "lab.yaml:1:4: error: not valid YAML: control characters are not allowed"),
  ])
  func refuses(_ text: String, _ message: String) {
    #expect(faults(text) { _ in } == message)
  }

  /// A few lines that stand for ten billion values.
  @Test func aliasesDoNotExplode() {
    var text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    for i in 1...9 {
      let alias = Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", ")
      text += "a\(i): &a\(i) [\(alias)]\n"
    }
    #expect(faults(text) { _ in }.hasSuffix("error: the document holds more than 100000 values"))
  }

  @Test func nestingIsBounded() {
    let text = "a: " + String(repeating: "[", count: 100_000)
    #expect(faults(text) { _ in }.hasPrefix("lab.yaml:1:"))
    #expect(faults("a:\n" + String(repeating: "- ", count: 300) + "b\n") { _ in }.hasSuffix("nest more than 200 deep"))
  }

  @Test func aliasesAreValues() throws {
    let (value, _) = try readDocument("a: &x 5 ns\nb: *x\n", file: "lab.yaml") {
      [$0.quantity("a", in: .nanoseconds), $0.quantity("b", in: .picoseconds)]
    }
    #expect(value == [5, 5000])
  }
}
