import Bench
import Emitters

extension Predictor {
  /// Coincidences in a side peak over the whole recording, the mean of the 20 on either side, before dead times and
  /// afterpulses: R₁R₂T/f without blinking, more with it. `nil` without laser pulses or a second detector.
  public var coincidencesPerSidePeak: Double? {
    guard bench.detectors.count > 1, let rate = bench.excitation.repetitionRateHz else { return nil }
    let pairs = pairMeans(0, 1)
    return pairs[1...].reduce(0, +) / Double(Self.sidePeaks) * rate * bench.durationSeconds
  }
}
