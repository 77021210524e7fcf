import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// Fano factors against what theory says of Poisson light, dead time and blinking; two-sided, false-alarm probability 1e-6 each.
@Suite("Fano factor and Mandel Q") struct CountStatisticsTests {
  static let perSecond = SwitchingStream.ticksPerSecond
  /// 1e-6, two-sided.
  static let deviations = 4.9

  /// Arrival times in ticks of a renewal process: exponential gaps behind a dead time.
  private func renewal(rateHz: Double, deadSeconds: Double, seconds: Double, seed: UInt) -> [Int64] {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var times: [Int64] = []
    var time = 0.0
    while true {
      time += deadSeconds + gsl_ran_exponential(rng, 1 / rateHz)
      if time >= seconds { return times }
      times.append(Int64(time * Self.perSecond))
    }
  }

  private func factors(_ times: [Int64], seconds: Double, baseSeconds: Double = 1e-6) -> [FanoFactor] {
    var statistics = CountStatistics(
      start: 0, end: Int64(seconds * Self.perSecond), baseTicks: Int64(baseSeconds * Self.perSecond))
    for time in times { statistics.add(time) }
    return statistics.finish()
  }

  @Test("one pass gives what counting bins one width at a time gives, exactly")
  func equalsBins() {
    let times = renewal(rateHz: 3000, deadSeconds: 1e-4, seconds: 1.00075, seed: 61)
    let found = factors(times, seconds: 1.00075, baseSeconds: 1e-4)
    #expect(found.map(\.bins) == [10_007, 5003, 2501, 1250, 625, 312, 156, 78, 39, 19])
    for factor in found {
      var counts = [Double](repeating: 0, count: factor.bins)
      for time in times {
        let bin = Int(Double(time) / Self.perSecond / factor.binS)
        if bin < counts.count { counts[bin] += 1 }
      }
      let mean = gsl_stats_mean(counts, 1, counts.count)
      #expect(abs(factor.mean - mean) < 1e-12 * mean)
      #expect(abs(factor.fano - gsl_stats_variance(counts, 1, counts.count) / mean) < 1e-9)
    }
  }

  @Test("Poisson light: Q = 0 within its stated error, and by its χ²")
  func poisson() {
    for factor in factors(renewal(rateHz: 20_000, deadSeconds: 0, seconds: 8, seed: 62), seconds: 8) {
      #expect(factor.poissonProbability > 1e-6 && factor.poissonProbability < 1 - 1e-6, "\(factor)")
      // twenty parts: Student's t with 19 degrees of freedom, 1e-6 two-sided, is 7.2
      let limit = factor.bins >= 100 ? 7.2 : Self.deviations * 1.2
      #expect(abs(factor.mandelQ) < limit * factor.uncertainty, "\(factor)")
    }
  }

  /// A renewal process with gaps of dead time and exponential: F → (1 + λτ)⁻² in long bins (Cantor & Teich, J. Opt. Soc. Am. 65,
  /// 786 (1975)).
  @Test("dead time: Q is negative as theory says")
  func deadTime() {
    let (rate, dead) = (50_000.0, 5e-6)
    let found = factors(renewal(rateHz: rate, deadSeconds: dead, seconds: 8, seed: 63), seconds: 8)
    let long = pow(1 + rate * dead, -2)
    for factor in found where factor.binS > 1e-3 && factor.bins > 1000 {
      // the spread of F is F √(2/(n − 1)); in bins of 50 counts and more the limit holds to 1 %
      let spread = long * (2 / Double(factor.bins - 1)).squareRoot()
      #expect(abs(factor.fano - long) < Self.deviations * spread + 0.01 * long, "\(factor)")
      #expect(factor.poissonProbability < 1e-6)
    }
    // within a dead time no second photon: F = 1 − mean
    let short = found[0]
    #expect(abs(short.fano - (1 - short.mean)) < 1e-4)
  }

  /// Two rates with exponential stays: F = 1 + 2 p q (Δr)² θ/⟨r⟩ · (1 − θ/T (1 − e^(−T/θ))), 1/θ the sum of both switching
  /// rates: the autocovariance p q (Δr)² e^(−t/θ) summed over the bin (Papoulis, "Probability, random variables, and stochastic
  /// processes", 1991, section 13-1).
  @Test("blinking: F is that of a random telegraph")
  func blinking() {
    let (bright, dark, on, off) = (40_000.0, 4000.0, 0.004, 0.006)
    let stream = SwitchingStream(ratesHz: [bright, dark], seconds: 80, seed: 64) { rng, level in
      gsl_ran_exponential(UnsafeMutablePointer<gsl_rng>(rng), level == 0 ? on : off)
    }
    let p = on / (on + off)
    let theta = 1 / (1 / on + 1 / off)
    let mean = p * bright + (1 - p) * dark
    var tested = 0
    for factor in factors(stream.times, seconds: 80) where factor.bins >= 2000 {
      let t = factor.binS / theta
      let theory = 1 + 2 * p * (1 - p) * pow(bright - dark, 2) * theta / mean * (1 - (1 - exp(-t)) / t)
      #expect(abs(factor.fano - theory) < 7.2 * factor.uncertainty, "\(factor), theory \(theory)")
      #expect(factor.uncertainty < 0.1 * theory)
      tested += 1
    }
    #expect(tested > 14)
  }

  @Test("the histogram of counts holds all bins, and Poisson's law all of its probability", arguments: [3.0, 700, 3e5])
  func histogram(_ mean: Double) {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, 65)
    let counts = (0..<5000).map { _ in Int(gsl_ran_poisson(rng, mean)) }
    let histogram = CountHistogram(counts)
    #expect(histogram.bins.reduce(0, +) == 5000)
    #expect(histogram.bins.count <= 200)
    #expect(abs(histogram.expected.reduce(0, +) - 5000) < 1e-3)
    // χ² over classes with at least five expected
    var (statistic, classes) = (0.0, 0)
    for (found, expected) in zip(histogram.bins, histogram.expected) where expected >= 5 {
      statistic += pow(Double(found) - expected, 2) / expected
      classes += 1
    }
    #expect(gsl_cdf_chisq_Q(statistic, Double(classes - 1)) > 5e-7)
    #expect(gsl_cdf_chisq_P(statistic, Double(classes - 1)) > 5e-7)
  }
}
