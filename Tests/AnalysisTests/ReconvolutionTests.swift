import Analysis
import CGSL
import Glibc
import Testing

/// Fits with an instrument response to decays whose truth is known. Each statement on n pulls is that on a normal law: mean
/// within 4.89/√n, s.d. within 4.89/√(2n) of 1; false alarm 1e−6, two-sided.
@Suite struct ReconvolutionTests {
  static func expectUnit(_ pulls: [Double], _ name: String) {
    let (mean, deviation) = DecayFitTests.moments(pulls)
    let n = Double(pulls.count)
    #expect(abs(mean) < 4.89 / n.squareRoot(), "\(name): mean pull \(mean) of \(pulls.count)")
    #expect(abs(deviation - 1) < 4.89 / (2 * n).squareRoot(), "\(name): s.d. of pulls \(deviation) of \(pulls.count)")
  }

  static func options(_ components: Int, _ response: InstrumentResponse) -> LifetimeOptions {
    var options = LifetimeOptions(components: components)
    options.response = response
    return options
  }

  @Test("two lifetimes, background and place through a Gaussian response: unbiased, pulls of unit width")
  func gaussianResponse() throws {
    let truth = JitteredDecay(shares: [(0.3, 3.39), (0.7, 20.09)])
    var pulls = [[Double]](repeating: [], count: 4)
    for decay in truth.recordings(total: 1e5, count: 200, seed: 11) {
      let fit = try fitDecay(decay, options: Self.options(2, .gaussian(fwhmNs: 0.35)))
      for i in 0..<2 {
        let sigma = try #require(fit.components[i].lifetimeNsUncertainty)
        pulls[i].append((fit.components[i].lifetimeNs - truth.shares[i].lifetimeNs) / sigma)
      }
      pulls[2].append((try #require(fit.shiftPs) - 20_000) / (try #require(fit.shiftPsUncertainty)))
      pulls[3].append((fit.backgroundPerBin - 2) / (try #require(fit.backgroundPerBinUncertainty)))
    }
    for (name, values) in zip(["short", "long", "shift", "background"], pulls) { Self.expectUnit(values, name) }
  }

  @Test("a lifetime shorter than a measured response, in a period that is no whole number of bins")
  func measuredResponse() throws {
    var jitter = JitteredDecay(bins: 781, periodNs: 12.505, binNs: 0.016, shares: [(1, 0)])
    jitter.centerNs = 3
    jitter.sigmaNs = 0.12
    var truth = jitter
    truth.centerNs = 3.0093
    truth.shares = [(1, 0.1)]
    let response = try #require(jitter.recordings(total: 3e7, count: 1, seed: 3).first)
    var lifetimes: [Double] = []
    var shifts: [Double] = []
    for decay in truth.recordings(total: 2e4, count: 200, seed: 12) {
      let fit = try fitDecay(decay, options: Self.options(1, .measured(response)))
      lifetimes.append((fit.components[0].lifetimeNs - 0.1) / (try #require(fit.components[0].lifetimeNsUncertainty)))
      shifts.append((try #require(fit.shiftPs) - 9.3) / (try #require(fit.shiftPsUncertainty)))
    }
    Self.expectUnit(lifetimes, "lifetime")
    Self.expectUnit(shifts, "shift")
  }

  @Test("tails of earlier pulses: a lifetime as long as the period")
  func wrapAround() throws {
    let truth = JitteredDecay(bins: 512, periodNs: 12.8, shares: [(1, 12)])
    var pulls: [Double] = []
    for decay in truth.recordings(total: 1e5, count: 200, seed: 13) {
      let fit = try fitDecay(decay, options: Self.options(1, .gaussian(fwhmNs: 0.35)))
      guard let sigma = fit.components[0].lifetimeNsUncertainty else { continue }
      // the lifetime is nearly normal in its inverse
      pulls.append(
        (1 / 12 - 1 / fit.components[0].lifetimeNs) * 144 / (sigma * 144 / pow(fit.components[0].lifetimeNs, 2)))
    }
    #expect(pulls.count == 200)
    let (mean, _) = DecayFitTests.moments(pulls)
    #expect(abs(mean) < 0.6)
  }

  @Test("the response's tail: a fit that knows it is unbiased, one that does not is not")
  func responseTail() throws {
    // an exponential tail of the response is a convolution with (1 − s)δ + s e^{−t/τ}/τ: partial fractions with the decay
    let (share, tail, lifetime) = (0.3, 0.4, 2.0)
    let slow = lifetime / (lifetime - tail)
    var truth = JitteredDecay(
      bins: 500, periodNs: 25, shares: [(1 - share + share * slow, lifetime), (share * (1 - slow), tail)])
    truth.centerNs = 5
    var known: [Double] = []
    var unknown: [Double] = []
    for decay in truth.recordings(total: 1e5, count: 100, seed: 14) {
      let fit = try fitDecay(
        decay, options: Self.options(1, .gaussian(fwhmNs: 0.35, tailShare: share, tailNs: tail)))
      known.append((fit.components[0].lifetimeNs - lifetime) / (try #require(fit.components[0].lifetimeNsUncertainty)))
      let other = try fitDecay(decay, options: Self.options(1, .gaussian(fwhmNs: 0.35)))
      unknown.append(
        (other.components[0].lifetimeNs - lifetime) / (try #require(other.components[0].lifetimeNsUncertainty)))
    }
    Self.expectUnit(known, "lifetime")
    #expect(abs(DecayFitTests.moments(unknown).mean) > 1)
  }

  /// Of 300 recordings 68.27 % ± 4.89 s.d. (13.1 %) and 95 ± 6.2 % (false alarm 1e−6 each, normal limit of the binomial law;
  /// 95 % of 300 has 15 misses: the exact two-sided false alarm is below 1e−4 at the upper side).
  @Test("profile-likelihood intervals cover the truth as often as they say, at 3000 counts")
  func coverage() throws {
    let truth = JitteredDecay(bins: 250, shares: [(0.3, 3.39), (0.7, 20.09)])
    var covered = [[Int]](repeating: [0, 0], count: 3)
    let n = 300
    for decay in truth.recordings(total: 3000, count: n, seed: 15) {
      var options = Self.options(2, .gaussian(fwhmNs: 0.35))
      options.findsIntervals = true
      let fit = try fitDecay(decay, options: options)
      let long = try #require(fit.intervals.first { $0.parameter == "lifetime_ns" && $0.component == 2 })
      let short = try #require(fit.intervals.first { $0.parameter == "lifetime_ns" && $0.component == 1 })
      let shift = try #require(fit.intervals.first { $0.parameter == "shift_ps" })
      for (i, (interval, value)) in [(short, 3.39), (long, 20.09), (shift, 20_000)].enumerated() {
        if (interval.low68 ?? 0) <= value, value <= (interval.high68 ?? .infinity) { covered[i][0] += 1 }
        if (interval.low95 ?? 0) <= value, value <= (interval.high95 ?? .infinity) { covered[i][1] += 1 }
      }
    }
    for (name, both) in zip(["short", "long", "shift"], covered) {
      #expect(abs(Double(both[0]) / Double(n) - 0.6827) < 0.131, "\(name): \(both[0]) of \(n)")
      #expect(abs(Double(both[1]) / Double(n) - 0.95) < 0.0616 && both[1] < n, "\(name): \(both[1]) of \(n)")
    }
  }

  @Test("the information criterion finds how many exponentials there are")
  func choice() throws {
    for (shares, expected) in [
      ([(1.0, 10.0)], 1), ([(0.3, 3.39), (0.7, 20.09)], 2), ([(0.2, 0.8), (0.3, 5), (0.5, 30)], 3),
    ] {
      let truth = JitteredDecay(shares: shares)
      var options = Self.options(1, .gaussian(fwhmNs: 0.35))
      options.choosesComponents = true
      options.isStretched = true
      let fit = try fitDecay(try #require(truth.recordings(total: 1e6, count: 1, seed: 16).first), options: options)
      #expect(fit.components.count == expected, "\(fit.models)")
      #expect(fit.models.count >= 3)
      #expect(fit.models.allSatisfy { $0.bic >= fit.bic })
    }
  }

  @Test("least squares with weights from the counts is what maximum likelihood is at many counts, and biased at few")
  func leastSquares() throws {
    let truth = JitteredDecay(bins: 250, shares: [(1, 20)])
    var options = Self.options(1, .gaussian(fwhmNs: 0.35))
    var pulls: [LifetimeOptions.Method: [Double]] = [:]
    for decay in truth.recordings(total: 2000, count: 100, seed: 17) {
      for method in [LifetimeOptions.Method.maximumLikelihood, .leastSquares] {
        options.method = method
        let fit = try fitDecay(decay, options: options)
        pulls[method, default: []].append(
          (fit.components[0].lifetimeNs - 20) / (try #require(fit.components[0].lifetimeNsUncertainty)))
      }
    }
    Self.expectUnit(try #require(pulls[.maximumLikelihood]), "maximum likelihood")
    #expect(DecayFitTests.moments(try #require(pulls[.leastSquares])).mean < -0.489)
    let many = try #require(truth.recordings(total: 1e8, count: 1, seed: 18).first)
    options.method = .leastSquares
    let squares = try fitDecay(many, options: options)
    options.method = .maximumLikelihood
    let likelihood = try fitDecay(many, options: options)
    #expect(abs(squares.components[0].lifetimeNs / likelihood.components[0].lifetimeNs - 1) < 1e-5)
  }

  @Test("a stretched exponential through a Gaussian response, photon by photon")
  func stretched() throws {
    let (lifetime, exponent) = (8.0, 0.7)
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, 19)
    var pulls = [[Double]](repeating: [], count: 2)
    for _ in 0..<60 {
      var counts = [Int](repeating: 0, count: 500)
      for _ in 0..<20_000 {
        var t = 4 + gsl_ran_gaussian(rng, 0.15) + lifetime * pow(gsl_ran_gamma(rng, 1 / exponent, 1), 1 / exponent)
        t = (t / 50).truncatingRemainder(dividingBy: 1) * 500
        counts[Int(t < 0 ? t + 500 : t)] += 1
      }
      var options = Self.options(1, .gaussian(fwhmNs: 0.15 * 2.3548200450309493))
      options.isStretched = true
      let fit = try fitDecay(FoldedDecay(counts: counts, binPs: 100, periodPs: 50_000), options: options)
      guard let first = fit.components[0].lifetimeNsUncertainty, let second = fit.stretchExponentUncertainty else {
        continue
      }
      pulls[0].append((fit.components[0].lifetimeNs - lifetime) / first)
      pulls[1].append((try #require(fit.stretchExponent) - exponent) / second)
      #expect(fit.components.count == 1)
    }
    // without a background its fitted value stands at the edge of nothing, where pulls are no longer normal: mean only
    for values in pulls {
      #expect(values.count > 55)
      #expect(abs(DecayFitTests.moments(values).mean) < 1)
    }
  }

  /// Of 50 recordings the mean of the reduced χ² has a standard deviation of √(2/50ν), that of the residuals' autocorrelation over
  /// 200 lags and 50 recordings 1/√(10⁴n): 4.89 of them, two-sided, false alarm 1e−6; what the fit takes,
  /// four parameters' share, comes on top.
  @Test("χ² is 1 and residuals are uncorrelated where bins hold two counts")
  func fewCountsPerBin() throws {
    let truth = JitteredDecay(shares: [(1, 20)])
    var (ratio, freedom, correlation) = (0.0, 0.0, 0.0)
    for decay in truth.recordings(total: 2000, count: 50, seed: 20) {
      let fit = try fitDecay(decay, options: Self.options(1, .gaussian(fwhmNs: 0.35)))
      ratio += try #require(fit.chi2Reduced) / 50
      freedom += Double(fit.degreesOfFreedom) / 50
      correlation += fit.residualAutocorrelation(lags: 200).reduce(0, +) / 10_000
    }
    #expect(
      abs(ratio - 1) < 4.89 * (2 / (50 * freedom)).squareRoot() + 4 / freedom, "\(ratio), \(freedom) degrees of freedom"
    )
    #expect(abs(correlation) < 4.89 / (10_000.0 * 1000).squareRoot() + 4 / 1000, "\(correlation)")
  }
}
