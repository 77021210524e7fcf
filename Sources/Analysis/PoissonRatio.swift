import CGSL
import Glibc

/// The ratio of a Poisson count to the mean of several others, with honest errors at small counts.
///
/// g = N0/Ns with Ns = S/n the mean over n comparison cells that hold S counts together.
public struct PoissonRatio: Sendable, Hashable {
  /// The count in the cell of interest, N0.
  public let center: Int
  /// The sum S of the comparison cells.
  public let sideTotal: Int
  /// The number n of comparison cells (need not be whole: a ratio of exposures).
  public let sideCells: Double

  /// A centre count against `sideCells` cells (above 0) that hold `sideTotal` counts together; counts are not negative.
  public init(center: Int, sideTotal: Int, sideCells: Double) {
    self.center = center
    self.sideTotal = sideTotal
    self.sideCells = sideCells
  }

  /// g = N0·n/S.
  public var value: Double { sideTotal > 0 ? Double(center) * sideCells / Double(sideTotal) : 0 }

  /// One standard deviation: var g = g² (1/N0 + 1/S) (error propagation; REFERENCE f.4). With N0 = 0 that would be
  /// zero, so the distance to the upper end of the 68.27 % interval is given instead.
  public var uncertainty: Double {
    guard sideTotal > 0 else { return 0 }
    guard center > 0 else { return interval(confidence: oneSigma).high }
    return value * (1 / Double(center) + 1 / Double(sideTotal)).squareRoot()
  }

  /// The exact central interval for the ratio of two Poisson means: given N0 + S, N0 is binomial with
  /// p = g/(g + n) (Przyborowski & Wilenski 1940), whose limits are beta quantiles (Clopper & Pearson 1934).
  ///
  /// Above 10,000 centre counts the logarithm of the ratio is
  /// therefore taken as normal (the two differ by less than 1/N0), and above a million side counts S the centre as
  /// Poisson over an exactly known S (the interval is then too narrow by less than N0/2S of its width).
  public func interval(confidence: Double = oneSigma) -> ConfidenceInterval {
    guard sideTotal > 0 else { return ConfidenceInterval(low: 0, high: 0, confidence: confidence) }
    _ = gslErrorsReturned
    let tail = (1 - confidence) / 2
    let n0 = Double(center)
    let s = Double(sideTotal)
    if center > 10_000 {
      let spread = gsl_cdf_ugaussian_Qinv(tail) * (1 / n0 + 1 / s).squareRoot()
      return ConfidenceInterval(low: value * exp(-spread), high: value * exp(spread), confidence: confidence)
    }
    if sideTotal > 1_000_000 {
      let low = center == 0 ? 0 : gsl_cdf_gamma_Pinv(tail, n0, 1)
      let high = gsl_cdf_gamma_Qinv(tail, n0 + 1, 1)
      return ConfidenceInterval(low: sideCells * low / s, high: sideCells * high / s, confidence: confidence)
    }
    let low = center == 0 ? 0 : betaQuantile(tail, n0, s + 1)
    let high = betaQuantile(1 - tail, n0 + 1, s)
    return ConfidenceInterval(
      low: sideCells * low / (1 - low), high: sideCells * high / (1 - high), confidence: confidence)
  }

  /// How far the centre lies from the comparison cells, in standard deviations: the signed root of the
  /// likelihood-ratio statistic for equal means (Li & Ma 1983, eq. 17).
  public var significance: Double {
    let n0 = Double(center)
    let s = Double(sideTotal)
    guard n0 + s > 0 else { return 0 }
    let expected = (n0 + s) / (1 + sideCells)
    let expectedSide = expected * sideCells
    let a = n0 > 0 ? n0 * log(n0 / expected) : 0
    let b = s > 0 ? s * log(s / expectedSide) : 0
    let root = max(2 * (a + b), 0).squareRoot()
    return n0 < expected ? -root : root
  }
}

/// The x below which a beta law holds the probability p, by bisection of GSL's distribution function to the last bit.
///
/// GSL's own quantile function (2.7) does not converge for some everyday arguments (a = 150, b = 28,000) and returns NaN.
private func betaQuantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
  var (low, high) = (0.0, 1.0)
  for _ in 0..<1100 {
    let middle = (low + high) / 2
    if middle <= low || middle >= high { break }
    if gsl_cdf_beta_P(middle, a, b) < p { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// The probability within one standard deviation of a Gaussian.
public let oneSigma = 0.6826894921370859
