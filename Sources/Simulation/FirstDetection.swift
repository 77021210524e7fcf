import RandomStreams

/// The time of the first detection within one short step of continuous excitation, given that there is one.
///
/// From level l the density of the first detection at s = x δ is f(x) = (e_l e^(Q₀ s)) r δ, with Q₀ the generator without
/// detected jumps and r the detection rates. A step is short against the fastest level (‖Q₀ δ‖ ≤ ½), so the exponential's
/// series ends after 14 terms at a relative 1e-15; the density is a polynomial in x. It is drawn by rejection under a
/// staircase of 64 strips; below the strip's floor, which is almost everywhere, the density need not be computed (squeeze:
/// Devroye, "Non-uniform random variate generation", 1986, II.3.6). Over a strip of width w a function stays within
/// w²/8 max|f″| of its chord, which gives ceiling and floor.
final class FirstDetection: @unchecked Sendable {
  private static let terms = 14
  private static let strips = 64

  private struct Strip {
    /// Column of an alias table: below this fraction its own strip, otherwise another.
    var threshold: UInt64
    var alias: Int
    var ceiling: Double
    var floor: Double
  }
  private let levels: Int
  /// Coefficients of the density per level: `density[l * terms + m]` times x^m.
  private let density: [Double]
  /// The strips, level by level.
  private let stairs: UnsafeMutablePointer<Strip>
  /// Terms (Q₀ δ)^m / m!: `propagator[(m * levels + l) * levels + a]` times x^m.
  private let propagator: [Double]
  private let jumps: [JumpList.Jump]
  /// The odds of the detected jumps, if all leave from one level, so that they do not depend on the time.
  private let jumpLaw: DiscreteLaw?

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
    let jumps = list.jumps.filter { $0.detector >= 0 }
    self.jumps = jumps
    jumpLaw = Set(jumps.map(\.from)).count == 1 ? DiscreteLaw(weights: jumps.map(\.rate)) : nil

    stairs = .allocate(capacity: n * Self.strips)
    let width = 1 / Double(Self.strips)
    for l in 0..<n {
      let f = Array(density[(l * Self.terms)..<((l + 1) * Self.terms)])
      func value(_ x: Double) -> Double { f.reversed().reduce(0) { $0 * x + $1 } }
      let bend =
        width * width / 8 * f.enumerated().reduce(0) { $0 + Double($1.offset * ($1.offset - 1)) * abs($1.element) }
      let edges = (0...Self.strips).map { value(Double($0) * width) }
      // A little more, so that rounding cannot lift the density above its ceiling.
      let ceilings = (0..<Self.strips).map { (max(edges[$0], edges[$0 + 1]) + bend) * (1 + 1e-12) }
      let floors = (0..<Self.strips).map { max(0, (min(edges[$0], edges[$0 + 1]) - bend) * (1 - 1e-12)) }
      let law = ceilings.contains { $0 > 0 } ? DiscreteLaw(weights: ceilings.map { max(0, $0) }) : nil
      for k in 0..<Self.strips {
        (stairs + (l * Self.strips + k)).initialize(
          to: Strip(
            threshold: law?.threshold(k) ?? .max, alias: law?.alias(k) ?? k, ceiling: ceilings[k], floor: floors[k]))
      }
    }
  }

  deinit { stairs.deallocate() }

  /// Draws the first detection.
  ///
  /// - Parameter scratch: room for one number per level.
  /// - Returns: its time as a fraction of the step, and the jump.
  @inline(__always)
  func draw(
    from level: Int, random: inout RandomStream, scratch v: UnsafeMutablePointer<Double>
  ) -> (fraction: Double, jump: JumpList.Jump) {
    let x = fraction(from: level, random: &random)
    if let jumpLaw { return (x, jumps[jumpLaw.draw(&random)]) }
    for a in 0..<levels {
      var sum = 0.0
      var m = Self.terms &- 1
      while m >= 0 {
        sum = sum * x + propagator[(m &* levels &+ level) &* levels &+ a]
        m &-= 1
      }
      v[a] = max(0, sum)
    }
    return (x, pick(v, &random))
  }

  /// When in the step, as a fraction of it.
  @inline(__always)
  private func fraction(from level: Int, random: inout RandomStream) -> Double {
    while true {
      let (column, rest) = random.next().multipliedFullWidth(by: UInt64(Self.strips))
      let own = stairs + (level &* Self.strips &+ Int(truncatingIfNeeded: column))
      let k = rest < own.pointee.threshold ? Int(truncatingIfNeeded: column) : own.pointee.alias
      let strip = stairs + (level &* Self.strips &+ k)
      let x = (Double(k) + random.uniform()) * (1 / Double(Self.strips))
      let height = random.uniform() * strip.pointee.ceiling
      if height < strip.pointee.floor || height < value(level, x) { return x }
    }
  }

  /// The density; out of line because it is rarely needed.
  @inline(never)
  private func value(_ level: Int, _ x: Double) -> Double {
    var sum = 0.0
    var m = Self.terms &- 1
    while m >= 0 {
      sum = sum * x + density[level &* Self.terms &+ m]
      m &-= 1
    }
    return sum
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
