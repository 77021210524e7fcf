import RandomStreams

/// The time of the first detection within one short step of continuous excitation, given that there is one.
///
/// From level l the density of the first detection at s = x δ is (e_l e^(Q₀ s)) r, with Q₀ the generator without detected
/// jumps and r the detection rates. A step is short against the fastest level (‖Q₀ δ‖ ≤ ½), so the exponential's series
/// ends after 14 terms at a relative 1e-15; the density is a polynomial in x, its integral is inverted by Newton's method
/// kept inside a bracket.
struct FirstDetection: Sendable {
  static let terms = 14

  private let levels: Int
  /// Coefficients of the density per level: `density[l * terms + m]` times x^m.
  private let density: [Double]
  /// Terms (Q₀ δ)^m / m!: `propagator[(m * levels + l) * levels + a]` times x^m.
  private let propagator: [Double]
  private let jumps: [JumpList.Jump]

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
    self.propagator = propagator
    jumps = list.jumps.filter { $0.detector >= 0 }
  }

  /// Draws the first detection.
  ///
  /// - Parameter scratch: room for one number per level.
  /// - Returns: its time as a fraction of the step, and the jump.
  func draw(
    from level: Int, random: inout RandomStream, scratch v: UnsafeMutablePointer<Double>
  ) -> (fraction: Double, jump: JumpList.Jump) {
    let first = level * Self.terms
    func value(_ x: Double) -> (cumulative: Double, density: Double) {
      var (integral, here) = (0.0, 0.0)
      var m = Self.terms - 1
      while m >= 0 {
        integral = integral * x + density[first + m] / Double(m + 1)
        here = here * x + density[first + m]
        m -= 1
      }
      return (integral * x, here)
    }
    let target = random.uniformAboveZero() * value(1).cumulative
    var (low, high, x) = (0.0, 1.0, 0.5)
    for _ in 0..<60 {
      let (cumulative, slope) = value(x)
      if cumulative < target { low = x } else { high = x }
      var next = slope > 0 ? x - (cumulative - target) / slope : -1
      if next <= low || next >= high { next = (low + high) / 2 }
      if abs(next - x) < 1e-13 { break }
      x = next
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
    var total = 0.0
    for jump in jumps { total += v[jump.from] * jump.rate }
    var u = random.uniform() * total
    for jump in jumps {
      u -= v[jump.from] * jump.rate
      if u < 0 { return (x, jump) }
    }
    return (x, jumps.last { v[$0.from] > 0 } ?? jumps[0])
  }
}
