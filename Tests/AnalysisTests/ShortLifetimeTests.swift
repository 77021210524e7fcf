import Analysis
import Glibc
import Testing

/// A lifetime as short as the response, with hardly any background: where the response stood below 0, so did the expected counts, and
/// a fit stalled there.
@Suite struct ShortLifetimeTests {
  /// A laser and a decay on the bins of a PicoHarp; a flat background of 100 counts.
  static let laser: JitteredDecay = {
    var laser = JitteredDecay(bins: 3125, periodNs: 100, shares: [(1, 0)])
    laser.centerNs = 5.3
    laser.sigmaNs = 0.15
    return laser
  }()

  /// The response as a table of whole counts out of a million: no noise, and steep at its foot.
  static func response(_ laser: JitteredDecay) -> FoldedDecay {
    FoldedDecay(counts: laser.expected(total: 1e6).map { Int($0.rounded()) }, binPs: 32, periodPs: 1e5)
  }

  static func deviance(_ counts: [Int], _ expected: [Double]) -> Double {
    zip(counts, expected).reduce(0) { sum, pair in
      let d = Double(pair.0)
      return sum + 2 * (pair.1 - d + (d > 0 ? d * log(d / pair.1) : 0))
    }
  }

  /// The optimum has no larger deviance than the truth has, to what the response's rounding adds (below 1).
  @Test("every recording leads to the optimum", arguments: [0.1, 0.4, 1.5])
  func optimum(lifetimeNs: Double) throws {
    var laser = Self.laser
    laser.flat = 0
    let response = Self.response(laser)
    var truth = laser
    truth.shares = [(1, lifetimeNs)]
    truth.flat = 0.002
    let expected = truth.expected(total: 55_000)
    for (i, decay) in truth.recordings(total: 55_000, count: 200, seed: 41).enumerated() {
      let fit = try fitDecay(decay, options: ReconvolutionTests.options(1, .measured(response)))
      let excess = fit.deviance - Self.deviance(decay.counts, expected)
      #expect(excess < 1, "recording \(i): \(fit.components[0].lifetimeNs) ns, \(excess) above the truth")
      #expect(fit.components[0].lifetimeNsUncertainty != nil)
      #expect(fit.warnings.isEmpty)
    }
  }

  @Test("a fit that does not describe the decay says so")
  func misfit() throws {
    var truth = Self.laser
    truth.shares = [(0.5, 0.4), (0.5, 4)]
    let decay = try #require(truth.recordings(total: 20_000, count: 1, seed: 42).first)
    var laser = Self.laser
    laser.flat = 0
    let one = try fitDecay(decay, options: ReconvolutionTests.options(1, .measured(Self.response(laser))))
    #expect(one.warnings.contains { $0.contains("does not describe the decay") })
    let two = try fitDecay(decay, options: ReconvolutionTests.options(2, .measured(Self.response(laser))))
    #expect(two.warnings.isEmpty)
  }
}
