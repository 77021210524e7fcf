import RandomStreams

/// How many steps (laser pulses, or short stretches of time) pass without a detection: discrete phase-type waiting, drawn
/// exactly in a handful of operations.
///
/// D[i, j] is the probability that a step which begins in level i ends in level j without a detection. The wait n is the
/// largest number with e_i Dⁿ 1 ≥ u for a uniform u. For each start level a guide table (Chen and Asau, 1974; Devroye,
/// "Non-uniform random variate generation", 1986, III.2.4) holds, for up to 512 equal stretches of u, a number of steps that the
/// wait reaches for all u in the stretch and the vector e_i Dⁿ there; the few steps to go are found bit by bit with the
/// precomputed powers D^(2^k).
final class DarkRun: @unchecked Sendable {
  let levels: Int
  /// D^(2^k), row by row, one after the other.
  private let powers: UnsafeMutablePointer<Double>
  /// The same for up to four levels, a row in each vector, four rows each.
  private let smallPowers: UnsafeMutablePointer<SIMD4<Double>>
  private let count: Int
  /// Whether there is anything to detect: without it only rounding would end a wait.
  private let canDetect: Bool
  /// Probability of a detection in a step, per level at its beginning.
  private let detection: UnsafeMutablePointer<Double>

  private struct Guide {
    var steps: Int64
    /// Binary digits of the largest number of steps to go.
    var digits: Int
  }
  private let stretches: Int
  private let guides: UnsafeMutablePointer<Guide>
  /// The vector of each guide, and for up to four levels the same in one piece.
  private let vectors: UnsafeMutablePointer<Double>
  private let smallVectors: UnsafeMutablePointer<SIMD4<Double>>

  init(step: SmallMatrix, canDetect: Bool) {
    self.canDetect = canDetect
    let n = step.size
    levels = n
    var powers = step.elements
    var power = step
    var count = 1
    func largest(_ m: SmallMatrix) -> Double {
      (0..<m.size).map { i in (0..<m.size).reduce(0) { $0 + m[i, $1] } }.max() ?? 0
    }
    // No wait exceeds the block it is in, and no block 2⁴⁰ steps.
    while count < 41, largest(power) > 1e-18 {
      power = power * power
      powers += power.elements
      count += 1
    }
    self.count = count
    func kept<T>(_ elements: [T]) -> UnsafeMutablePointer<T> {
      let memory = UnsafeMutableBufferPointer<T>.allocate(capacity: max(1, elements.count))
      _ = memory.initialize(from: elements)
      return memory.baseAddress!
    }
    func vector(_ row: UnsafePointer<Double>) -> SIMD4<Double> {
      var vector = SIMD4<Double>()
      for j in 0..<min(4, n) { vector[j] = row[j] }
      return vector
    }
    self.powers = kept(powers)
    let rows = self.powers
    smallPowers = kept((0..<(4 * count)).map { $0 % 4 < n ? vector(rows + ($0 / 4 * n + $0 % 4) * n) : .zero })
    detection = kept((0..<n).map { i in max(0, 1 - (0..<n).reduce(0) { $0 + step[i, $1] }) })
    // Fewer for large schemes, whose tables take longer to make; a power of two, so that products with it are exact.
    var stretches = 512
    while stretches > 1, stretches * n * n > 8_192 { stretches /= 2 }
    self.stretches = stretches
    let entries = n * stretches
    guides = .allocate(capacity: entries)
    vectors = .allocate(capacity: entries * n)
    vectors.initialize(repeating: 0, count: entries * n)
    smallVectors = .allocate(capacity: entries)

    var room = [Double](repeating: 0, count: n)
    for level in 0..<n {
      // The top stretch first: each one's number of steps bounds that of the one above.
      for stretch in (0..<stretches).reversed() {
        let entry = level * stretches + stretch
        let v = vectors + entry * n
        v[level] = 1
        let steps = search(v, digits: count, atLeast: Double(stretch + 1) / Double(stretches), room: &room)
        guides[entry] = Guide(steps: steps, digits: count)
        smallVectors[entry] = vector(v)
        if stretch + 1 < stretches {
          let toGo = steps - guides[entry + 1].steps
          guides[entry + 1].digits = min(count, Int64.bitWidth - max(0, toGo).leadingZeroBitCount)
        }
      }
    }
  }

  deinit {
    powers.deallocate()
    smallPowers.deallocate()
    detection.deallocate()
    guides.deallocate()
    vectors.deallocate()
    smallVectors.deallocate()
  }

  /// Draws a wait of at most `limit` steps from a level.
  ///
  /// - Parameter scratch: room for two numbers per level.
  /// - Returns: the number of steps without a detection and the level after them; `limit` if there is no detection in all
  ///   of them, otherwise there is one in the step that follows.
  @inline(__always)
  func draw(
    from level: Int, limit: Int64, random: inout RandomStream, scratch v: UnsafeMutablePointer<Double>
  ) -> (steps: Int64, level: Int) {
    let u = random.uniformAboveZero()
    let entry = level &* stretches &+ min(stretches &- 1, Int(u * Double(stretches)))
    let guide = guides[entry]
    var steps = guide.steps
    if levels <= 4 {
      var vector = smallVectors[entry]
      steps &+= search(&vector, digits: guide.digits, atLeast: u)
      if canDetect && steps < limit {
        for i in 0..<levels { v[i] = vector[i] * detection[i] }
        return (steps, drawIndex(v, count: levels, random: &random))
      }
    } else {
      for i in 0..<levels { v[i] = vectors[entry &* levels &+ i] }
      steps &+= search(v, digits: guide.digits, atLeast: u, w: v + levels)
      if canDetect && steps < limit {
        for i in 0..<levels { v[i] *= detection[i] }
        return (steps, drawIndex(v, count: levels, random: &random))
      }
    }
    pass(limit, from: level, scratch: v)
    return (limit, drawIndex(v, count: levels, random: &random))
  }

  /// The vector after a number of steps, whatever is drawn.
  @inline(never)
  private func pass(_ steps: Int64, from level: Int, scratch v: UnsafeMutablePointer<Double>) {
    for i in 0..<levels { v[i] = i == level ? 1 : 0 }
    for k in 0..<count where steps &>> Int64(k) & 1 == 1 {
      _ = multiply(v, by: k, into: v + levels)
      for i in 0..<levels { v[i] = v[levels &+ i] }
    }
  }

  /// The product of a vector with D^(2^k).
  ///
  /// - Returns: its sum.
  @inline(__always)
  private func multiply(_ v: UnsafePointer<Double>, by k: Int, into w: UnsafeMutablePointer<Double>) -> Double {
    let matrix = powers + k &* levels &* levels
    var total = 0.0
    for j in 0..<levels {
      var sum = 0.0
      for i in 0..<levels { sum += v[i] * matrix[i &* levels &+ j] }
      w[j] = sum
      total += sum
    }
    return total
  }

  /// Takes the vector as many steps on, below 2^digits, as leave its sum at least at a value.
  ///
  /// - Returns: how many.
  private func search(
    _ v: UnsafeMutablePointer<Double>, digits: Int, atLeast u: Double, w: UnsafeMutablePointer<Double>
  ) -> Int64 {
    var steps: Int64 = 0
    var k = digits &- 1
    while k >= 0 {
      if multiply(v, by: k, into: w) >= u {
        for i in 0..<levels { v[i] = w[i] }
        steps |= Int64(1) &<< Int64(k)
      }
      k &-= 1
    }
    return steps
  }

  private func search(
    _ v: UnsafeMutablePointer<Double>, digits: Int, atLeast u: Double, room: inout [Double]
  ) -> Int64 {
    room.withUnsafeMutableBufferPointer { search(v, digits: digits, atLeast: u, w: $0.baseAddress!) }
  }

  /// The same for up to four levels: one vector per distribution, and no branch on chance.
  @inline(__always)
  private func search(_ v: inout SIMD4<Double>, digits: Int, atLeast u: Double) -> Int64 {
    var steps: Int64 = 0
    var k = digits &- 1
    while k >= 0 {
      let rows = smallPowers + 4 &* k
      var w: SIMD4<Double> = rows[0] * v[0]
      w += rows[1] * v[1]
      w += rows[2] * v[2]
      if levels > 3 { w += rows[3] * v[3] }
      let isReached = (w[0] + w[1]) + (w[2] + w[3]) >= u
      v.replace(with: w, where: SIMDMask(repeating: isReached))
      steps |= isReached ? Int64(1) &<< Int64(k) : 0
      k &-= 1
    }
    return steps
  }
}

/// An index drawn with given weights, at least one of which is above zero.
@inline(__always)
func drawIndex(_ weights: UnsafePointer<Double>, count: Int, random: inout RandomStream) -> Int {
  var total = 0.0
  for i in 0..<count { total += weights[i] }
  var u = random.uniform() * total
  var last = 0
  for i in 0..<count where weights[i] > 0 {
    last = i
    if u < weights[i] { return i }
    u -= weights[i]
  }
  return last
}
