import Bench
import CGSL
import Detectors
import Emitters

extension Predictor {
  /// The expected decay histogram of all detectors together: photons against the time after the laser pulse, folded with
  /// the detectors' and the electronics' jitter. Dead times and afterpulses are left out.
  ///
  /// - Parameters:
  ///   - steps: number of bins over a laser period.
  ///   - delayNanoseconds: where in the period the pulse lies.
  ///   - durationSeconds: the length of the recording.
  /// - Returns: expected counts per bin; none under continuous excitation.
  public func decayHistogram(steps: Int, delayNanoseconds: Double, durationSeconds: Double) -> [Double] {
    guard !isContinuous else { return [] }
    let dt = period / Double(steps)
    let pulses = durationSeconds * unitsPerSecond
    var sum = [Double](repeating: 0, count: steps)
    for (d, detector) in bench.detectors.enumerated() {
      let response = responseHistogram(detector, dt: dt, delay: delayNanoseconds)
      let intensity = clickIntensity(d, steps: steps).map { $0 * dt * pulses }
      for (offset, weight) in response where weight > 0 {
        for i in 0..<steps { sum[(((i + offset) % steps) + steps) % steps] += weight * intensity[i] }
      }
    }
    return sum
  }

  /// The share of clicks that jitter and delay move by so many bins: a Gaussian and, for a share of the clicks, the
  /// same Gaussian folded with an exponential.
  func responseHistogram(
    _ detector: SinglePhotonDetector, dt: Double, delay: Double
  ) -> [(offset: Int, weight: Double)] {
    let sigma = gsl_hypot(detector.jitter.sigmaNanoseconds, bench.electronics.jitterNanoseconds)
    let tail = detector.jitter.tailNanoseconds
    let share = tail > 0 ? detector.jitter.tailShare : 0
    /// The cumulative distribution of the shift.
    func below(_ t: Double) -> Double {
      guard sigma > 0 else { return t >= 0 ? 1 - share * gsl_sf_exp(-min(700, t / max(tail, 1e-12))) : 0 }
      let gaussian = gsl_cdf_gaussian_P(t, sigma)
      guard share > 0 else { return gaussian }
      // The exponentially modified Gaussian (Grushka 1972).
      let exponent = sigma * sigma / (2 * tail * tail) - t / tail
      let modified =
        gaussian - gsl_sf_exp(max(-700, min(700, exponent))) * gsl_cdf_gaussian_P(t - sigma * sigma / tail, sigma)
      return (1 - share) * gaussian + share * modified
    }
    let first = Int(((delay - 6 * sigma) / dt).rounded(.down))
    let last = Int(((delay + 6 * sigma + 20 * tail * (share > 0 ? 1 : 0)) / dt).rounded(.up))
    return (first...last).map { k in
      let low = (Double(k) - 0.5) * dt - delay
      return (k, below(low + dt) - below(low))
    }
  }
}
