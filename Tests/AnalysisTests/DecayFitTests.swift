import CGSL
import Glibc
import Testing

import Analysis

/// Lifetime fits of synthetic Poisson data.
@Suite struct DecayFitTests {
  /// Expected counts per bin: 200 ns period, lifetimes 3.39 and 20.09 ns with photon shares 0.3 and 0.7, 2 % flat.
  static func expectation(total: Double, bins: Int, shares: [(Double, Double)], flat: Double = 0.02) -> [Double] {
    let period = 200.0
    let edge = 20.0
    let width = period / Double(bins)
    return (0..<bins).map { bin in
      var t = Double(bin) * width - edge
      if t < 0 { t += period }
      let signal = shares.reduce(0.0) { sum, part in
        sum + part.0 * exp(-t / part.1) * (1 - exp(-width / part.1)) / (1 - exp(-period / part.1))
      }
      return total * ((1 - flat) * signal + flat / Double(bins))
    }
  }

  static func pulls(total: Double, bins: Int, repeats: Int, shares: [(Double, Double)], seed: UInt) -> [[Double]] {
    let expected = expectation(total: total, bins: bins, shares: shares)
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var result = [[Double]](repeating: [], count: shares.count)
    var chi = 0.0
    for _ in 0..<repeats {
      let counts = expected.map { Int(gsl_ran_poisson(rng, $0)) }
      let decay = FoldedDecay(counts: counts, binPs: 200_000 / Double(bins), periodPs: 200_000)
      guard let fit = try? fitDecay(decay, options: LifetimeOptions(components: shares.count)) else { continue }
      chi += fit.chi2Reduced ?? 1
      for (i, component) in fit.components.enumerated() {
        guard let sigma = component.lifetimeNsUncertainty else { continue }
        result[i].append((component.lifetimeNs - shares[i].1) / sigma)
      }
    }
    print("mean reduced chi2", chi / Double(repeats))
    return result
  }

  static func moments(_ x: [Double]) -> (mean: Double, deviation: Double) {
    let n = Double(x.count)
    let mean = x.reduce(0, +) / n
    return (mean, (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot())
  }

  /// Of n unit-Gaussian pulls the mean has s.d. 1/√n and the s.d. has s.d. 1/√(2n); 4.89 of each is the two-sided 1e−6.
  @Test("pulls of both lifetimes at a million counts have mean 0 and s.d. 1 (false alarm 1e−6 each)")
  func manyCounts() {
    let pulls = Self.pulls(total: 1e6, bins: 1000, repeats: 200, shares: [(0.3, 3.39), (0.7, 20.09)], seed: 1)
    for component in pulls {
      let (mean, deviation) = Self.moments(component)
      print("1e6", component.count, mean, deviation)
      #expect(component.count == 200)
      #expect(abs(mean) < 4.89 / 200.0.squareRoot())
      #expect(abs(deviation - 1) < 4.89 / 400.0.squareRoot())
    }
  }

  @Test("pulls at 2000 counts")
  func fewCounts() {
    let pulls = Self.pulls(total: 2000, bins: 1000, repeats: 200, shares: [(0.3, 3.39), (0.7, 20.09)], seed: 2)
    for component in pulls {
      let (mean, deviation) = Self.moments(component)
      #expect(component.count > 190)
      #expect(abs(mean) < 4.89 / 200.0.squareRoot())
      #expect(abs(deviation - 1) < 4.89 / 400.0.squareRoot())
      print("2000", component.count, mean, deviation, component.sorted().prefix(5), component.sorted().suffix(5))
    }
    let single = Self.pulls(total: 2000, bins: 1000, repeats: 200, shares: [(1, 20.09)], seed: 3)
    let (mean, deviation) = Self.moments(single[0])
    #expect(abs(mean) < 4.89 / 200.0.squareRoot())
    #expect(abs(deviation - 1) < 4.89 / 400.0.squareRoot())
    print("2000 single", single[0].count, mean, deviation)
  }

  @Test("real nanotimes are fitted", .disabled(if: Recordings.areMissing, Comment(rawValue: Recordings.notice)))
  func realNanotimes() throws {
    let recording = TestRecording("hydraharp_t3_80MHz_hbt.ptu")
    for n in 1...3 {
      let result = try analyzeLifetime(
        header: recording.header, options: LifetimeOptions(components: n), replay: recording.replay)
      print("hbt life", n, result.components, result.backgroundPerBin, result.chi2Reduced as Any, result.fitStartNs, result.pulseNs)
    }
  }
}
