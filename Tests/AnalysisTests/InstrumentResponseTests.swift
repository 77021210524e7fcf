import Analysis
import Testing

/// What a response must be to be of use.
@Suite struct InstrumentResponseTests {
  static let decay = JitteredDecay(bins: 500, periodNs: 50, shares: [(1, 5)]).recordings(
    total: 1e5, count: 1, seed: 31)[0]

  static func refusal(_ response: InstrumentResponse) -> String {
    do {
      _ = try fitDecay(decay, options: ReconvolutionTests.options(1, response))
      return ""
    } catch {
      return "\(error)"
    }
  }

  static func response(bins: Int, periodNs: Double, total: Double = 1e6) -> FoldedDecay {
    var jitter = JitteredDecay(bins: bins, periodNs: periodNs, shares: [(1, 0)])
    jitter.centerNs = 10
    return jitter.recordings(total: total, count: 1, seed: 32)[0]
  }

  @Test("a response that cannot be one is refused with its reason")
  func refusals() {
    #expect(Self.refusal(.gaussian(fwhmNs: 60)).contains("longer than the laser period"))
    #expect(Self.refusal(.gaussian(fwhmNs: 0)).contains("above 0"))
    #expect(Self.refusal(.gaussian(fwhmNs: 1, tailShare: 0.2)).contains("tail"))
    #expect(Self.refusal(.measured(Self.response(bins: 300, periodNs: 50))).contains("bins"))
    #expect(Self.refusal(.measured(Self.response(bins: 250, periodNs: 50))).contains("whole part"))
    #expect(Self.refusal(.measured(Self.response(bins: 1000, periodNs: 100))).contains("recorded at a laser period"))
    #expect(Self.refusal(.measured(Self.response(bins: 500, periodNs: 50, total: 100))).contains("at least 1000"))
    let flat = FoldedDecay(counts: (0..<500).map { 500 + $0 }, binPs: 100, periodPs: 50_000)
    #expect(Self.refusal(.measured(flat)).contains("fills"))
  }

  @Test("a response in finer bins gives the lifetime that one in the decay's bins gives")
  func finerBins() throws {
    let coarse = try fitDecay(
      Self.decay, options: ReconvolutionTests.options(1, .measured(Self.response(bins: 500, periodNs: 50))))
    let fine = try fitDecay(
      Self.decay, options: ReconvolutionTests.options(1, .measured(Self.response(bins: 2000, periodNs: 50))))
    let sigma = try #require(coarse.components[0].lifetimeNsUncertainty)
    #expect(abs(coarse.components[0].lifetimeNs - fine.components[0].lifetimeNs) < 0.5 * sigma)
    #expect(abs(try #require(fine.shiftPs) - 10_000) < 20)
    #expect(try #require(fine.chi2Reduced) < 1.3)
  }

  @Test("two columns of text are a response; a bad line is named")
  func text() throws {
    let text = "time_ns,counts,fit\n# made up\n0.25,1,0\n0.35,10,0\n0.45,3,0\n"
    let response = try FoldedDecay(text: text, file: "irf.csv", periodPs: 50_000)
    #expect(response.counts == [0, 0, 1, 10, 3])
    #expect(abs(response.binPs - 100) < 1e-6)
    for (bad, word) in [
      ("1,2\n2,x\n", "irf.csv:2"), ("1,2\n2,-3\n", "whole counts"), ("1,2\n2,3\n9,4\n", "evenly"),
      ("time,counts\n", "two lines"),
    ] {
      do {
        _ = try FoldedDecay(text: bad, file: "irf.csv", periodPs: 50_000)
        Issue.record("accepted \(bad)")
      } catch {
        #expect(error.message.contains(word), "\(error.message)")
      }
    }
  }
}
