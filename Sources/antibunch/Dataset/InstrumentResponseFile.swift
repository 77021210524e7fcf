import Bench
import Detectors
import Emitters
import Prediction

/// What the bench records of light without duration: a million photons against the time after the laser pulse, without noise.
func instrumentResponse(_ bench: Bench, steps: Int, delayNanoseconds: Double) -> [Double] {
  var bench = bench
  // Any light that passes the filter does; a rate too low for dead times.
  let line = bench.emitters.flatMap(\.states).flatMap(\.scheme.transitions).lazy.compactMap(\.line).first
  guard let line else { return [] }
  bench.emitters = []
  bench.background = [
    BackgroundComponent(
      name: "laser", spectrum: line, rateAtFilterHz: 1, decays: [.init(share: 1, lifetimeNanoseconds: 0)])
  ]
  for d in bench.detectors.indices {
    bench.detectors[d].darkCountRateHz = 0
    bench.detectors[d].darkCountDrift = nil
    bench.detectors[d].afterpulsing.probability = 0
  }
  let shape = Predictor(bench: bench).decayHistogram(
    steps: steps, delayNanoseconds: delayNanoseconds, durationSeconds: 1)
  let sum = shape.reduce(0, +)
  return shape.map { (1e6 * $0 / sum).rounded() }
}

/// The same as a table on the nanotime bins of the bench's T3 records; `nil` where the laser period is not a whole number of
/// them.
func instrumentResponseTable(_ bench: Bench) -> String? {
  guard let period = bench.excitation.periodNanoseconds else { return nil }
  let binNs = Double(bench.electronics.nanotimeResolutionPicoseconds) / 1e3
  let bins = (period / binNs).rounded()
  guard abs(period / binNs - bins) < 1e-6 else { return nil }
  let first = Double(bench.electronics.firstNanotimeBin) * binNs
  let counts = instrumentResponse(
    bench, steps: Int(bins), delayNanoseconds: bench.edgeDelayNanoseconds(ofDetector: 0) + first)
  var text = "time_ns,counts\n"
  for (i, count) in counts.enumerated() { text += "\((Double(i) + 0.5) * binNs),\(Int(count))\n" }
  return text
}
