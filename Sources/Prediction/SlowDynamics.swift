import CGSL
import Emitters

/// The hidden variables of one emitter as a random process: shares of time, and joint probabilities at two times.
///
/// Variables are independent, so the joint law is a product over them. A variable with exponential dwells is a Markov chain
/// and its law exact (matrix exponential). One with other dwells is a semi-Markov chain: the Laplace transform of its law
/// over the lag is algebra of the dwells' transforms (Cox and Miller, "The theory of stochastic processes", 1965,
/// section 9.3), inverted with Stehfest's method (Commun. ACM 13, 47, 1970; 14 terms, about 1e-4 of the value).
struct SlowDynamics: Sendable {
  private let variables: [HiddenVariable]
  /// How long the recording lasts, for variables that do not come back (bleaching), in seconds.
  private let durationSeconds: Double

  init(_ emitter: Emitter, durationSeconds: Double) {
    variables = emitter.hiddenVariables
    self.durationSeconds = durationSeconds
  }

  /// Whether the law at two times is exact, or inverted numerically.
  var isMarkov: Bool { variables.allSatisfy { $0.generator != nil } }

  /// The share of time in each hidden state, in the order of ``Emitter/hiddenStates``.
  var shares: [Double] { product(variables.map { $0.shares(within: durationSeconds) }) }

  private func product(_ factors: [[Double]]) -> [Double] {
    factors.reduce([1]) { product, factor in factor.flatMap { f in product.map { $0 * f } } }
  }

  /// The mean of a quantity at one time times another a lag later, over the recording.
  ///
  /// - Parameters:
  ///   - first, second: the quantities in each hidden state.
  ///   - lag: in seconds, above 0.
  func meanProduct(_ first: [Double], _ second: [Double], lag: Double) -> Double {
    // Applies the law of one variable after the other to the second quantity.
    var later = second
    var stride = 1
    for variable in variables {
      let n = variable.values.count
      if n > 1 {
        let law = variable.law(afterSeconds: lag)
        var next = later
        for base in 0..<(later.count / n) {
          let origin = (base / stride) * stride * n + base % stride
          for i in 0..<n {
            next[origin + i * stride] = (0..<n).reduce(0) { $0 + law[i, $1] * later[origin + $1 * stride] }
          }
        }
        later = next
      }
      stride *= n
    }
    let start = product(variables.map { $0.shares(within: max(durationSeconds - lag, 1e-9 * durationSeconds)) })
    return zip(start, zip(first, later)).reduce(0) { $0 + $1.0 * $1.1.0 * $1.1.1 }
  }
}

extension HiddenVariable {
  /// The Markov generator in 1/s if every dwell is exponential (or endless).
  var generator: Matrix? {
    let n = values.count
    var q = Matrix(rows: n, columns: n)
    for (i, value) in values.enumerated() {
      let total = value.next.reduce(0, +)
      switch value.dwell {
      case nil: break
      case .exponential(let mean)?:
        for j in 0..<n { q[i, j] += value.next[j] / total / mean }
        q[i, i] -= 1 / mean
      default: return nil
      }
    }
    return q
  }

  /// Where each value leads, as a stochastic matrix.
  private var visits: Matrix {
    let n = values.count
    var m = Matrix(rows: n, columns: n)
    for (i, value) in values.enumerated() {
      let total = value.next.reduce(0, +)
      for j in 0..<n { m[i, j] = total > 0 ? value.next[j] / total : (i == j ? 1 : 0) }
    }
    return m
  }

  /// The share of time at each value over a recording.
  func shares(within seconds: Double) -> [Double] {
    let n = values.count
    if n == 1 { return [1] }
    if startsAtFirstValue, let q = generator {
      let integral = PulsedEmission.integral(of: q, over: seconds)
      return (0..<n).map { integral[0, $0] / seconds }
    }
    let weights = zip(visits.stationaryRow(), values).map { $0 * ($1.dwell?.expectedSeconds ?? 0) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// The probability of each value (columns) a lag after an arbitrary instant at a value (rows).
  func law(afterSeconds lag: Double) -> Matrix {
    if let q = generator { return q.exponential(times: lag) }
    // Stehfest: f(t) ≈ ln 2/t Σ V_k f̂(k ln 2/t).
    let terms = 14
    let n = values.count
    var result = Matrix(rows: n, columns: n)
    let a = 0.6931471805599453 / lag
    for k in 1...terms {
      let weight = a * Self.stehfest(k, terms)
      let transform = transform(Double(k) * a)
      for i in 0..<n {
        for j in 0..<n { result[i, j] += weight * transform[i, j] }
      }
    }
    return result
  }

  private static func stehfest(_ k: Int, _ terms: Int) -> Double {
    let half = terms / 2
    var sum = 0.0
    for j in ((k + 1) / 2)...min(k, half) {
      let binomials = gsl_sf_fact(UInt32(2 * j)) / gsl_sf_fact(UInt32(half - j)) / gsl_sf_fact(UInt32(j))
      sum +=
        gsl_pow_int(Double(j), Int32(half)) * binomials / gsl_sf_fact(UInt32(j - 1)) / gsl_sf_fact(UInt32(k - j))
        / gsl_sf_fact(UInt32(2 * j - k))
    }
    return (k + half) % 2 == 0 ? sum : -sum
  }

  /// The Laplace transform over the lag of ``law(afterSeconds:)``.
  ///
  /// From value i: it is still there, or its residual dwell (transform r = (1 − f)/(s mean)) has ended, a value j was entered
  /// and after any number of whole dwells (f) the process is at k.
  private func transform(_ s: Double) -> Matrix {
    let n = values.count
    let f = values.map { $0.dwell?.transform(s) ?? 0 }
    let residual = zip(values, f).map { value, f in
      value.dwell.map { (1 - f) / (s * $0.expectedSeconds) } ?? 0
    }
    let visits = visits
    var kernel = Matrix.identity(n)
    for i in 0..<n {
      for j in 0..<n { kernel[i, j] -= f[i] * visits[i, j] }
    }
    var occupation = Matrix(rows: n, columns: n)
    for k in 0..<n {
      var right = [Double](repeating: 0, count: n)
      right[k] = (1 - f[k]) / s
      for (j, value) in kernel.solve(right).enumerated() { occupation[j, k] = value }
    }
    let entered = visits * occupation
    var result = Matrix(rows: n, columns: n)
    for i in 0..<n {
      for k in 0..<n { result[i, k] = residual[i] * entered[i, k] + (i == k ? (1 - residual[i]) / s : 0) }
    }
    return result
  }
}
