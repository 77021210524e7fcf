import Bench
import Detectors
import Light

extension Predictor {
  /// What this bench does and these predictions leave out, one sentence each, with how much it may be; empty where they are
  /// complete.
  public var leftOut: [String] {
    var sentences: [String] = []
    func percent(_ share: Double) -> String {
      // Two digits of numbers that are no more exact themselves.
      var scale = 1.0
      while share * 100 * scale < 10 && scale < 1e6 { scale *= 10 }
      return Quantity.text(of: (share * 100 * scale).rounded() / scale) + " %"
    }
    let rates = recordedRatesHz
    let lost = bench.detectors.indices.map { d -> Double in
      let clicks = signalMean(d) + poissonMean(d)
      return clicks > 0 ? 1 - recordedShare(d, clicks: clicks) : 0
    }
    if let most = lost.max(), most > 1e-4 {
      sentences.append(
        "Dead times take up to \(percent(most)) of the clicks: that is in the rates, to first order, but not in the shape of the decay and of the correlation curve."
      )
    }
    let afterpulses = bench.detectors.indices.map(afterpulsesPerClick).max() ?? 0
    if bench.detectors.count > 1, afterpulses > 0 {
      sentences.append(
        "Afterpulses, up to \(percent(afterpulses)) of the clicks, are not in the correlation curve; they are in the rates, in the decay\(sharedDeadTime == nil ? " and in g2(0)" : "")."
      )
    }
    for detector in bench.detectors {
      guard let walk = detector.jitter.walk else { continue }
      sentences.append(
        "The edges of \(detector.name) that come soon after another (within some \(Quantity(walk.timeConstantNanoseconds, .nanoseconds))) shift by up to \(Quantity(walk.shiftNanoseconds, .nanoseconds)): that is in no prediction."
      )
    }
    let flashes = crosstalk.map { $0.reduce(0, +) }.max() ?? 0
    if flashes > 0 {
      sentences.append(
        "Flashes of flashes, up to \(percent(flashes)) of the crosstalk, and flashes on a detector that is not ready are left out; crosstalk is not in the decay."
      )
    }
    if bench.electronics.binWidths != nil {
      sentences.append("The time bins are of unequal width: predicted curves are those of equal bins.")
    }
    if bench.detectors.contains(where: { $0.darkCountDrift != nil }) {
      sentences.append("Dark counts drift: coincidences are predicted from their mean rate.")
    }
    if cycle > 1 {
      sentences.append(
        "Bursts: dead times, afterpulses and the shape of the correlation curve are those of even pulses of the same mean."
      )
    }
    if let buffer = bench.electronics.buffer, rates.reduce(0, +) > buffer.readoutRateHz {
      sentences.append(
        "More records come than the computer reads (\(Quantity.text(of: buffer.readoutRateHz)) a second): the buffer overruns and ends the recording, which no prediction knows."
      )
    }
    return sentences
  }
}
