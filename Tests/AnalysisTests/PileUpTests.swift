import Analysis
import CGSL
import Glibc
import Testing

/// Decays recorded by a blind detector, photon by photon: a Poisson number of photons in every period.
@Suite struct PileUpTests {
  /// The recorded histogram of 500 bins of 100 ps at `mean` photons per period; lost photons do not prolong the dead time.
  static func record(mean: Double, periods: Int, lifetime: Double, deadNs: Double?, seed: UInt) -> FoldedDecay {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var counts = [Int](repeating: 0, count: 500)
    var pending: [Double] = []
    var blindUntil = -1.0
    for period in 0..<periods {
      for _ in 0..<gsl_ran_poisson(rng, mean) {
        pending.append(Double(period) * 50 + 5 + gsl_ran_exponential(rng, lifetime))
      }
      let end = Double(period + 1) * 50
      for time in pending.sorted() where time < end && time >= blindUntil {
        counts[min(Int((time / 50 - Double(period)) * 500), 499)] += 1
        blindUntil = deadNs.map { time + $0 } ?? end
      }
      pending.removeAll { $0 < end }
    }
    return FoldedDecay(counts: counts, binPs: 100, periodPs: 50_000)
  }

  /// 4.89 standard deviations: false alarm 1e−6, two-sided.
  @Test(
    "the lifetime is right with the correction and far off without", arguments: [nil, 30.0, 50, 77, 120] as [Double?])
  func corrected(deadNs: Double?) throws {
    let periods = 400_000
    let decay = Self.record(mean: 0.5, periods: periods, lifetime: 6, deadNs: deadNs, seed: 21)
    let pileUp = deadNs.map { PileUp.deadTime(ns: $0) } ?? .onePerPeriod
    let options = LifetimeOptions(components: 1)
    let right = try fitDecay(decay, live: pileUp.liveShares(of: decay, periods: Double(periods)), options: options)
    let sigma = try #require(right.components[0].lifetimeNsUncertainty)
    #expect(abs(right.components[0].lifetimeNs - 6) < 4.89 * sigma, "\(right.components[0].lifetimeNs) ± \(sigma)")
    let wrong = try fitDecay(decay, options: options)
    // a dead time of one period blinds all bins nearly alike
    if deadNs != 50 { #expect(abs(wrong.components[0].lifetimeNs - 6) > 10 * sigma) }
  }

  @Test("a dead time that leaves no time is refused")
  func impossible() {
    let decay = FoldedDecay(counts: [Int](repeating: 1000, count: 100), binPs: 100, periodPs: 10_000)
    #expect(throws: AnalysisError.self) { try PileUp.deadTime(ns: 100).liveShares(of: decay, periods: 1e5) }
    #expect(throws: AnalysisError.self) { try PileUp.onePerPeriod.liveShares(of: decay, periods: 5e4) }
    #expect(throws: AnalysisError.self) { try PileUp.deadTime(ns: -1).liveShares(of: decay, periods: 1e9) }
  }
}
