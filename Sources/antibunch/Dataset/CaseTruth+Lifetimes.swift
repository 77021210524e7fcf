import Analysis
import Bench
import Emitters
import Prediction

extension CaseTruth {
  /// The lifetimes that the scenario contains, the shortest first. Their scatter is that of a maximum-likelihood fit with the
  /// response: what such a fit tells of the expected decay, which for many photons is the least there can be (Cramér, 1946).
  ///
  /// - Returns: whether the bench has a decay of exponentials.
  mutating func addLifetimes(_ predictor: Predictor) throws -> Bool {
    let bench = predictor.bench
    guard !predictor.isContinuous, let period = bench.excitation.periodNanoseconds,
      bench.emitters.allSatisfy({ $0.states.allSatisfy { $0.scheme.levels.count == 2 } })
    else { return false }
    let lifetimes = Set(
      bench.emitters.flatMap(\.states).map { state in
        1 / state.scheme.transitions.filter { $0.from == 1 }.reduce(0) { $0 + $1.ratePerNanosecond }
      }
    ).sorted()
    guard (1...4).contains(lifetimes.count) else { return false }
    let (steps, more) = (1024, 1000.0)
    func folded(_ counts: [Double]) -> FoldedDecay {
      FoldedDecay(
        counts: counts.map { Int($0.rounded()) }, binPs: period * 1e3 / Double(steps), periodPs: period * 1e3)
    }
    let delay = bench.edgeDelayNanoseconds(ofDetector: 0)
    var options = LifetimeOptions(components: lifetimes.count)
    options.response = .measured(folded(instrumentResponse(bench, steps: steps, delayNanoseconds: delay)))
    options.startLifetimesNs = lifetimes
    // With many more photons, so that rounding to whole ones does not matter.
    let fit = try fitDecay(
      folded(
        predictor.decayHistogram(
          steps: steps, delayNanoseconds: delay, durationSeconds: more * bench.durationSeconds)), options: options)
    let range = AcceptedRange(probability: falseAlarmProbability)
    for (i, (lifetime, found)) in zip(lifetimes, fit.components).enumerated() {
      guard let uncertainty = found.lifetimeNsUncertainty else { return false }
      let scatter = uncertainty * more.squareRoot()
      let (low, high) = range.normal(lifetime, standardDeviation: scatter)
      quantities["lifetime_\(i + 1)_ns"] = ExpectedQuantity(
        lifetime, low: low, high: high, standardDeviation: scatter, .putIn,
        "lifetime \(i + 1) of \(lifetimes.count), the shortest first")
    }
    conditions["laser_period_ns"] = period
    conditions["components"] = Double(lifetimes.count)
    return true
  }
}
