import Bench
import Detectors
import Prediction
import TimeTags

extension CaseTruth {
  /// What one of the files holds, exactly.
  ///
  /// - Parameter mode: "t2" or "t3".
  mutating func addCounts(_ record: SimulationRecord, markers: Int, mode: String, bench: Bench) {
    for d in bench.detectors.indices {
      let channel = UInt8(bench.electronics.channel(ofDetector: d))
      quantities["photons_\(mode)_channel_\(channel)"] = ExpectedQuantity(
        counted: Double(record.photonsPerChannel[channel] ?? 0), "photons of channel \(channel) in the \(mode) file")
    }
    quantities["markers_\(mode)"] = ExpectedQuantity(
      counted: Double(markers), "external markers in the \(mode) file; not the sync, not overflows")
  }

  /// The rates that recordings of the bench have on average.
  mutating func addRates(_ predictor: Predictor) {
    let seconds = predictor.bench.durationSeconds
    conditions["duration_s"] = seconds
    for (d, rate) in predictor.recordedRatesHz.enumerated() {
      let channel = predictor.bench.electronics.channel(ofDetector: d)
      let scatter = predictor.rateStandardDeviationHz(d, overSeconds: seconds)
      let range = AcceptedRange(probability: falseAlarmProbability)
      // Where blinking adds nothing the number of photons is Poisson's.
      let isSteady = scatter * scatter * seconds <= rate * (1 + 1e-6)
      let counts = range.poisson(mean: rate * seconds)
      let (low, high) =
        isSteady ? (counts.low / seconds, counts.high / seconds) : range.normal(rate, standardDeviation: scatter)
      quantities["rate_channel_\(channel)_hz"] = ExpectedQuantity(
        rate, low: low, high: high, standardDeviation: scatter, .expected,
        "records of channel \(channel) per second, the channel numbered as in the first of the files; counting and blinking scatter it"
      )
    }
  }
}
