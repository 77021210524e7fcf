import Analysis
import Glibc
import Testing
import TimeTags

/// CW g2 of streams without a laser.
@Suite struct ContinuousCorrelationTests {
  @Test("independent photons: no laser, g2 = 1 (false alarm 1e−6)", arguments: [1, 2, 3] as [UInt])
  func flat(seed: UInt) throws {
    let tags = SyntheticStream.continuous(rateHz: 200_000, seconds: 5, dip: 1e-3, seed: seed)
    let result = try analyzeG2(header: SyntheticStream.header2) { try play(tags, blocks: 65536, $0) }
    #expect(result.excitation == .cw)
    #expect(result.periodPs == nil)
    let total = result.coincidences.reduce(0, +)
    let weight = result.normalized.reduce(0, +) / Double(result.normalized.count)
    #expect(abs(weight - 1) < 4.89 / Double(total).squareRoot())
    #expect(abs(result.g2Zero - 1) < 4.89 * result.g2ZeroUncertainty)
  }

  @Test("a deep antibunching dip is no laser", arguments: [4, 5] as [UInt])
  func dip(seed: UInt) throws {
    let tags = SyntheticStream.continuous(rateHz: 1_000_000, seconds: 2, dip: 50_000, seed: seed)
    let result = try analyzeG2(header: SyntheticStream.header2) { try play(tags, blocks: 65536, $0) }
    #expect(result.excitation == .cw)
    #expect(result.g2Zero < 0.2)
  }

  @Test("a gate without a laser is refused")
  func gate() {
    let tags = SyntheticStream.continuous(rateHz: 100_000, seconds: 1, dip: 1e-3, seed: 6)
    #expect(throws: AnalysisError.self) {
      try analyzeG2(header: SyntheticStream.header2, options: CorrelationOptions(gate: TimeGate(startNs: 0, stopNs: 5)))
      {
        try play(tags, blocks: 65536, $0)
      }
    }
  }

  /// GSL's gamma quantile does not converge at these counts: the interval was "not a number".
  @Test("the interval of many counts at zero", arguments: [9_999, 10_001, 50_000, 100_000, 1_000_000])
  func manyCounts(count: Int) throws {
    // Pairs at zero delay, one every 100 ns.
    let tags = (0..<Int64(count)).flatMap { pair in
      [TimeTag(macroTime: pair * 25_000, channel: 0), TimeTag(macroTime: pair * 25_000, channel: 1)]
    }
    let options = CorrelationOptions(excitation: .cw, rangePs: 10_000)
    let result = try analyzeG2(header: SyntheticStream.header2, options: options) {
      try play(tags, blocks: 65536, $0)
    }
    #expect(result.centerCounts == count)
    let interval = result.g2ZeroInterval
    #expect(interval.low < result.g2Zero && result.g2Zero < interval.high)
    // Jeffreys' interval is as long as the normal one but for terms of one over the counts
    let width = (interval.high - interval.low) / 2 / result.g2ZeroUncertainty
    #expect(abs(width - 1) < 1 / Double(count).squareRoot())
  }
}
