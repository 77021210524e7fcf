import RandomStreams

/// How many steps (laser pulses, or short stretches of time) pass without a detection: discrete phase-type waiting,
/// drawn exactly in a number of operations that grows with the logarithm of the wait.
///
/// D[i, j] is the probability that a step which begins in level i ends in level j without a detection. The wait n is the
/// largest number with e_i Dⁿ 1 ≥ u for a uniform u; it is found bit by bit with the precomputed powers D^(2^k) (inversion;
/// Devroye, "Non-uniform random variate generation", 1986, III.2).
struct DarkRun: Sendable {
  let levels: Int
  /// D^(2^k), row by row, one after the other.
  private let powers: [Double]
  /// The same for up to four levels, a row in each vector; empty for more.
  private let smallPowers: [SIMD4<Double>]
  /// Row sums of each power.
  private let sums: [Double]
  private let count: Int

  init(step: SmallMatrix) {
    levels = step.size
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
    self.powers = powers
    self.count = count
    let n = step.size
    smallPowers =
      n > 4
      ? []
      : (0..<(4 * count)).map { row in
        var vector = SIMD4<Double>()
        if row % 4 < n { for j in 0..<n { vector[j] = powers[(row / 4) * n * n + (row % 4) * n + j] } }
        return vector
      }
    sums = (0..<(count * n)).map { row in (0..<n).reduce(0) { $0 + powers[row * n + $1] } }
  }

  /// Draws a wait of at most `limit` steps from a level.
  ///
  /// - Parameter distribution: on return the unnormalised distribution of the level after the wait, given that nothing
  ///   was detected in it.
  /// - Returns: the number of steps without a detection; `limit` if there is none in all of them.
  @inline(__always)
  func draw(
    from level: Int, limit: Int64, random: inout RandomStream, distribution v: UnsafeMutablePointer<Double>,
    scratch w: UnsafeMutablePointer<Double>
  ) -> Int64 {
    let n = levels
    let u = random.uniformAboveZero()
    if n <= 4 { return drawSmall(from: level, limit: limit, u: u, distribution: v) }
    for i in 0..<n { v[i] = i == level ? 1 : 0 }
    var steps: Int64 = 0
    var isStart = true
    powers.withUnsafeBufferPointer { powers in
      sums.withUnsafeBufferPointer { sums in
        var k = count &- 1
        while k >= 0 {
          let span = Int64(1) &<< Int64(k)
          defer { k &-= 1 }
          if steps &+ span > limit { continue }
          // From the start level itself the row sum is known without a product.
          if isStart, sums[k &* n &+ level] < u { continue }
          let matrix = powers.baseAddress! + k &* n &* n
          var total = 0.0
          for j in 0..<n {
            var sum = 0.0
            for i in 0..<n { sum += v[i] * matrix[i &* n &+ j] }
            w[j] = sum
            total += sum
          }
          if total < u { continue }
          for j in 0..<n { v[j] = w[j] }
          steps &+= span
          isStart = false
        }
      }
    }
    return steps
  }
}

extension DarkRun {
  /// ``draw(from:limit:random:distribution:scratch:)`` for up to four levels: one vector per distribution.
  @inline(__always)
  private func drawSmall(
    from level: Int, limit: Int64, u: Double, distribution: UnsafeMutablePointer<Double>
  ) -> Int64 {
    var v = SIMD4<Double>()
    v[level] = 1
    var steps: Int64 = 0
    smallPowers.withUnsafeBufferPointer { powers in
      sums.withUnsafeBufferPointer { sums in
        var k = min(count &- 1, 63 &- limit.leadingZeroBitCount)
        // From the start level itself the row sum is known without a product.
        while k >= 0 && sums[k &* levels &+ level] < u { k &-= 1 }
        while k >= 0 {
          let span = Int64(1) &<< Int64(k)
          if steps &+ span <= limit {
            let rows = powers.baseAddress! + 4 &* k
            var w: SIMD4<Double> = rows[0] * v[0]
            w += rows[1] * v[1]
            w += rows[2] * v[2]
            w += rows[3] * v[3]
            if (w[0] + w[1]) + (w[2] + w[3]) >= u {
              v = w
              steps &+= span
            }
          }
          k &-= 1
        }
      }
    }
    for i in 0..<levels { distribution[i] = v[i] }
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
