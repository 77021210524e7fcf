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

  /// The central interval of the ratio's law given the counts, with Jeffreys' prior: given N0 + S, N0 is binomial with
  /// p = g/(g + n) (Przyborowski & Wilenski 1940), and p has the beta law of N0 + ½ and S + ½ (Brown, Cai & DasGupta,
  /// Statist. Sci. 16, 101 (2001)); with N0 = 0 it starts at 0.
  ///
  /// It covers the true ratio as often as it says, on average over true values: within 3 % (68 %) and 2 % (95 %) from
  /// 3 expected counts up, where counting whole photons allows no better. Clopper and Pearson's exact limits cover at
  /// least as often as they say, and up to 13 % more: an error that is too large is not honest either.
  ///
  /// Above 10,000 centre counts the logarithm of the ratio is taken as normal (the two differ by less than 1/N0), and
  /// above a million side counts S the centre as Poisson over an exactly known S (the interval is then too narrow by less
  /// than N0/2S of its width): GSL's distribution functions end there.
  public func interval(confidence: Double = oneSigma) -> ConfidenceInterval {
    guard sideTotal > 0 else { return ConfidenceInterval(low: 0, high: 0, confidence: confidence) }
    if center > 10_000 || sideTotal > 1_000_000 {
      return ConfidenceInterval(
        poissonMeanOf: center, over: Double(sideTotal) / sideCells, relativeErrorSquared: 1 / Double(sideTotal),
        confidence: confidence)
    }
    _ = gslErrorsReturned
    let tail = (1 - confidence) / 2
    let n0 = Double(center)
    let s = Double(sideTotal)
    let low = center == 0 ? 0 : betaQuantile(tail, n0 + 0.5, s + 0.5)
    let high = betaQuantile(1 - tail, n0 + 0.5, s + 0.5)
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

/// Two standard deviations, as everybody quotes them.
public let twoSigma = 0.95

extension ConfidenceInterval {
  /// The interval of a Poisson mean in units of `unit` from one count, with Jeffreys' prior: quantiles of the gamma law of
  /// count + ½; from 0 where nothing was counted. Above 10,000 counts GSL's quantiles (2.7) do not converge, and the
  /// logarithm is normal.
  ///
  /// - Parameter relativeErrorSquared: of the unit; it counts above 10,000 counts only, below them it is small.
  init(poissonMeanOf count: Int, over unit: Double, relativeErrorSquared: Double = 0, confidence: Double) {
    _ = gslErrorsReturned
    let tail = (1 - confidence) / 2
    let n = Double(count)
    if count > 10_000 {
      let spread = gsl_cdf_ugaussian_Qinv(tail) * (1 / n + relativeErrorSquared).squareRoot()
      self.init(low: n / unit * exp(-spread), high: n / unit * exp(spread), confidence: confidence)
    } else {
      self.init(
        low: count == 0 ? 0 : gsl_cdf_gamma_Pinv(tail, n + 0.5, 1) / unit,
        high: gsl_cdf_gamma_Qinv(tail, n + 0.5, 1) / unit, confidence: confidence)
    }
  }
}
