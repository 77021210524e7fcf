import CGSL
import Glibc

extension FanoFactor {
  /// From the sums of counts and of their squares over parts of the recording that differ by at most a bin in length.
  ///
  /// - Returns: nil without photons or with fewer than two bins.
  init?(binS: Double, bins: Int, sums: [Double], squares: [Double]) {
    let (sum, square) = (sums.reduce(0, +), squares.reduce(0, +))
    guard sum > 0, bins > 1 else { return nil }
    func factor(_ bins: Int, _ sum: Double, _ square: Double) -> Double {
      sum > 0 ? (square - sum * sum / Double(bins)) / Double(bins - 1) / (sum / Double(bins)) : 0
    }
    let fano = factor(bins, sum, square)
    let parts = sums.count
    var uncertainty = fano * (2 / Double(bins - 1)).squareRoot()
    if bins >= 5 * parts {
      // part p holds the bins i with ⌊i·parts/bins⌋ = p
      let left = (0..<parts).map { p -> Double in
        let own = ((p + 1) * bins + parts - 1) / parts - (p * bins + parts - 1) / parts
        return factor(bins - own, sum - sums[p], square - squares[p])
      }
      let mean = left.reduce(0, +) / Double(parts)
      let scatter = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      uncertainty = (Double(parts - 1) / Double(parts) * scatter).squareRoot()
    }
    _ = gslErrorsReturned
    let statistic = fano * Double(bins - 1)
    let freedom = Double(bins - 1)
    let probability: Double
    if freedom > 1e6 {
      // GSL's incomplete gamma function loses its way there; the law is Gaussian to a thousandth
      probability = 2 * gsl_cdf_ugaussian_Q(abs(statistic - freedom) / (2 * freedom).squareRoot())
    } else {
      probability = min(2 * min(gsl_cdf_chisq_P(statistic, freedom), gsl_cdf_chisq_Q(statistic, freedom)), 1)
    }
    self.init(
      binS: binS, bins: bins, mean: sum / Double(bins), fano: fano, uncertainty: uncertainty,
      poissonProbability: probability)
  }
}
