import CGSL
import Glibc

/// Dwell times under the law p(t) ∝ t^(−m) e^(−t/T) from a shortest time on, by maximum likelihood (Clauset, Shalizi &
/// Newman, SIAM Rev. 51, 661 (2009), with a right-censored dwell time as the probability to last longer).
public struct PowerLawFit: Sendable, Hashable {
  /// The exponent m.
  public var exponent: Double
  /// One standard deviation, from the curvature of the likelihood.
  public var exponentUncertainty: Double
  /// The cut-off T in seconds; nil where a pure power law does as well (twice the gain in ln L below 2.71, which a pure power law
  /// exceeds with a probability of 5 %).
  public var cutoffSeconds: Double?
  /// One standard deviation of the cut-off.
  public var cutoffSecondsUncertainty: Double?
  /// Complete dwell times in the fit: those from ``shortestSeconds`` on.
  public var count: Int
  /// The shortest dwell time of the fit in seconds.
  public var shortestSeconds: Double

  /// Fits dwell times of at least `shortest` seconds.
  ///
  /// - Parameters:
  ///   - dwells: complete dwell times in seconds.
  ///   - censored: the length of a dwell time that the end of the recording cut off.
  /// - Returns: nil with fewer than ten dwell times, or where they are all alike.
  public init?(_ dwells: [Double], censored: Double? = nil, shortest: Double) {
    let kept = dwells.filter { $0 >= shortest }.map { $0 / shortest }
    guard kept.count >= 10, shortest > 0 else { return nil }
    let cut = censored.flatMap { $0 > shortest ? $0 / shortest : nil }
    let data = Data(
      count: Double(kept.count), logs: kept.reduce(0) { $0 + log($1) }, sum: kept.reduce(0, +), censored: cut)
    let logs = data.logs + (cut.map { log($0) } ?? 0)
    guard logs > 0 else { return nil }
    // The pure power law has a closed form: S(x) = x^(1 − m).
    let pure = 1 + data.count / logs
    let pureValue = data.count * log(pure - 1) - pure * data.logs - (pure - 1) * (logs - data.logs)
    count = kept.count
    shortestSeconds = shortest
    exponent = pure
    exponentUncertainty = (pure - 1) / data.count.squareRoot()
    guard let best = Self.maximum(data, from: pure), 2 * (best.value - pureValue) > 2.71,
      let (variance, logVariance) = Self.variances(data, best.exponent, best.logRate)
    else { return }
    exponent = best.exponent
    exponentUncertainty = variance.squareRoot()
    cutoffSeconds = shortest * exp(-best.logRate)
    cutoffSecondsUncertainty = cutoffSeconds! * logVariance.squareRoot()
  }

  /// The probability of a dwell time longer than `seconds`, among those from ``shortestSeconds`` on.
  public func longer(than seconds: Double) -> Double {
    let ratio = max(seconds / shortestSeconds, 1)
    guard let cutoffSeconds else { return pow(ratio, 1 - exponent) }
    let rate = shortestSeconds / cutoffSeconds
    guard let tail = Data.logTail(exponent, rate, from: ratio), let whole = Data.logTail(exponent, rate, from: 1) else {
      return 0
    }
    return exp(tail - whole)
  }

  /// What the likelihood needs of the dwell times, in units of the shortest.
  private struct Data {
    var count: Double
    var logs: Double
    var sum: Double
    var censored: Double?

    /// ln L at the exponent m and ln(shortest/T).
    func logLikelihood(_ exponent: Double, _ logRate: Double) -> Double {
      let rate = exp(logRate)
      guard (-2...8).contains(exponent), (-25...4).contains(logRate) else { return -1e300 }
      guard let norm = Self.logTail(exponent, rate, from: 1) else { return -1e300 }
      var value = -exponent * logs - rate * sum - count * norm
      if let censored {
        guard let tail = Self.logTail(exponent, rate, from: censored) else { return -1e300 }
        value += tail - norm
      }
      return value.isFinite ? value : -1e300
    }

    /// ln ∫ₐ^∞ t^(−m) e^(−rt) dt = ln(r^(m − 1) Γ(1 − m, ra)).
    static func logTail(_ exponent: Double, _ rate: Double, from a: Double) -> Double? {
      let (order, x) = (1 - exponent, rate * a)
      var result = gsl_sf_result()
      // GSL 2.7's Γ(order, x) is wrong by up to half for −0.5 < order < −0.02 and small x; one order up it is right
      let isSafe = order <= -0.5 || order > -0.01
      guard gsl_sf_gamma_inc_e(isSafe ? order : order + 1, x, &result) == Int32(GSL_SUCCESS) else { return nil }
      let value = isSafe ? result.val : (result.val - pow(x, order) * exp(-x)) / order
      return value > 0 ? (exponent - 1) * log(rate) + log(value) : nil
    }
  }

  /// The maximum over exponent and cut-off by GSL's simplex, from several cut-offs.
  private static func maximum(_ data: Data, from pure: Double) -> (exponent: Double, logRate: Double, value: Double)? {
    _ = gslErrorsReturned
    var data = data
    return withUnsafeMutablePointer(to: &data) { pointer in
      var function = gsl_multimin_function(
        f: { x, data in
          -data!.assumingMemoryBound(to: Data.self).pointee
            .logLikelihood(gsl_vector_get(x, 0), gsl_vector_get(x, 1))
        }, n: 2, params: pointer)
      let minimizer = gsl_multimin_fminimizer_alloc(cgsl_nmsimplex2(), 2)
      let x = gsl_vector_alloc(2)
      let step = gsl_vector_alloc(2)
      defer {
        gsl_multimin_fminimizer_free(minimizer)
        gsl_vector_free(x)
        gsl_vector_free(step)
      }
      var best: (exponent: Double, logRate: Double, value: Double)?
      for start in [-8.0, -5, -2] {
        gsl_vector_set(x, 0, min(pure, 2) - 0.2)
        gsl_vector_set(x, 1, start)
        gsl_vector_set(step, 0, 0.2)
        gsl_vector_set(step, 1, 1)
        gsl_multimin_fminimizer_set(minimizer, &function, x, step)
        for _ in 0..<400 {
          if gsl_multimin_fminimizer_iterate(minimizer) != 0 { break }
          if gsl_multimin_fminimizer_size(minimizer) < 1e-7 { break }
        }
        let value = -gsl_multimin_fminimizer_minimum(minimizer)
        if value > best?.value ?? -1e299 {
          let at = gsl_multimin_fminimizer_x(minimizer)
          best = (gsl_vector_get(at, 0), gsl_vector_get(at, 1), value)
        }
      }
      return best
    }
  }

  /// Variances of the exponent and of the logarithm of the cut-off: the inverse of the likelihood's curvature.
  private static func variances(_ data: Data, _ m: Double, _ s: Double) -> (Double, Double)? {
    let (h, k) = (1e-3, 1e-3)
    let center = data.logLikelihood(m, s)
    let mm = (data.logLikelihood(m + h, s) - 2 * center + data.logLikelihood(m - h, s)) / (h * h)
    let ss = (data.logLikelihood(m, s + k) - 2 * center + data.logLikelihood(m, s - k)) / (k * k)
    let ms =
      (data.logLikelihood(m + h, s + k) - data.logLikelihood(m + h, s - k) - data.logLikelihood(m - h, s + k)
        + data.logLikelihood(m - h, s - k)) / (4 * h * k)
    let determinant = mm * ss - ms * ms
    guard mm < 0, ss < 0, determinant > 0 else { return nil }
    return (-ss / determinant, -mm / determinant)
  }
}
