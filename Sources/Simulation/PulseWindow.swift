import RandomStreams

/// The lit part of a period whose laser pulse takes time: absorption, emission and a second absorption may all happen in
/// it. (`FirstDetection` is the same for continuous excitation, where a step starts in a level.)
///
/// What is known while nothing is detected is a row vector v: level probabilities and, under a resonant pulse, the
/// imaginary part of the coherence of the driven levels (the optical Bloch equations on resonance; Loudon, "The quantum
/// theory of light", 2000, section 2.8). It obeys dv/dx = v G, and its sum over the levels is the probability that nothing
/// has been detected. Each slice of the pulse is cut into pieces with ‖G‖ ≤ ½, in which the exponential's series ends
/// after 14 terms at a relative 1e-15.
struct PulseWindow: Sendable {
  static let terms = 14

  struct Piece: Sendable {
    /// Terms G^m/m!: `propagator[(m * size + i) * size + j]` times x^m.
    var propagator: [Double]
    /// Detection density from each entry of v: `density[i * terms + m]` times x^m.
    var density: [Double]
    /// v at its end.
    var whole: SmallMatrix
    var start: Double
    var length: Double
  }
  /// A place in the window.
  struct Cursor {
    var piece = 0
    /// The part of the piece that is over.
    var x = 0.0
  }

  /// Entries of v.
  let size: Int
  let levels: Int
  /// In `FineTime` units.
  let length: Double
  /// From levels at the beginning to levels at the end without a detection; coherence is lost.
  let dark: SmallMatrix
  /// Probability of a detection between the window's end and the next pulse, per level.
  let detectionAfter: [Double]
  /// Probability of a detection before the next pulse, per level at the window's beginning.
  let detectionInStep: [Double]
  private let pieces: [Piece]
  /// v at the beginning of each piece (and at the end) while nothing has been detected, for a start in each level:
  /// `prefix[(piece * levels + level) * size + i]`.
  private let prefix: [Double]
  private let jumps: [JumpList.Jump]

  init(_ phases: StepPhases, detectionAfter: [Double]) {
    let n = phases.rest.jumps.levels
    let isCoherent = phases.lit.contains { $0.rotation != 0 }
    let size = isCoherent ? n + 1 : n
    levels = n
    self.size = size
    self.detectionAfter = detectionAfter
    jumps = phases.rest.jumps.jumps.filter { $0.detector >= 0 }
    let rates = phases.rest.jumps.detectionRate
    var pieces: [Piece] = []
    var start = 0.0
    for phase in phases.lit {
      let generator = Self.generator(phase, driven: phases.driven, size: size)
      var norm = 0.0
      for i in 0..<size { norm = max(norm, (0..<size).reduce(0) { $0 + abs(generator[i, $1]) }) }
      let count = max(1, Int((2 * norm * phase.length).rounded(.up)))
      let length = phase.length / Double(count)
      var scaled = generator
      for i in scaled.elements.indices { scaled.elements[i] *= length }
      var piece = Piece(
        propagator: [], density: [Double](repeating: 0, count: size * Self.terms),
        whole: generator.exponential(times: length), start: 0, length: length)
      var term = SmallMatrix.identity(size)
      for m in 0..<Self.terms {
        piece.propagator += term.elements
        for i in 0..<size {
          piece.density[i * Self.terms + m] = (0..<n).reduce(0) { $0 + term[i, $1] * rates[$1] * length }
        }
        term = term * scaled
        for i in term.elements.indices { term.elements[i] /= Double(m + 1) }
      }
      for _ in 0..<count {
        piece.start = start
        pieces.append(piece)
        start += length
      }
    }
    self.pieces = pieces
    length = phases.litLength
    var whole = SmallMatrix.identity(size)
    var prefix: [Double] = []
    for piece in pieces {
      prefix += whole.elements[..<(n * size)]
      whole = whole * piece.whole
    }
    self.prefix = prefix + whole.elements[..<(n * size)]
    var dark = SmallMatrix(size: n)
    for i in 0..<n {
      for j in 0..<n { dark[i, j] = max(0, whole[i, j]) }
    }
    self.dark = dark
    detectionInStep = (0..<n).map { i in
      max(0, 1 - (0..<n).reduce(0) { $0 + dark[i, $1] * (1 - detectionAfter[$1]) })
    }
  }

  /// G without detected jumps.
  private static func generator(_ phase: StepPhases.Phase, driven: (from: Int, to: Int)?, size: Int) -> SmallMatrix {
    let dark = phase.jumps.darkGenerator
    var g = SmallMatrix(size: size)
    for i in 0..<dark.size {
      for j in 0..<dark.size { g[i, j] = dark[i, j] }
    }
    guard size > dark.size, let (ground, excited) = driven else { return g }
    let s = size - 1
    g[s, excited] += phase.rotation
    g[s, ground] -= phase.rotation
    g[ground, s] += phase.rotation / 2
    g[excited, s] -= phase.rotation / 2
    g[s, s] -= (phase.jumps.exitRate[ground] + phase.jumps.exitRate[excited]) / 2
    return g
  }

  /// Goes to the first detection after a start in a level at the window's beginning; see ``next(_:_:target:random:scratch:)``.
  func first(
    _ cursor: inout Cursor, from level: Int, _ v: UnsafeMutablePointer<Double>, target: Double,
    random: inout RandomStream, scratch w: UnsafeMutablePointer<Double>
  ) -> (time: Double, jump: JumpList.Jump)? {
    // The last piece at whose beginning the probability is not yet reached; the end of the window counts as one.
    var (low, high) = (0, pieces.count + 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      var mass = 0.0
      for i in 0..<levels { mass += prefix[(middle * levels + level) * size + i] }
      if 1 - mass > target { high = middle } else { low = middle }
    }
    for i in 0..<size { v[i] = prefix[(low * levels + level) * size + i] }
    cursor = Cursor(piece: low)
    return next(&cursor, v, target: target, random: &random, scratch: w)
  }

  /// Goes on to the next detection within the window.
  ///
  /// - Parameters:
  ///   - v: on entry what is known at the cursor, summing to 1; on return at the end of the window if nothing is detected.
  ///   - target: the detection comes when its probability, counted from the cursor, reaches this.
  ///   - scratch: room for `size` numbers.
  /// - Returns: the jump that is detected, and when, from the window's start; `nil` if none is.
  func next(
    _ cursor: inout Cursor, _ v: UnsafeMutablePointer<Double>, target: Double, random: inout RandomStream,
    scratch w: UnsafeMutablePointer<Double>
  ) -> (time: Double, jump: JumpList.Jump)? {
    while cursor.piece < pieces.count {
      let piece = pieces[cursor.piece]
      let before = 1 - mass(v)
      advance(v, by: 1 - cursor.x, in: piece, into: w)
      if 1 - mass(w) > target {
        let y = time(v, in: piece, within: 1 - cursor.x, target: target - before)
        advance(v, by: y, in: piece, into: w)
        cursor.x += y
        return (piece.start + cursor.x * piece.length, pick(w, &random))
      }
      for i in 0..<size { v[i] = w[i] }
      cursor = Cursor(piece: cursor.piece + 1)
    }
    return nil
  }

  private func mass(_ v: UnsafePointer<Double>) -> Double {
    var sum = 0.0
    for i in 0..<levels { sum += v[i] }
    return sum
  }

  private func advance(
    _ v: UnsafePointer<Double>, by x: Double, in piece: Piece, into w: UnsafeMutablePointer<Double>
  ) {
    if x == 1 {
      for j in 0..<size {
        var sum = 0.0
        for i in 0..<size { sum += v[i] * piece.whole[i, j] }
        w[j] = sum
      }
      return
    }
    for j in 0..<size {
      var sum = 0.0
      var m = Self.terms - 1
      while m >= 0 {
        var entry = 0.0
        for i in 0..<size { entry += v[i] * piece.propagator[(m * size + i) * size + j] }
        sum = sum * x + entry
        m -= 1
      }
      w[j] = sum
    }
  }

  /// Where in the piece the integral of the detection density reaches a value: Newton's method inside a bracket.
  private func time(
    _ v: UnsafePointer<Double>, in piece: Piece, within room: Double, target: Double
  ) -> Double {
    var (low, high) = (0.0, room)
    var x = room / 2
    for _ in 0..<80 {
      var (integral, slope) = (0.0, 0.0)
      var m = Self.terms - 1
      while m >= 0 {
        var density = 0.0
        for i in 0..<size { density += v[i] * piece.density[i * Self.terms + m] }
        integral = integral * x + density / Double(m + 1)
        slope = slope * x + density
        m -= 1
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

  /// One of the detected jumps, with the odds of the levels they leave.
  private func pick(_ v: UnsafePointer<Double>, _ random: inout RandomStream) -> JumpList.Jump {
    var total = 0.0
    for jump in jumps { total += max(0, v[jump.from]) * jump.rate }
    var u = random.uniform() * total
    for jump in jumps {
      u -= max(0, v[jump.from]) * jump.rate
      if u < 0 { return jump }
    }
    return jumps.last { v[$0.from] > 0 } ?? jumps[0]
  }
}
