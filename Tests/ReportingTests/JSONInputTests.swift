import Reporting
import Testing

@Suite struct JSONInputTests {
  struct Point: Codable, Equatable {
    var names: [String]
    var value: Double
    var seed: UInt64
  }

  @Test(arguments: [JSONOutput.Layout.pretty, .compact])
  func readsWhatWasWritten(layout: JSONOutput.Layout) throws {
    let point = Point(names: ["a/b", "γ\n"], value: 0.1 + 0.2, seed: .max)
    #expect(try JSONInput.decode(Point.self, from: JSONOutput.encode(point, layout: layout)) == point)
  }

  @Test func refusesSomethingElse() {
    #expect(throws: DecodingError.self) { try JSONInput.decode(Point.self, from: #"{"names": []}"#) }
    #expect(throws: DecodingError.self) { try JSONInput.decode(Point.self, from: "seed: 1") }
  }
}
