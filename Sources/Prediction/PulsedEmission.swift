import Bench
import CGSL
import Emitters

/// Exact photon statistics of one emitter in one slow state under a laser pulse train, from matrix exponentials.
///
/// Between pulses the level vector obeys dp/dt = p Q; a pulse multiplies it by A. Integrals over one and two emission
/// times are blocks of the exponential of a block-triangular matrix (Van Loan, IEEE Trans. Autom. Control 23, 395, 1978).
struct PulsedEmission: Sendable {
  let generator: Matrix
  let pulse: Matrix
  let period: Double
  /// Level probabilities just after a pulse, in the periodic steady state.
  let afterPulse: [Double]
  /// Per detector: rates (1/ns) of jumps with a detected photon, as matrix from × to.
  let detected: [Matrix]
  /// Per transition and detector: mean detected photons per pulse.
  let meanPerTransition: [[Double]]

  /// - Parameters:
  ///   - scheme: levels and transitions.
  ///   - absorbed: mean absorbed photons per pulse.
  ///   - probabilities: per transition and detector, that an emitted photon is detected.
  ///   - period: in nanoseconds.
  init(scheme: LevelScheme, absorbed: Double, probabilities: [[Double]], period: Double, detectors: Int) {
    let n = scheme.levels.count
    var q = Matrix(rows: n, columns: n)
    var detected = [Matrix](repeating: Matrix(rows: n, columns: n), count: detectors)
    for (k, transition) in scheme.transitions.enumerated() {
      q[transition.from, transition.to] += transition.ratePerNanosecond
      q[transition.from, transition.from] -= transition.ratePerNanosecond
      for d in probabilities[k].indices {
        detected[d][transition.from, transition.to] +=
          transition.ratePerNanosecond * transition.quantumYield * probabilities[k][d]
      }
    }
    // Absorption is a Markov process whose "time" is the mean number of photons; for equal weights that is Poisson's law.
    var g = Matrix(rows: n, columns: n)
    for way in scheme.absorptions {
      g[way.from, way.to] += way.weight
      g[way.from, way.from] -= way.weight
    }
    let a = g.exponential(times: absorbed)
    let steady = (a * q.exponential(times: period)).stationaryRow()
    let u = a.leftMultiplied(by: steady)
    let occupation = Self.integral(of: q, over: period).leftMultiplied(by: u)
    meanPerTransition = scheme.transitions.enumerated().map { k, transition in
      probabilities[k].map {
        occupation[transition.from] * transition.ratePerNanosecond * transition.quantumYield * $0
      }
    }
    generator = q
    pulse = a
    self.period = period
    afterPulse = u
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

  /// Rates of detected photons per level, 1/ns.
  func detectionRates(_ detector: Int) -> [Double] { detected[detector].rowSums }

  /// Mean number of pairs with the first photon at detector `a` and, later after the same pulse, one at `b`.
  func orderedPairsInPulse(_ a: Int, _ b: Int) -> Double {
    let n = generator.rows
    var m = Matrix(rows: 2 * n + 1, columns: 2 * n + 1)
    m.place(generator, row: 0, column: 0)
    m.place(detected[a], row: 0, column: n)
    m.place(generator, row: n, column: n)
    m.place(Matrix(column: detectionRates(b)), row: n, column: 2 * n)
    let integral = m.exponential(times: period).block(row: 0, column: 2 * n, rows: n, columns: 1)
    return integral.leftMultiplied(by: afterPulse)[0]
  }

  /// Mean product of the photon numbers at `a` after one pulse and at `b` after the k-th pulse from it, k ≥ 1.
  func pairsAcrossPulses(_ a: Int, _ b: Int, upTo k: Int) -> [Double] {
    let n = generator.rows
    var m = Matrix(rows: 2 * n, columns: 2 * n)
    m.place(generator, row: 0, column: 0)
    m.place(detected[a], row: 0, column: n)
    m.place(generator, row: n, column: n)
    let first = m.exponential(times: period).block(row: 0, column: n, rows: n, columns: n)
    let step = generator.exponential(times: period)
    let count = Self.integral(of: generator, over: period) * Matrix(column: detectionRates(b))
    var levels = first.leftMultiplied(by: afterPulse)
    return (0..<k).map { _ in
      let excited = pulse.leftMultiplied(by: levels)
      levels = step.leftMultiplied(by: excited)
      return dot(excited, count.elements)
    }
  }

  /// The mean rate of detected photons (1/ns) at times after the pulse on a grid of n steps over a period, at the
  /// middle of each step, averaged over the step.
  func intensity(_ detector: Int, steps: Int) -> [Double] {
    let dt = period / Double(steps)
    let step = generator.exponential(times: dt)
    let within = Self.integral(of: generator, over: dt)
    let rates = detectionRates(detector)
    var levels = afterPulse
    return (0..<steps).map { _ in
      let value = dot(within.leftMultiplied(by: levels), rates) / dt
      levels = step.leftMultiplied(by: levels)
      return value
    }
  }

  /// Mean number of ordered pairs of one pulse, `a` first, per step of delay on a grid of n steps over a period.
  ///
  /// Both photons' times are integrated exactly over their steps, so that lifetimes far below a step do no harm.
  func pairsByDelayInPulse(_ a: Int, _ b: Int, steps: Int) -> [Double] {
    let dt = period / Double(steps)
    let step = generator.exponential(times: dt)
    let within = Self.integral(of: generator, over: dt)
    // columns[j] = ∫ e^(Qs) ds rates over delay step j.
    var columns: [[Double]] = []
    var column = within * Matrix(column: detectionRates(b))
    for _ in 0..<steps {
      columns.append(column.elements)
      column = step * column
    }
    var pairs = [Double](repeating: 0, count: steps)
    var levels = afterPulse
    for i in 0..<steps {
      let after = detected[a].leftMultiplied(by: within.leftMultiplied(by: levels))
      // Partners beyond the period belong to the next pulse.
      for j in 0..<(steps - i) { pairs[j] += dot(after, columns[j]) }
      levels = step.leftMultiplied(by: levels)
    }
    return pairs
  }
}
