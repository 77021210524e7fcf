import Bench
import CGSL
import Emitters

extension Predictor {
  /// The standard deviation of a channel's mean rate over recordings of a length, in Hz: blinking and counting.
  ///
  /// The variance of a time average is 2/T ∫ (1 − τ/T) C(τ) dτ with the autocovariance C of the light (Papoulis,
  /// "Probability, random variables, and stochastic processes", 1991, section 13-1), here by the trapezoidal rule in log τ.
  ///
  /// - Parameters:
  ///   - d: the detector.
  ///   - seconds: the length T of the recordings.
  public func rateStandardDeviationHz(_ d: Int, overSeconds seconds: Double) -> Double {
    let mean = signalMean(d) + poissonMean(d)
    guard mean > 0, seconds > 0 else { return 0 }
    func covariance(_ lag: Double) -> Double {
      light.indices.reduce(0) { $0 + (kinds[$1].kinds.count > 1 ? excessOfHiddenStates($1, d, d, lag: lag) : 0) }
    }
    let steps = 160
    let first = gsl_sf_log(seconds * 1e-8)
    let width = (gsl_sf_log(seconds) - first) / Double(steps)
    var integral = 0.0
    for i in 0..<steps {
      // The last point, τ = T, has weight 0.
      let lag = gsl_sf_exp(first + Double(i) * width)
      integral += (i == 0 ? 0.5 : 1) * lag * width * (1 - lag / seconds) * covariance(lag)
    }
    let blinking = max(0, 2 / seconds * integral) * unitsPerSecond * unitsPerSecond
    return (blinking + recordedRatesHz[d] / seconds).squareRoot()
  }
}
