import Bench
import CGSL
import Detectors
import Emitters

extension Predictor {
  /// Steps of the grid over a laser period on which densities are tabulated.
  static let gridSteps = 400

  /// Mean clicks per ns of the Poisson sources, folded into a period, averaged over each grid step.
  func poissonIntensity(_ d: Int, steps: Int) -> [Double] {
    let dt = period / Double(steps)
    var result = [Double](repeating: darkMeans[d] / period, count: steps)
    for (c, component) in bench.background.enumerated() {
      for decay in component.decays {
        let photons = backgroundMeans[c][d] * decay.share
        for (i, share) in foldedDecay(decay.law, steps: steps).enumerated() { result[i] += photons * share / dt }
      }
    }
    return result
  }

  /// The share of a decay's photons in each step of the period, light of all earlier pulses included.
  ///
  /// A pulse that takes time is a sum of instantaneous ones, four in each step of the grid and in each of its slices.
  private func foldedDecay(_ law: BackgroundComponent.Decay.Law, steps: Int) -> [Double] {
    guard let shape = bench.excitation.pulseShape else { return foldedDecay(law, steps: steps, from: 0) }
    var shares = [Double](repeating: 0, count: steps)
    var start = 0.0
    for slice in shape.slices {
      let parts = 4 * Int((slice.nanoseconds / period * Double(steps)).rounded(.up))
      for part in 0..<parts {
        let time = start + (Double(part) + 0.5) / Double(parts) * slice.nanoseconds
        for (i, share) in foldedDecay(law, steps: steps, from: time).enumerated() {
          shares[i] += slice.energy / Double(parts) * share
        }
      }
      start += slice.nanoseconds
    }
    return shares
  }

  private func foldedDecay(_ law: BackgroundComponent.Decay.Law, steps: Int, from origin: Double) -> [Double] {
    let dt = period / Double(steps)
    if case .exponential(let lifetime) = law, lifetime > 0 {
      // A geometric series of periods.
      let all = -gsl_expm1(-period / lifetime)
      func decayed(_ t: Double) -> Double { gsl_sf_exp(-min(700, t / lifetime)) }
      return (0..<steps).map { i in
        let (start, end) = (Double(i) * dt - origin, Double(i + 1) * dt - origin)
        if start >= 0 { return (decayed(start) - decayed(end)) / all }
        if end <= 0 { return (decayed(start + period) - decayed(end + period)) / all }
        return (decayed(start + period) - decayed(period) + 1 - decayed(end)) / all
      }
    }
    // Period by period; beyond two thousand of them any law is flat over a period to a part in a thousand.
    let periods = min(2_000, Int((law.extentNanoseconds + origin) / period) + 1)
    var shares = [Double](
      repeating: (1 - law.shareBefore(Double(periods) * period - origin)) / Double(steps), count: steps)
    for k in 0..<periods {
      var last = law.shareBefore(Double(k) * period - origin)
      for i in 0..<steps {
        let next = law.shareBefore(Double(k) * period + Double(i + 1) * dt - origin)
        shares[i] += next - last
        last = next
      }
    }
    return shares
  }

  /// Mean clicks per ns at one detector over the period, per grid step, over all sources and slow states.
  public func clickIntensity(_ d: Int, steps: Int) -> [Double] {
    var result = poissonIntensity(d, steps: steps)
    for e in light.indices {
      for (k, share) in shares[e].enumerated() {
        let own = steps == Self.gridSteps ? intensities[e][k][d] : pulsed[e][k].intensity(d, steps: steps)
        for (i, value) in own.enumerated() { result[i] += share * value }
      }
    }
    return result
  }

  /// The probability that a click's recorded afterpulse is j laser pulses later, j = 0, 1, …; under continuous excitation,
  /// where there are no pulses to sort them by, that it is recorded at all.
  func afterpulseWeights(_ d: Int) -> [Double] {
    let detector = bench.detectors[d]
    let clicks = signalMean(d) + poissonMean(d)
    guard detector.afterpulsing.probability > 0, clicks > 0 else { return [0] }
    let times = AfterpulseTimes(detector, electronics: bench.electronics.deadTimeNanoseconds)
    if isContinuous { return [times.all] }
    let steps = Self.gridSteps
    let intensity = clickIntensity(d, steps: steps)
    let dt = period / Double(steps)
    let last = Int(times.extent / period) + 2
    var weights = [Double](repeating: 0, count: last + 1)
    for (i, value) in intensity.enumerated() {
      let phase = (Double(i) + 0.5) * dt
      let share = value * dt / clicks
      var before = 0.0
      for j in 0...last {
        let next = times.before(Double(j + 1) * period - phase)
        weights[j] += share * (next - before)
        before = next
      }
    }
    return weights
  }

  /// Recorded afterpulses per click that is none, those of afterpulses included.
  func afterpulsesPerClick(_ d: Int) -> Double {
    let detector = bench.detectors[d]
    guard detector.afterpulsing.probability > 0, signalMean(d) + poissonMean(d) > 0 else { return 0 }
    // Of those that the electronics lose, the detector still has afterpulses.
    let generation = AfterpulseTimes(detector, electronics: 0).all
    return AfterpulseTimes(detector, electronics: bench.electronics.deadTimeNanoseconds).all / (1 - generation)
  }

  /// The mean number, per pulse, of clicks of detector `d` less than a dead time after a click of another, where a router
  /// leads all of them to one input.
  func clicksAfterOthers(_ d: Int) -> Double {
    guard let dead = sharedDeadTime else { return 0 }
    return bench.detectors.indices.filter { $0 != d }.reduce(0) { sum, a in
      // Cables and offsets move the edges: a click at `a` may have come first and be recorded last.
      let shift = bench.edgeDelayNanoseconds(ofDetector: d) - bench.edgeDelayNanoseconds(ofDetector: a)
      func upTo(_ gap: Double) -> Double { gap < 0 ? -pairs(d, a, within: -gap) : pairs(a, d, within: gap) }
      return sum + upTo(dead - shift) - upTo(-shift)
    }
  }

  /// The dead time in nanoseconds that a click at one detector brings upon the others.
  var sharedDeadTime: Double? { bench.electronics.isRouted ? bench.electronics.deadTimeNanoseconds : nil }

  /// The mean number, per pulse, of pairs of a click at `a` and, less than a time later, one at `b`.
  func pairs(_ a: Int, _ b: Int, within dead: Double) -> Double {
    guard dead > 0 else { return 0 }
    if isContinuous { return continuousPairs(a, b, within: dead) }
    let steps = Self.gridSteps
    let dt = period / Double(steps)
    /// Pairs of two independent intensities within the dead time, the first photon in one period.
    func independentPairs(_ a: [Double], _ b: [Double]) -> Double {
      let perPeriod = b.reduce(0, +) * dt
      let wholePeriods = (dead / period).rounded(.down)
      let rest = dead - wholePeriods * period
      var cumulative = [0.0]
      for i in 0..<(2 * steps + 1) { cumulative.append(cumulative[i] + b[i % steps] * dt) }
      var sum = 0.0
      for i in 0..<steps {
        // From the middle of step i over `rest`, with linear interpolation of the cumulated intensity.
        let from = Double(i) + 0.5
        let to = from + rest / dt
        func upTo(_ x: Double) -> Double {
          let k = Int(x)
          return cumulative[k] + (x - Double(k)) * (cumulative[k + 1] - cumulative[k])
        }
        sum += a[i] * dt * (upTo(to) - upTo(from) + wholePeriods * perPeriod)
      }
      return sum
    }
    // In bursts the same mean comes in fewer periods.
    var pairs =
      independentPairs(clickIntensity(a, steps: steps), clickIntensity(b, steps: steps)) / bench.excitation.pulseShare
    for e in light.indices {
      // One emitter's photons are not independent: put the true pairs of a pulse in place of the product of means.
      var means = [[Double](repeating: 0, count: steps), [Double](repeating: 0, count: steps)]
      for (k, state) in pulsed[e].enumerated() where shares[e][k] > 0 {
        let share = shares[e][k]
        let own = [intensities[e][k][a], intensities[e][k][b]]
        for i in 0..<steps {
          means[0][i] += share * own[0][i]
          means[1][i] += share * own[1][i]
        }
        pairs += share * independentPairs(own[0], own[1]) / bench.excitation.pulseShare
        pairs += share * state.orderedPairsInPulse(a, b, within: dead)
        // The product of means within one pulse, which the true pairs replace.
        let within = min(steps, Int(dead / dt))
        var before = [0.0]
        for value in own[1] { before.append(before.last! + value * dt) }
        for i in 0..<steps {
          let first = share * own[0][i] * dt / bench.excitation.pulseShare
          let last = min(steps, i + within)
          if i + 1 < last { pairs -= first * (before[last] - before[i + 1]) }
          pairs -= first * own[1][i] * dt / 2
        }
      }
      pairs -= independentPairs(means[0], means[1]) / bench.excitation.pulseShare
    }
    return max(0, pairs)
  }
}
