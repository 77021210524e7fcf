import RandomStreams

/// The time of the first detection within one short step of continuous excitation, given that there is one.
///
/// From level l the density of the first detection at s = x δ is (e_l e^(Q₀ s)) r, with Q₀ the generator without detected
/// jumps and r the detection rates. A step is short against the fastest level (‖Q₀ δ‖ ≤ ½), so the exponential's series
/// ends after 14 terms at a relative 1e-15; the density is a polynomial in x. Its integral is inverted by Newton's method,
/// kept inside a bracket, from the solution for the first two terms: two or three rounds.
struct FirstDetection: Sendable {
  static let terms = 14

  private let levels: Int
  /// Coefficients of the density per level: `density[l * terms + m]` times x^m.
  private let density: [Double]
  /// The same of its integral: `cumulative[l * terms + m]` times x^(m + 1).
  private let cumulative: [Double]
  /// The integral over the whole step, per level.
  private let total: [Double]
  /// Terms (Q₀ δ)^m / m!: `propagator[(m * levels + l) * levels + a]` times x^m.
  private let propagator: [Double]
  private let jumps: [JumpList.Jump]
  /// Whether all detected jumps leave from one level, so that their odds do not depend on the time.
  private let hasOneSource: Bool

  /// - Parameter step: δ in `FineTime` units.
  init(_ list: JumpList, step: Double) {
    let n = list.levels
    var q = list.darkGenerator
    for i in q.elements.indices { q.elements[i] *= step }
    let rates = list.detectionRate.map { $0 * step }
    var term = SmallMatrix.identity(n)
    var propagator: [Double] = []
    var density = [Double](repeating: 0, count: n * Self.terms)
    for m in 0..<Self.terms {
      propagator += term.elements
      for l in 0..<n {
        density[l * Self.terms + m] = (0..<n).reduce(0) { $0 + term[l, $1] * rates[$1] }
      }
      term = term * q
      for i in term.elements.indices { term.elements[i] /= Double(m + 1) }
    }
    levels = n
    self.density = density
    let cumulative = density.indices.map { density[$0] / Double($0 % Self.terms + 1) }
    self.cumulative = cumulative
    total = (0..<n).map { l in cumulative[(l * Self.terms)..<((l + 1) * Self.terms)].reversed().reduce(0, +) }
    self.propagator = propagator
    let jumps = list.jumps.filter { $0.detector >= 0 }
    self.jumps = jumps
    hasOneSource = Set(jumps.map(\.from)).count == 1
  }

  /// Draws the first detection.
  ///
  /// - Parameter scratch: room for one number per level.
  /// - Returns: its time as a fraction of the step, and the jump.
  func draw(
    from level: Int, random: inout RandomStream, scratch v: UnsafeMutablePointer<Double>
  ) -> (fraction: Double, jump: JumpList.Jump) {
    let x = time(from: level, target: random.uniformAboveZero() * total[level])
    if hasOneSource {
      v[jumps[0].from] = 1
      return (x, pick(v, &random))
    }
    for a in 0..<levels {
      var sum = 0.0
      var m = Self.terms - 1
      while m >= 0 {
        sum = sum * x + propagator[(m * levels + level) * levels + a]
        m -= 1
      }
      v[a] = max(0, sum)
    }
    return (x, pick(v, &random))
  }

  /// Where in the step the integral of the density reaches a value.
  private func time(from level: Int, target: Double) -> Double {
    density.withUnsafeBufferPointer { density in
      cumulative.withUnsafeBufferPointer { cumulative in
        let f = density.baseAddress! + level &* Self.terms
        let c = cumulative.baseAddress! + level &* Self.terms
        // c₀ x + c₁ x² = target, in the form that does not cancel.
        let root = (f[0] * f[0] + 2 * f[1] * target)
        var x = root > 0 ? 2 * target / (f[0] + root.squareRoot()) : 0.5
        if !(x > 0 && x < 1) { x = 0.5 }
        var (low, high) = (0.0, 1.0)
        for _ in 0..<60 {
          var (integral, slope) = (0.0, 0.0)
          var m = Self.terms &- 1
          while m >= 0 {
            integral = integral * x + c[m]
            slope = slope * x + f[m]
            m &-= 1
          }
          integral *= x
          if integral < target { low = x } else { high = x }
          var next = slope > 0 ? x - (integral - target) / slope : -1
          if !(next > low && next < high) { next = (low + high) / 2 }
          let change = abs(next - x)
          x = next
          if change < 1e-12 { break }
        }
        return x
      }
    }
  }

  /// One of the detected jumps, with the odds of the levels they leave.
  private func pick(_ v: UnsafePointer<Double>, _ random: inout RandomStream) -> JumpList.Jump {
    var total = 0.0
    for jump in jumps { total += v[jump.from] * jump.rate }
    var u = random.uniform() * total
    for jump in jumps {
      u -= v[jump.from] * jump.rate
      if u < 0 { return jump }
    }
    return jumps.last { v[$0.from] > 0 } ?? jumps[0]
  }
}
