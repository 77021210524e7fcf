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
}
