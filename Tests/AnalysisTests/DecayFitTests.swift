import Analysis
import CGSL
import Glibc
import Testing

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
    for _ in 0..<repeats {
      let counts = expected.map { Int(gsl_ran_poisson(rng, $0)) }
      let decay = FoldedDecay(counts: counts, binPs: 200_000 / Double(bins), periodPs: 200_000)
      guard let fit = try? fitDecay(decay, options: LifetimeOptions(components: shares.count)) else { continue }
      for (i, component) in fit.components.enumerated() {
        guard let sigma = component.lifetimeNsUncertainty else { continue }
        result[i].append((component.lifetimeNs - shares[i].1) / sigma)
      }
    }
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
    }
    let single = Self.pulls(total: 2000, bins: 1000, repeats: 200, shares: [(1, 20.09)], seed: 3)
    let (mean, deviation) = Self.moments(single[0])
    #expect(abs(mean) < 4.89 / 200.0.squareRoot())
    #expect(abs(deviation - 1) < 4.89 / 400.0.squareRoot())
  }

  @Test("real nanotimes are fitted", .disabled(if: Recordings.areMissing, Comment(rawValue: Recordings.notice)))
  func realNanotimes() throws {
    let recording = TestRecording("hydraharp_t3_80MHz_hbt.ptu")
    for n in 1...2 {
      let result = try analyzeLifetime(
        header: recording.header, options: LifetimeOptions(components: n), replay: recording.replay)
      #expect(result.counts == 160_953 + 235_373)
      #expect(result.components.allSatisfy { $0.lifetimeNs > 0 && $0.lifetimeNs < 250 && $0.amplitude.isFinite })
      #expect(abs(result.pulseNs - 5.37) < 0.05)
    }
  }
}

/// One fit against SciPy.
@Suite struct DecayFitReferenceTests {
  /// SciPy 1.x, once: `minimize` (BFGS, then Nelder–Mead) of 2 Σ(m − d + d ln(d/m)) over the 472 bins with
  /// 1 ns ≤ t and t + 0.4 ns ≤ 190 ns, the model averaged over the bin with wrap-around written out anew; uncertainties
  /// from the inverse of Σ (∂m/∂θ)(∂m/∂θ)ᵀ/m with numerical derivatives.
  @Test("the fit agrees with SciPy's Poisson maximum likelihood on the same counts")
  func scipy() throws {
    let counts = DecayFitTests.expectation(total: 1e5, bins: 500, shares: [(0.3, 3.39), (0.7, 20.09)])
      .enumerated().map { Int($1.rounded()) + ($0 * 7919) % 5 }
    let decay = FoldedDecay(counts: counts, binPs: 400, periodPs: 200_000)
    let fit = try fitDecay(decay, options: LifetimeOptions(components: 2, fitStartNs: 1, fitStopNs: 190))
    #expect(counts.reduce(0, +) == 100_986)
    #expect(abs(fit.pulseNs - 20) < 1e-9)
    #expect(abs(fit.components[0].lifetimeNs - 3.39827306) < 1e-6)
    #expect(abs(fit.components[1].lifetimeNs - 20.1256508) < 1e-6)
    #expect(abs(fit.components[0].amplitude - 3468.12808) < 1e-2)
    #expect(abs(fit.components[1].amplitude - 1362.47750) < 1e-2)
    #expect(abs(fit.backgroundPerBin - 5.91970104) < 1e-5)
    #expect(abs(fit.deviance - 71.04817838) < 1e-6)
    #expect(abs((fit.components[0].lifetimeNsUncertainty ?? 0) - 0.08061024) < 1e-6)
    #expect(abs((fit.components[1].lifetimeNsUncertainty ?? 0) - 0.1574698) < 1e-6)
    #expect(abs((fit.backgroundPerBinUncertainty ?? 0) - 0.20040906) < 1e-6)
    let mean = fit.meanLifetimeNs
    #expect(abs(mean.equalWeight - (3.39827306 + 20.1256508) / 2) < 1e-5)
    #expect(mean.intensityWeighted > mean.amplitudeWeighted)
  }

  @Test("too few counts are refused with a sentence")
  func tooFew() {
    let decay = FoldedDecay(counts: [0, 20, 10, 5, 2, 1, 0, 0, 0, 0, 0, 0], binPs: 1000, periodPs: 12_000)
    #expect(throws: AnalysisError.self) { try fitDecay(decay) }
    #expect(throws: AnalysisError.self) {
      try fitDecay(FoldedDecay(counts: [Int](repeating: 0, count: 100), binPs: 1000, periodPs: 100_000))
    }
  }
}
