import CGSL

/// Which answers are accepted of a quantity that scatters: all but a share `probability`, half of it on either side.
struct AcceptedRange {
  let probability: Double

  /// So many standard deviations of a normal law.
  var deviations: Double { gsl_cdf_ugaussian_Qinv(probability / 2) }

  /// A normal law.
  func normal(_ value: Double, standardDeviation: Double) -> (low: Double, high: Double) {
    (value - deviations * standardDeviation, value + deviations * standardDeviation)
  }

  /// Counts of a Poisson law: the smallest and the largest that are accepted.
  func poisson(mean: Double) -> (low: Double, high: Double) {
    guard mean > 0 else { return (0, 0) }
    guard mean < 1e5 else { return normal(mean, standardDeviation: mean.squareRoot()) }
    var low: UInt32 = 0
    while gsl_cdf_poisson_P(low, mean) <= probability / 2 { low += 1 }
    var high = UInt32(mean)
    while gsl_cdf_poisson_Q(high, mean) > probability / 2 { high += 1 }
    return (Double(low), Double(high))
  }
}
