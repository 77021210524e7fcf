import Scenarios
import Testing

@Suite struct ValueRangeTests {
  static func values(_ text: String) throws(Diagnostic) -> [String] {
    try ValueRange(parsing: text, option: "--map").values
  }

  @Test func listsAndRanges() throws {
    #expect(try Self.values("strip.width = 120nm, 190 nm") == ["120nm", "190 nm"])
    #expect(
      try Self.values("a=100nm..250nm:7") == ["100", "125", "150", "175", "200", "225", "250"].map { $0 + " nm" })
    #expect(try Self.values("a=0.1 um .. 300 nm : 3") == ["0.1 um", "0.2 um", "0.3 um"])
    #expect(try Self.values("a=log:1..100:3") == ["1", "10", "100"])
    #expect(try Self.values("a=5..1:3") == ["5", "3", "1"])
    #expect(try ValueRange(parsing: "strip.width=1..2:2", option: "--map").path == "strip.width")
  }

  @Test(arguments: [
    ("strip.width", "--map: error: expected PATH=VALUES such as"),
    ("a=1..2", "--map a: error: a range needs the number of its values"),
    ("a=1..2:1", "--map a: error: the number of values must be between 2 and 10000, found 1"),
    ("a=1nm..2s:3", "--map a: error: "), ("a=log:0..2:3", "--map a: error: equal ratios need values above zero"),
    ("a=log:1,2", "--map a: error: log: needs a range"), ("a=", "--map a: error: expected values such as"),
    ("a=1,,2", "--map a: error: expected values such as"),
  ])
  func says(text: String, message: String) {
    do {
      _ = try Self.values(text)
      Issue.record("\(text) was taken")
    } catch {
      #expect(error.description.hasPrefix(message), "\(error)")
    }
  }
}
