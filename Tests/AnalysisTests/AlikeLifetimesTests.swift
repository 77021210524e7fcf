import Analysis
import Testing

/// What a fit says where the decay does not determine what was asked of it.
@Suite struct AlikeLifetimesTests {
  @Test("two exponentials of a single one are said to be alike, those of two are not")
  func alike() throws {
    for lifetimes in [[(1.0, 20.0)], [(0.7, 20.0), (0.3, 2.0)]] {
      let truth = JitteredDecay(bins: 1024, periodNs: 200, shares: lifetimes)
      let decay = truth.recordings(total: 2e5, count: 1, seed: 17)[0]
      var options = LifetimeOptions(components: 2)
      options.response = .gaussian(fwhmNs: 0.35)
      let fit = try? fitDecay(decay, options: options)
      guard lifetimes.count == 1 else {
        #expect(try #require(fit).warnings.isEmpty)
        continue
      }
      // or no second exponential is found at all
      if let fit { #expect(fit.warnings.contains { $0.contains("does not tell lifetimes 1 and 2 apart") }) }
      let one = try fitDecay(decay, options: LifetimeOptions(components: 1))
      #expect(one.warnings.isEmpty)
    }
  }

  @Test("numbers that no instrument has are refused with a sentence")
  func absurd() {
    let decay = FoldedDecay(counts: [10, 5, 3, 1], binPs: 100, periodPs: 400)
    for nanoseconds in [1e300, .infinity, .nan, -1] {
      #expect(throws: AnalysisError.self) { try PileUp.deadTime(ns: nanoseconds).liveShares(of: decay, periods: 1e9) }
    }
    for period in [0.0, -5, .nan, .infinity] {
      #expect(throws: AnalysisError.self) {
        try LogarithmicAxis(lowPs: 100, highPs: 1e9, pointsPerDecade: 10, periodPs: period)
      }
    }
  }
}
