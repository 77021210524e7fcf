import CGSL
import Glibc

/// Dwell times under the law p(t) ∝ t^(−m) e^(−t/T) from a shortest time on, by maximum likelihood (Clauset, Shalizi &
/// Newman, SIAM Rev. 51, 661 (2009), with a right-censored dwell time as the probability to last longer).
///
/// Few dwell times do not tell a low exponent with a cut-off from a higher one without. Choosing one of the two laws and quoting its
/// exponent would be biased, and its error too small; so the exponent is the mean over all of them.
public struct PowerLawFit: Sendable, Hashable {
  /// The exponent m: its mean under the likelihood, all exponents alike beforehand and all cut-offs up to a thousand times the
  /// longest dwell time alike in their logarithm.
  public var exponent: Double
  /// One standard deviation about that mean.
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
    guard let best = Self.maximum(data, from: pure) else { return }
    let logVariance = Self.logRateVariance(data, best.exponent, best.logRate)
    if let (mean, deviation) = Self.averaged(
      data, best, spread: exponentUncertainty, logSpread: logVariance?.squareRoot() ?? 1,
      longest: max(kept.max() ?? 1, cut ?? 1))
    {
      (exponent, exponentUncertainty) = (mean, deviation)
    }
    guard 2 * (best.value - pureValue) > 2.71, let logVariance else { return }
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

  /// The variance of the logarithm of the cut-off: the inverse of the likelihood's curvature; nil where it does not end.
  private static func logRateVariance(_ data: Data, _ m: Double, _ s: Double) -> Double? {
    let h = 1e-3
    func value(_ i: Double, _ j: Double) -> Double { data.logLikelihood(m + i * h, s + j * h) }
    let center = value(0, 0)
    let (up, down) = (value(1, 0), value(-1, 0))
    let (late, early) = (value(0, 1), value(0, -1))
    let corners = [value(1, 1), value(-1, -1), value(1, -1), value(-1, 1)]
    // at the edge of what is tried there is no curvature
    guard min(up, down, late, early, corners.min() ?? 0) > -1e299 else { return nil }
    let mm = (up - 2 * center + down) / (h * h)
    let ss = (late - 2 * center + early) / (h * h)
    let ms = (corners[0] + corners[1] - corners[2] - corners[3]) / (4 * h * h)
    let determinant = mm * ss - ms * ms
    return mm < 0 && ss < 0 && determinant > 0 ? -mm / determinant : nil
  }

  /// Mean and standard deviation of the exponent over all cut-offs, by sums over a grid that follows the likelihood's ridge.
  ///
  /// - Parameters:
  ///   - spread: about the exponent's deviation at a given cut-off, the first guess.
  ///   - logSpread: about that of the logarithm of the cut-off.
  ///   - longest: dwell time, in units of the shortest.
  private static func averaged(
    _ data: Data, _ best: (exponent: Double, logRate: Double, value: Double), spread: Double, logSpread: Double,
    longest: Double
  ) -> (mean: Double, deviation: Double)? {
    // what is this far below the maximum counts for nothing
    let depth = 12.0
    /// The weight of all exponents at one cut-off, their mean and deviation.
    func row(_ logRate: Double, _ center: Double, _ spread: Double) -> (
      weight: Double, mean: Double, deviation: Double
    )? {
      let step = 1.2 * spread
      var (weight, moment, square) = (0.0, 0.0, 0.0)
      var top = -Double.infinity
      for direction in [0.0, 1, -1] {
        for k in 1...60 {
          let offset = direction * Double(k) * step
          let value = data.logLikelihood(center + offset, logRate) - best.value
          top = max(top, value)
          let share = exp(value)
          weight += share
          moment += share * offset
          square += share * offset * offset
          if direction == 0 || value < top - depth { break }
        }
      }
      guard weight > 0 else { return nil }
      let mean = moment / weight
      return (weight * step, center + mean, max(square / weight - mean * mean, step * step / 100).squareRoot())
    }
    let step = min(max(0.8 * logSpread, 0.05), 0.4)
    // a cut-off of a hundred times the longest dwell time is as good as none, and of a thousand the last
    let flat = log(0.01 / longest)
    let last = log(0.001 / longest)
    guard let first = row(max(best.logRate, flat), best.exponent, spread) else { return nil }
    var rows = [first]
    for direction in [1.0, -1] {
      var (near, logRate) = (first, max(best.logRate, flat))
      while true {
        logRate += direction * step
        guard logRate < 4, let next = row(logRate, near.mean, near.deviation) else { break }
        near = next
        if logRate <= flat { near.weight *= max((logRate - last) / step, 0) }
        rows.append(near)
        if logRate <= flat || near.weight < 1e-6 * first.weight { break }
      }
    }
    let weight = rows.reduce(0) { $0 + $1.weight }
    let mean = rows.reduce(0) { $0 + $1.weight * $1.mean } / weight
    let variance =
      rows.reduce(0) {
        $0 + $1.weight * ($1.deviation * $1.deviation + ($1.mean - mean) * ($1.mean - mean))
      } / weight
    return variance > 0 && variance.isFinite ? (mean, variance.squareRoot()) : nil
  }
}
