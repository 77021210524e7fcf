import Bench
import CGSL
import Detectors
import Emitters

extension Predictor {
  /// The expected cross-correlation histogram of detectors 0 and 1 over the delay between their records.
  ///
  /// Peak shapes follow from the level schemes; the detectors' jitter is folded in. Afterpulses and dead times
  /// are left out: they change areas by less than the line is wide. The exception is a dead time that a router makes
  /// both detectors share: there are no records less than it apart.
  ///
  /// - Parameters:
  ///   - binNanoseconds: width of a delay bin.
  ///   - range: the histogram runs from −range to +range, in nanoseconds.
  ///   - durationSeconds: the length of the recording.
  /// - Returns: delays (bin centres, ns) and expected coincidences per bin.
  public func correlationHistogram(
    binNanoseconds: Double, range: Double, durationSeconds: Double
  ) -> (delaysNanoseconds: [Double], coincidences: [Double]) {
    if isContinuous {
      return continuousHistogram(binNanoseconds: binNanoseconds, range: range, durationSeconds: durationSeconds)
    }
    let steps = Self.gridSteps
    let dt = period / Double(steps)

    /// ∫ a(t) b(t + τ) dt over one period of two periodic intensities, for τ = 0, dt, 2 dt, …
    func periodic(_ a: [Double], _ b: [Double]) -> [Double] {
      (0..<steps).map { j in (0..<steps).reduce(0.0) { $0 + a[$1] * b[($1 + j) % steps] } * dt }
    }
    var everyPeak = periodic(clickIntensity(0, steps: steps), clickIntensity(1, steps: steps))
    // What the centre peak has beyond an every-day peak; index `steps` is zero delay.
    var center = [Double](repeating: 0, count: 2 * steps + 1)
    for e in light.indices {
      var means = [[Double](repeating: 0, count: steps), [Double](repeating: 0, count: steps)]
      for (k, state) in pulsed[e].enumerated() where shares[e][k] > 0 {
        let share = shares[e][k]
        let (a, b) = (intensities[e][k][0], intensities[e][k][1])
        for i in 0..<steps {
          means[0][i] += share * a[i]
          means[1][i] += share * b[i]
        }
        for (i, value) in periodic(a, b).enumerated() { everyPeak[i] += share * value }
        // True pairs of a pulse: those of delay step j lie between grid points j and j + 1.
        let later = state.pairsByDelayInPulse(0, 1, steps: steps)
        let earlier = state.pairsByDelayInPulse(1, 0, steps: steps)
        for j in 0..<steps {
          for k in [j, j + 1] {
            center[steps + k] += share * later[j] / dt / 2
            center[steps - k] += share * earlier[j] / dt / 2
          }
        }
        // They replace the product of the mean intensities within a pulse.
        for i in 0..<steps {
          for j in 0..<steps { center[steps + j - i] -= share * a[i] * b[j] * dt / bench.excitation.pulseShare }
        }
      }
      for (i, value) in periodic(means[0], means[1]).enumerated() { everyPeak[i] -= value }
    }
    func density(_ tau: Double) -> Double {
      let x = tau / dt
      let floor = x.rounded(.down)
      let fraction = x - floor
      let peak = burstFactor(pulsesApart: Int((tau / period).rounded()))
      func at(_ k: Int) -> Double {
        let folded = ((k % steps) + steps) % steps
        let middle = k + steps
        return everyPeak[folded] * peak + (center.indices.contains(middle) ? center[middle] : 0)
      }
      return at(Int(floor)) * (1 - fraction) + at(Int(floor) + 1) * fraction
    }
    let smear = relativeResponse()
    let flashes = crosstalkPeaks(smear)
    let half = Int((range / binNanoseconds).rounded())
    let pulses = durationSeconds * unitsPerSecond
    let delays = (-half...half).map { Double($0) * binNanoseconds }
    let counts = delays.map { (tau) -> Double in
      // The part of the bin beyond the dead time, on one side or, in wide bins, on both.
      let dead = sharedDeadTime ?? 0
      let (low, high) = (tau - binNanoseconds / 2, tau + binNanoseconds / 2)
      let recorded = max(0, high - max(low, dead)) + max(0, min(high, -dead) - low)
      guard recorded > 0 else { return 0 }
      let crosstalk = flashes.map {
        $0.coincidences(from: max(low, dead), to: high) + $0.coincidences(from: low, to: min(high, -dead))
      }
      return pulses * recorded * smear.reduce(0) { $0 + $1.weight * density(tau - $1.offset) }
        + (crosstalk ?? 0) * durationSeconds
    }
    return (delays, counts)
  }

  /// With a router, whose dead time cuts into the peaks: the centre over the mean of the side peaks, each a window of one
  /// period in the expected histogram. Afterpulses are left out.
  var routedG2Zero: Double? {
    let perPeriod = Self.gridSteps
    let peaks = Self.sidePeaks
    // Cables move the windows with the peaks.
    let shift = bench.edgeDelayNanoseconds(ofDetector: 1) - bench.edgeDelayNanoseconds(ofDetector: 0)
    let histogram = correlationHistogram(
      binNanoseconds: period / Double(perPeriod), range: Double(peaks + 1) * period + abs(shift), durationSeconds: 1)
    var areas = [Double](repeating: 0, count: 2 * peaks + 1)
    for (delay, count) in zip(histogram.delaysNanoseconds, histogram.coincidences) {
      let peak = Int(((delay - shift) / period).rounded()) + peaks
      if areas.indices.contains(peak) { areas[peak] += count }
    }
    let center = areas.remove(at: peaks)
    let side = areas.reduce(0, +) / Double(areas.count)
    return side > 0 ? center / side : nil
  }

  /// By how much jitter and cables change the delay between the records of detectors 0 and 1, in nanoseconds.
  func relativeResponse() -> [(offset: Double, weight: Double)] {
    let widths = (0...1).map { d in
      let jitter = bench.detectors[d].jitter
      return gsl_hypot(jitter.sigmaNanoseconds, bench.electronics.jitterNanoseconds)
        + (jitter.tailShare > 0 ? jitter.tailNanoseconds : 0)
        + (jitter.response.map { ($0.nanoseconds.last! - $0.nanoseconds[0]) / 20 } ?? 0)
    }
    let shift = bench.edgeDelayNanoseconds(ofDetector: 1) - bench.edgeDelayNanoseconds(ofDetector: 0)
    let dt = (widths.max() ?? 0) / 4
    guard dt > 0 else { return [(shift, 1)] }
    let responses = (0...1).map { responseHistogram(bench.detectors[$0], dt: dt, delay: 0) }
    var weights: [Int: Double] = [:]
    for (i, a) in responses[0] { for (j, b) in responses[1] where a * b > 1e-9 { weights[j - i, default: 0] += a * b } }
    let total = weights.values.reduce(0, +)
    return weights.sorted { $0.key < $1.key }.map { (shift + Double($0.key) * dt, $0.value / total) }
  }
}
