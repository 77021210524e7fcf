import Bench
import CGSL
import Emitters
import Prediction
import Scenarios

extension CaseTruth {
  /// How many side peaks the scatter counts on: five on either side.
  static let sidePeaks = 10.0

  /// The centre over the side peaks, or around zero delay; `nil` where the bench has none.
  mutating func addG2Zero(_ predictor: Predictor, halfWidth: Double?) -> Bool {
    if predictor.isContinuous {
      let halfWidth = halfWidth ?? 1
      let seconds = predictor.bench.durationSeconds
      guard let value = predictor.g2Zero(averagedWithin: halfWidth) else { return false }
      let rates = predictor.recordedRatesHz
      conditions["half_width_ns"] = halfWidth
      quantities["g2_zero"] = ratio(
        value, ofMean: rates[0] * rates[1] * 2e-9 * halfWidth * seconds, cells: .infinity,
        "coincidences with delays within ± half_width_ns over those of independent light of the same rates")
      return true
    }
    guard let value = predictor.g2Zero, let side = predictor.coincidencesPerSidePeak else { return false }
    conditions["laser_period_ns"] = predictor.bench.excitation.periodNanoseconds
    quantities["g2_zero"] = ratio(
      value, ofMean: side, cells: Self.sidePeaks,
      "coincidences within a pulse over the mean of those of pulses 1 to 5 apart, nothing subtracted")
    return true
  }

  /// The same without background, by the share of coincidences that are the emitters' own.
  mutating func addCorrectedG2Zero(_ predictor: Predictor) -> Bool {
    guard !predictor.isContinuous, let raw = predictor.g2Zero, let side = predictor.coincidencesPerSidePeak,
      let share = predictor.coincidenceSignalFraction, share > 0
    else { return false }
    conditions["signal_fraction"] = share.squareRoot()
    var quantity = ratio(
      raw, ofMean: side, cells: Self.sidePeaks,
      "1 - (1 - g2_zero) / signal_fraction^2: the emitters' own, background taken off with the signal fraction told")
    func corrected(_ g: Double) -> Double { 1 - (1 - g) / share }
    (quantity.value, quantity.low) = (corrected(quantity.value), corrected(quantity.low))
    quantity.high = corrected(quantity.high)
    quantity.standardDeviation /= share
    quantities["g2_zero_corrected"] = quantity
    return true
  }

  /// The same of photons within a gate.
  mutating func addGatedG2Zero(_ predictor: Predictor, gate: ClosedRange<Double>) -> Bool {
    guard let gated = predictor.gated([(gate.lowerBound, gate.upperBound)], recordedAfter: 0)?.first ?? nil else {
      return false
    }
    conditions["gate_start_ns"] = gate.lowerBound
    conditions["gate_stop_ns"] = gate.upperBound
    conditions["detector_delay_ns"] = predictor.bench.edgeDelayNanoseconds(ofDetector: 0)
    quantities["g2_zero_gated"] = ratio(
      gated.g2Zero, ofMean: gated.sidePeakPerSecond * predictor.bench.durationSeconds, cells: Self.sidePeaks,
      "g2_zero of the photons recorded between gate_start_ns and gate_stop_ns after the rising edge, which lies detector_delay_ns after the sync"
    )
    return true
  }

  /// A Poisson count over the mean of some cells of the expectation `mean` each; the two ranges add in squares.
  private func ratio(
    _ value: Double, ofMean mean: Double, cells: Double, _ meaning: String
  ) -> ExpectedQuantity {
    let range = AcceptedRange(probability: falseAlarmProbability)
    let center = range.poisson(mean: value * mean)
    let sides = value / (cells * mean).squareRoot()
    return ExpectedQuantity(
      value, low: value - gsl_hypot(value - center.low / mean, range.deviations * sides),
      high: value + gsl_hypot(center.high / mean - value, range.deviations * sides),
      standardDeviation: gsl_hypot((value / mean).squareRoot(), sides), .expected, meaning)
  }
}
