import Analysis
import CGSL
import Glibc

/// A decay seen through Gaussian jitter, in closed form: what a fit must find, by other means than the fit's.
struct JitteredDecay {
  var periodNs = 200.0
  var bins = 1000
  var binNs: Double
  var centerNs = 20.0
  var sigmaNs = 0.35 / 2.3548200450309493
  /// Shares of the photons and their lifetimes; a lifetime of 0 is the jitter alone.
  var shares: [(share: Double, lifetimeNs: Double)]
  var flat = 0.02

  init(bins: Int = 1000, periodNs: Double = 200, binNs: Double? = nil, shares: [(Double, Double)]) {
    self.bins = bins
    self.periodNs = periodNs
    self.binNs = binNs ?? periodNs / Double(bins)
    self.shares = shares.map { (share: $0.0, lifetimeNs: $0.1) }
  }

  /// The probability that an exponential delay with Gaussian jitter is below t.
  private func below(_ t: Double, _ lifetime: Double) -> Double {
    let gauss = 0.5 * erfc(-t / sigmaNs / 2.0.squareRoot())
    guard lifetime > 0 else { return gauss }
    let exponent = sigmaNs * sigmaNs / (2 * lifetime * lifetime) - t / lifetime
    return gauss - exp(exponent + gsl_sf_log_erfc((sigmaNs / lifetime - t / sigmaNs) / 2.0.squareRoot()) - log(2))
  }

  /// The expected counts per bin.
  func expected(total: Double) -> [Double] {
    (0..<bins).map { bin in
      var sum = flat * binNs / periodNs
      for turn in -1...30 {
        let start = Double(bin) * binNs - centerNs + Double(turn) * periodNs
        for (share, lifetime) in shares {
          sum += (1 - flat) * share * (below(start + binNs, lifetime) - below(start, lifetime))
        }
      }
      return total * sum
    }
  }

  /// Recordings of it.
  func recordings(total: Double, count: Int, seed: UInt) -> [FoldedDecay] {
    let expected = expected(total: total)
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    return (0..<count).map { _ in
      FoldedDecay(
        counts: expected.map { Int(gsl_ran_poisson(rng, $0)) }, binPs: binNs * 1e3, periodPs: periodNs * 1e3)
    }
  }
}
