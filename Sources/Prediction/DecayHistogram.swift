import Bench
import CGSL
import Detectors
import Emitters

extension Predictor {
  /// The expected decay histogram of all detectors together: photons against the time after the laser pulse, folded with
  /// the detectors' and the electronics' jitter, afterpulses among them. Dead times, walk, crosstalk and unequal time bins
  /// are left out.
  ///
  /// - Parameters:
  ///   - steps: number of bins over a laser period.
  ///   - delayNanoseconds: where in the period the pulse lies.
  ///   - durationSeconds: the length of the recording.
  /// - Returns: expected counts per bin; none under continuous excitation.
  public func decayHistogram(steps: Int, delayNanoseconds: Double, durationSeconds: Double) -> [Double] {
    guard !isContinuous else { return [] }
    let pulses = durationSeconds * unitsPerSecond
    // Within a bin decays and edges may be steep: 8 ps or finer, as far as the number of hidden states allows.
    let kinds = max(1, light.reduce(0) { $0 + $1.count })
    let wanted = Int((period / Double(steps) / 0.008).rounded(.up))
    let fine = max(1, min(wanted, 32, 4_000_000 / (kinds * steps)))
    let cells = steps * fine
    let dt = period / Double(cells)
    var sum = [Double](repeating: 0, count: steps)
    for (d, detector) in bench.detectors.enumerated() {
      let response = responseHistogram(detector, dt: dt, delay: delayNanoseconds)
      let intensity = zip(clickIntensity(d, steps: cells), afterpulseIntensity(d, steps: cells)).map {
        ($0 + $1) * dt * pulses
      }
      for (offset, weight) in response where weight > 1e-12 {
        var cell = ((offset % cells) + cells) % cells
        for value in intensity {
          sum[cell / fine] += weight * value
          cell += 1
          if cell == cells { cell = 0 }
        }
      }
    }
    return sum
  }

  /// The share of clicks that jitter and delay move by so many bins: a Gaussian and, for a share of the clicks, the
  /// same Gaussian folded with an exponential.
  func responseHistogram(
    _ detector: SinglePhotonDetector, dt: Double, delay: Double
  ) -> [(offset: Int, weight: Double)] {
    if let response = detector.jitter.response { return measuredHistogram(response, dt: dt, delay: delay) }
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

  /// The same for a measured response, folded with the electronics' Gaussian.
  private func measuredHistogram(
    _ response: TabulatedDensity, dt: Double, delay: Double
  ) -> [(offset: Int, weight: Double)] {
    let sigma = bench.electronics.jitterNanoseconds
    func shifts(_ range: ClosedRange<Double>, _ below: (Double) -> Double) -> [(offset: Int, weight: Double)] {
      let first = Int((range.lowerBound / dt).rounded(.down))
      return (first...Int((range.upperBound / dt).rounded(.up))).map { k in
        (k, below((Double(k) + 0.5) * dt) - below((Double(k) - 0.5) * dt))
      }
    }
    let measured = shifts(delay + response.nanoseconds[0]...delay + response.nanoseconds.last!) {
      response.shareBefore($0 - delay)
    }
    guard sigma > 0 else { return measured }
    let gaussian = shifts(-6 * sigma...6 * sigma) { gsl_cdf_gaussian_P($0, sigma) }
    var weights = [Double](repeating: 0, count: measured.count + gaussian.count - 1)
    for (i, a) in measured.enumerated() {
      for (j, b) in gaussian.enumerated() { weights[i + j] += a.weight * b.weight }
    }
    let first = measured[0].offset + gaussian[0].offset
    return weights.enumerated().map { (first + $0.offset, $0.element) }
  }
}
