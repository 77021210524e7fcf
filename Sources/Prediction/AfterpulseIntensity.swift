import Bench
import Detectors

extension Predictor {
  /// Mean recorded afterpulses per nanosecond at one detector over the period, per grid step: those of clicks and of
  /// afterpulses, to first order (nothing else comes between a click and its afterpulse).
  ///
  /// The delays are folded into the period; the density is tabulated on ``gridSteps`` and linear between.
  func afterpulseIntensity(_ d: Int, steps: Int) -> [Double] {
    let detector = bench.detectors[d]
    guard detector.afterpulsing.probability > 0 else { return [Double](repeating: 0, count: steps) }
    let n = Self.gridSteps
    let brought = folded(AfterpulseTimes(detector, electronics: 0))
    let recorded = folded(AfterpulseTimes(detector, electronics: bench.electronics.deadTimeNanoseconds))
    let clicks = clickIntensity(d, steps: n)
    // Of afterpulses that the electronics lose, the detector still has afterpulses.
    var parents = clicks
    var generation = clicks
    let enough = 1e-9 * clicks.reduce(0, +)
    while generation.reduce(0, +) > enough {
      generation = later(generation, by: brought)
      for i in 0..<n { parents[i] += generation[i] }
    }
    let intensity = later(parents, by: recorded)
    return (0..<steps).map { i in
      let place = (Double(i) + 0.5) / Double(steps) * Double(n) - 0.5
      let below = place.rounded(.down)
      let k = (Int(below) + n) % n
      return intensity[k] + (place - below) * (intensity[(k + 1) % n] - intensity[k])
    }
  }

  /// The probability that a click's afterpulse comes so many grid steps later, whole periods left out.
  private func folded(_ times: AfterpulseTimes) -> [Double] {
    let n = Self.gridSteps
    let dt = period / Double(n)
    // What comes later is spread evenly over the period: its density falls by a thirtieth per period at most.
    let periods = min(1_000, Int(times.extent / period) + 2)
    var shares = [Double](repeating: 0, count: n)
    var before = 0.0
    for k in 0..<periods * n {
      let next = times.before((Double(k) + 0.5) * dt)
      shares[k % n] += next - before
      before = next
    }
    let rest = (times.all - before) / Double(n)
    return shares.map { $0 + rest }
  }

  /// A periodic intensity, delayed.
  private func later(_ intensity: [Double], by shares: [Double]) -> [Double] {
    let n = intensity.count
    var result = [Double](repeating: 0, count: n)
    for (k, share) in shares.enumerated() where share > 0 {
      for i in 0..<n { result[(i + k) % n] += share * intensity[i] }
    }
    return result
  }
}
