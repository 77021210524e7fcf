import Bench
import CGSL
import Emitters

/// Exact photon statistics of one emitter in one hidden state under a laser pulse train, from matrix exponentials.
///
/// In bursts of p out of c pulses every mean is an average over the c places of the cycle.
struct PulsedEmission: Sendable {
  /// A period whose pulse passes, and one whose pulse is held back.
  let lit, dark: PulsePeriod
  let period: Double
  let burst: Excitation.Burst?
  /// The vector just after the (instantaneous) pulse, for each place of the cycle, in the periodic steady state.
  let afterPulse: [[Double]]
  /// Per detector: rates (1/ns) of jumps with a detected photon, as matrix from × to.
  let detected: [Matrix]
  /// Per transition and detector: mean detected photons per pulse of the train.
  let meanPerTransition: [[Double]]
  /// Per detector and place of the cycle: mean detected photons.
  let means: [[Double]]

  /// - Parameters:
  ///   - scheme: levels and transitions.
  ///   - absorption: what a pulse does.
  ///   - probabilities: per transition and detector, that an emitted photon is detected.
  ///   - excitation: the laser.
  init(
    scheme: LevelScheme, absorption: Emitter.Absorption, probabilities: [[Double]], excitation: Excitation,
    detectors: Int
  ) {
    let period = excitation.periodNanoseconds ?? .infinity
    self.period = period
    burst = excitation.burst
    let lit = PulsePeriod(
      scheme: scheme, absorption: absorption, shape: excitation.pulseShape, period: period, isLit: true)
    var dark = PulsePeriod(
      scheme: scheme, absorption: absorption, shape: excitation.pulseShape, period: period, isLit: false)
    if dark.size < lit.size { dark = dark.padded(to: lit.size) }
    let size = lit.size
    let cycle = burst?.outOf ?? 1
    let passing = burst?.pulses ?? 1
    let litStep = lit.pulse * lit.propagator
    let darkStep = dark.propagator
    var round = Matrix.identity(size)
    for place in 0..<cycle { round = round * (place < passing ? litStep : darkStep) }
    // Between periods there is no coherence.
    let n = lit.levels
    var levels = round.block(row: 0, column: 0, rows: n, columns: n).stationaryRow()
    levels += [Double](repeating: 0, count: size - n)
    let litOccupation = lit.integral(from: 0, to: period)
    let darkOccupation = dark.integral(from: 0, to: period)
    var afterPulse: [[Double]] = []
    var occupation: [[Double]] = []
    for place in 0..<cycle {
      let isLit = place < passing
      let excited = isLit ? lit.pulse.leftMultiplied(by: levels) : levels
      afterPulse.append(excited)
      occupation.append((isLit ? litOccupation : darkOccupation).leftMultiplied(by: excited))
      levels = (isLit ? lit.propagator : darkStep).leftMultiplied(by: excited)
    }
    let detected = (0..<detectors).map { d in
      scheme.detectedJumps(size: size, probabilities.map { $0.isEmpty ? 0 : $0[d] })
    }
    means = (0..<detectors).map { d in
      let rates = detected[d].rowSums
      return occupation.map { dot($0, rates) }
    }
    let average = (0..<size).map { i in occupation.reduce(0) { $0 + $1[i] } / Double(cycle) }
    meanPerTransition = scheme.transitions.enumerated().map { k, transition in
      probabilities[k].map { average[transition.from] * transition.photonRatePerNanosecond * $0 }
    }
    self.lit = lit
    self.dark = dark
    self.afterPulse = afterPulse
    self.detected = detected
  }

  /// ∫₀^t e^(Qs) ds, from the exponential of [[Q, 1], [0, 0]].
  static func integral(of q: Matrix, over t: Double) -> Matrix {
    let n = q.rows
    var m = Matrix(rows: 2 * n, columns: 2 * n)
    m.place(q, row: 0, column: 0)
    m.place(.identity(n), row: 0, column: n)
    return m.exponential(times: t).block(row: 0, column: n, rows: n, columns: n)
  }

  /// The vector after the pulse averaged over the places with a pulse, or without; weighted with their share.
  var averages: [(PulsePeriod, [Double])] {
    let passing = burst?.pulses ?? 1
    func sum(_ places: ArraySlice<[Double]>) -> [Double] {
      (0..<lit.size).map { i in places.reduce(0) { $0 + $1[i] } / Double(afterPulse.count) }
    }
    let litOnes = (lit, sum(afterPulse[..<passing]))
    return passing < afterPulse.count ? [litOnes, (dark, sum(afterPulse[passing...]))] : [litOnes]
  }

  /// Mean number of pairs with the first photon at detector `a` and, later after the same pulse, one at `b`.
  func orderedPairsInPulse(_ a: Int, _ b: Int) -> Double {
    averages.reduce(0) {
      $0 + dot($1.1, $1.0.passage(from: 0, to: period, first: detected[a], rates: detected[b].rowSums).pairs)
    }
  }

  /// Mean number of pairs of one pulse with less than a time between them: all but those whose second photon comes from what
  /// is left that time after the first. A second photon while the pulse still lasts counts as one in the dark.
  func orderedPairsInPulse(_ a: Int, _ b: Int, within time: Double) -> Double {
    let all = orderedPairsInPulse(a, b)
    guard time < period else { return all }
    return averages.reduce(all) {
      let later = detected[a] * $1.0.propagator(from: period, to: period + time)
      let apart = $1.0.passage(from: 0, to: period - time, first: later, rates: detected[b].rowSums)
      return $0 - dot($1.1, apart.pairs)
    }
  }

  /// Mean product of the photon numbers at `a` after one pulse and at `b` after the k-th pulse from it, k ≥ 1.
  func pairsAcrossPulses(_ a: Int, _ b: Int, upTo k: Int) -> [Double] {
    let rates = detected[b].rowSums
    let kinds = [lit, dark].map { kind in
      let whole = kind.passage(from: 0, to: period, first: detected[a], rates: rates)
      return (pulse: kind.pulse, step: kind.propagator, first: whole.afterJump * kind.dephasing, count: whole.count)
    }
    let cycle = afterPulse.count
    let passing = burst?.pulses ?? 1
    var pairs = [Double](repeating: 0, count: k)
    for place in 0..<cycle {
      var levels = kinds[place < passing ? 0 : 1].first.leftMultiplied(by: afterPulse[place])
      for later in 1...k {
        let kind = kinds[(place + later) % cycle < passing ? 0 : 1]
        let excited = kind.pulse.leftMultiplied(by: levels)
        pairs[later - 1] += dot(excited, kind.count) / Double(cycle)
        levels = kind.step.leftMultiplied(by: excited)
      }
    }
    return pairs
  }

  /// The mean rate of detected photons (1/ns) at times after the pulse on a grid of n steps over a period, averaged
  /// over each step.
  func intensity(_ detector: Int, steps: Int) -> [Double] {
    let dt = period / Double(steps)
    let rates = detected[detector].rowSums
    var sum = [Double](repeating: 0, count: steps)
    for (kind, start) in averages {
      let late = kind.integral(from: period, to: period + dt)
      let lateStep = kind.propagator(from: period, to: period + dt)
      var levels = start
      for i in 0..<steps {
        let from = Double(i) * dt
        let isLate = from >= kind.litNanoseconds
        let within = isLate ? late : kind.integral(from: from, to: from + dt)
        sum[i] += dot(within.leftMultiplied(by: levels), rates) / dt
        levels = (isLate ? lateStep : kind.propagator(from: from, to: from + dt)).leftMultiplied(by: levels)
      }
    }
    return sum
  }

  /// Mean number of ordered pairs of one pulse, `a` first, per step of delay on a grid of n steps over a period.
  ///
  /// After the light both photons' times are integrated exactly over their steps, so that lifetimes far below a step do
  /// no harm. While a pulse lasts, the first photon is taken at the middle of sixty-fourths of it.
  func pairsByDelayInPulse(_ a: Int, _ b: Int, steps: Int) -> [Double] {
    let dt = period / Double(steps)
    let rates = detected[b].rowSums
    var pairs = [Double](repeating: 0, count: steps)
    for (kind, start) in averages {
      let step = kind.propagator(from: period, to: period + dt)
      let within = kind.integral(from: period, to: period + dt)
      // columns[j] = ∫ e^(Qs) ds rates over delay step j, in the dark.
      var columns: [[Double]] = []
      var column = within * Matrix(column: rates)
      for _ in 0..<steps {
        columns.append(column.elements)
        column = step * column
      }
      var levels = start
      var time = 0.0
      let lit = kind.litNanoseconds
      for _ in 0..<(lit > 0 ? 64 : 0) {
        let length = lit / 64
        var after = detected[a].leftMultiplied(
          by: kind.integral(from: time, to: time + length).leftMultiplied(by: levels))
        levels = kind.propagator(from: time, to: time + length).leftMultiplied(by: levels)
        time += length
        // The second photon: by steps of delay while there is light, then as in the dark.
        var at = time - length / 2
        var j = 0
        while at < lit, j < steps {
          let end = at + dt
          pairs[j] += dot(kind.integral(from: at, to: end).leftMultiplied(by: after), rates)
          after = kind.propagator(from: at, to: end).leftMultiplied(by: after)
          at = end
          j += 1
        }
        var later = 0
        while at < period, j < steps {
          pairs[j] += dot(after, columns[later])
          at += dt
          j += 1
          later += 1
        }
      }
      // The rest of the period, from the end of the light on.
      var at = lit
      while at < period - dt / 2 {
        let after = detected[a].leftMultiplied(by: within.leftMultiplied(by: levels))
        // Partners beyond the period belong to the next pulse.
        for j in 0..<steps where at + (Double(j) + 0.5) * dt < period { pairs[j] += dot(after, columns[j]) }
        levels = step.leftMultiplied(by: levels)
        at += dt
      }
    }
    return pairs
  }
}

extension PulsePeriod {
  /// The same with further entries that stay 0.
  func padded(to size: Int) -> PulsePeriod {
    PulsePeriod(
      padding: self, size: size,
      stretches: stretches.map { stretch in
        var q = Matrix(rows: size, columns: size)
        q.place(stretch.generator, row: 0, column: 0)
        return Stretch(generator: q, nanoseconds: stretch.nanoseconds)
      })
  }

  private init(padding other: PulsePeriod, size: Int, stretches: [Stretch]) {
    self.size = size
    levels = other.levels
    pulse = .identity(size)
    self.stretches = stretches
    var dephasing = Matrix.identity(size)
    for i in other.size..<size { dephasing[i, i] = 0 }
    self.dephasing = dephasing
  }
}
