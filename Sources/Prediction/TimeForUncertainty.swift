import Bench

extension Predictor {
  /// How long a recording takes that tells g2(0) to a standard deviation σ by counting, in seconds.
  ///
  /// Pulsed, with r coincidences per second in a side peak and n side peaks in the mean: the centre holds N = g r T counts and
  /// var g = g² (1/N + 1/(n r T)), so T = g (1 + g/n) / (r σ²). Continuous, with r the pairs of independent photons per second
  /// within the delays that are averaged: T = g / (r σ²). In no case less than 1/(r σ), when one coincidence weighs σ: nobody
  /// knows from an empty centre peak that g is zero. (Error propagation, as of the measured value.)
  ///
  /// - Parameters:
  ///   - uncertainty: σ.
  ///   - sidePeaks: n, on both sides together.
  ///   - halfWidth: how far from zero delays are averaged under continuous excitation, in nanoseconds.
  /// - Returns: `nil` with a single detector or without light.
  public func secondsNeeded(
    forG2Uncertainty uncertainty: Double, sidePeaks: Int = 2 * Predictor.sidePeaks,
    halfWidthNanoseconds halfWidth: Double = 1
  ) -> Double? {
    let rate: Double?
    let g: Double?
    if isContinuous {
      rate = bench.detectors.count > 1 ? rateProduct * 1e9 * 2 * halfWidth : nil
      g = g2Zero(averagedWithin: halfWidth)
    } else {
      rate = coincidencesPerSidePeak.map { $0 / bench.durationSeconds }
      g = g2Zero
    }
    guard let rate, let g, rate > 0, uncertainty > 0 else { return nil }
    let share = isContinuous ? 0 : g / Double(sidePeaks)
    return max(g * (1 + share) / (rate * uncertainty * uncertainty), 1 / (rate * uncertainty))
  }
}
