import Analysis
import Testing

/// What a fit says where the decay does not determine what was asked of it.
@Suite struct AlikeLifetimesTests {
  @Test("two exponentials of a single one are said to be alike, those of two are not")
  func alike() throws {
    var options = LifetimeOptions(components: 2)
    options.response = .gaussian(fwhmNs: 0.35)
    let two = JitteredDecay(bins: 1024, shares: [(0.7, 20.0), (0.3, 2.0)])
    for decay in two.recordings(total: 2e5, count: 3, seed: 17) {
      #expect(try fitDecay(decay, options: options).warnings.isEmpty)
    }
    var undetermined = 0
    let one = JitteredDecay(bins: 1024, shares: [(1, 20)])
    for decay in one.recordings(total: 2e5, count: 12, seed: 18) {
      // where the second lifetime runs away the fit is refused
      guard let fit = try? fitDecay(decay, options: options),
        fit.components.contains(where: { $0.lifetimeNsUncertainty == nil })
      else { continue }
      undetermined += 1
      #expect(fit.warnings.contains { $0.contains("does not tell lifetimes 1 and 2 apart") })
    }
    #expect(undetermined > 0)
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
