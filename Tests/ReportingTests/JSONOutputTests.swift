import Reporting
import Testing

@Suite struct JSONOutputTests {
  struct Inspection: Encodable {
    var format = "ptu/t2"
    @OrNull var syncRate: Double?
    var duration = 0.1
    var delays: [Int64] = [-1_000_000_000_000, 0]
    var rates: [String: Double] = ["1": 2.5]

    enum CodingKeys: String, CodingKey {
      case format, rates
      case syncRate = "sync_rate_hz"
      case duration = "duration_s"
      case delays = "tau_ps"
    }
  }

  @Test func keysAreSortedAndNilIsNull() throws {
    #expect(
      try JSONOutput.encode(Inspection()) == """
        {
          "duration_s" : 0.1,
          "format" : "ptu/t2",
          "rates" : {
            "1" : 2.5
          },
          "sync_rate_hz" : null,
          "tau_ps" : [
            -1000000000000,
            0
          ]
        }

        """)
  }

  @Test func compactIsOneLineWithSortedKeys() throws {
    #expect(
      try JSONOutput.encode(Inspection(delays: [1]), layout: .compact)
        == #"{"duration_s":0.1,"format":"ptu/t2","rates":{"1":2.5},"sync_rate_hz":null,"tau_ps":[1]}"#)
  }

  @Test func presentValuesAreThemselves() throws {
    #expect(try JSONOutput.encode(Inspection(syncRate: 5e6)).contains("\"sync_rate_hz\" : 5000000"))
    #expect(Double.nan.ifFinite == nil && 1.5.ifFinite == 1.5)
  }

  @Test(arguments: [(Double.nan, "not a number"), (.infinity, "infinite"), (-.infinity, "infinite")])
  func whatIsNotFiniteIsRefusedWithItsName(value: Double, words: String) {
    #expect {
      try JSONOutput.encode(["simulation": ["rates": [1, value]]])
    } throws: { error in
      "\(error)"
        == "cannot write JSON: 'simulation.rates[1]' is \(words); a quantity that may be undefined has to be null"
    }
    #expect(throws: JSONOutputError.self) { try JSONOutput.encode(value) }
    #expect(throws: JSONOutputError.self) { try JSONOutput.encode(Inspection(syncRate: value)) }
  }
}
