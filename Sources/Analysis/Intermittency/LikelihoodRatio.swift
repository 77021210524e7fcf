import Glibc

/// The likelihood ratio of a change of rate (Watkins & Yang, J. Phys. Chem. B 109, 617 (2005)): how much better two
/// constant rates describe the photons of a window than one, as a natural logarithm, unweighted, as Palstra & Koenderink take
/// it (J. Phys. Chem. C 125, 12050 (2021)).
///
/// With the share k/n of the photons in the share v of the time it is n D(k/n ‖ v), D the relative entropy of two
/// Bernoulli laws: convex in both together.
@inline(__always)
func logLikelihoodRatio(_ before: Double, of count: Double, share: Double) -> Double {
  let after = count - before
  var sum = 0.0
  if before > 0 { sum += before * log(before / (count * share)) }
  if after > 0 { sum += after * log(after / (count * (1 - share))) }
  return sum
}

/// Photons between two instants.
package struct PhotonWindow {
  /// All arrival times of a stretch in ticks, rising.
  package var times: UnsafeBufferPointer<Int64>
  /// The photons inside: `first ..< last`.
  package var first: Int
  package var last: Int
  /// The window is [start, end) in ticks.
  package var start: Int64
  package var end: Int64

  package init(times: UnsafeBufferPointer<Int64>, first: Int, last: Int, start: Int64, end: Int64) {
    self.times = times
    self.first = first
    self.last = last
    self.start = start
    self.end = end
  }

  /// Photons taken together in one bound.
  private static let blockSize = 32

  /// The logarithm of the likelihood ratio of a change at `time`.
  func ratio(at time: Int64) -> Double {
    guard time > start, time < end, last > first else { return 0 }
    let before = times[first..<last].partitioningIndex { $0 >= time } - first
    return logLikelihoodRatio(
      Double(before), of: Double(last - first), share: Double(time &- start) / Double(end &- start))
  }

  /// Whether χ² of any photon leaves room for a ratio above `threshold`: a photon has the largest of its i before it and of
  /// i + 1 against what is expected, squared, (|i + ½ − expected| + ½)². Two photons at a time, without branches.
  private func mayExceed(_ threshold: Double) -> Bool {
    typealias Pair = SIMD2<Double>
    // as the last bits of 2⁵² + time a whole number becomes floating without a conversion, which vectors have none of
    let large = Pair(repeating: 0x1p52)
    guard end &- start < 1 << 52 else { return true }
    let n = last - first
    let inverse = Pair(repeating: 1 / Double(n))
    let scale = Pair(repeating: Double(n) / Double(end &- start))
    // roundings must not lose a photon
    let limit = Pair(repeating: threshold * (1 - 1e-12))
    let least = limit * (1 - inverse)
    let half = Pair(repeating: 0.5)
    let positive = SIMD2<UInt64>(repeating: ~(1 << 63))
    // the sign bit gathers whatever exceeds both bounds
    var signs = SIMD2<UInt64>(repeating: 0)
    var middle = Pair(0.5, 1.5)
    @inline(__always) func look(_ a: Int64, _ b: Int64) {
      let ticks = SIMD2(UInt64(bitPattern: a &- start), UInt64(bitPattern: b &- start))
      let expected = (Pair(bits: ticks | large.bits) - large) * scale
      let excess = middle - expected
      let larger = Pair(bits: excess.bits & positive) + half
      let square = larger * larger
      let spread = limit * (expected - expected * expected * inverse) - square
      signs |= spread.bits & (least - square).bits
      middle += Pair(repeating: 2)
    }
    var i = first
    while i &+ 1 < last {
      look(times[i], times[i &+ 1])
      i &+= 2
    }
    if i < last { look(times[i], times[i]) }
    return (signs[0] | signs[1]) &>> 63 == 1
  }

  /// The most likely instant of a change of rate, or nil where no ratio exceeds `threshold`.
  ///
  /// The result is that of trying every photon. Changes that leave less than one expected photon on either side are not
  /// considered. Photons are passed over in blocks on two upper bounds: χ² ≥ 2 D, and D at the corners of the block, since
  /// it is convex. No allocation.
  ///
  /// - Returns: the instant in ticks, and the logarithm of the ratio.
  package func strongestChange(above threshold: Double) -> (time: Int64, ratio: Double)? {
    let n = last - first
    guard n >= 3 else { return nil }
    let count = Double(n)
    let perTick = 1 / Double(end &- start)
    let lowest = 1 / count
    let highest = 1 - lowest
    var best = threshold
    var found: Int64?

    /// Tries a change just before and just after one photon.
    @inline(__always) func tryPhoton(_ i: Int) {
      let time = times[first &+ i]
      let share = Double(time &- start) * perTick
      guard share >= lowest, share <= highest else { return }
      let excess = Double(i) - count * share
      let largest = max(abs(excess), abs(excess + 1))
      guard largest * largest > best * count * share * (1 - share) else { return }
      let before = logLikelihoodRatio(Double(i), of: count, share: share)
      if before > best { (best, found) = (before, time) }
      let after = logLikelihoodRatio(Double(i &+ 1), of: count, share: share)
      if after > best { (best, found) = (after, time &+ 1) }
    }

    let size = Self.blockSize
    if n <= 4 * size {
      // few photons: χ² of each says nearly always that there is nothing
      let isPromising = mayExceed(best)
      guard isPromising else { return nil }
    } else {
      // a good candidate first, so that most blocks need no closer look
      var i = 0
      while i < n {
        tryPhoton(i)
        i &+= size
      }
    }
    var low = 0
    while low < n {
      let high = min(low &+ size, n)
      let firstShare = max(Double(times[first &+ low] &- start) * perTick, lowest)
      let lastShare = min(Double(times[first &+ high &- 1] &- start) * perTick, highest)
      if firstShare <= lastShare {
        let fewest = Double(low) - count * lastShare
        let most = Double(high) - count * firstShare
        let largest = max(abs(fewest), abs(most))
        let spread = min(firstShare * (1 - firstShare), lastShare * (1 - lastShare))
        if largest * largest > best * count * spread,
          n <= size
            || max(
              logLikelihoodRatio(Double(low), of: count, share: lastShare),
              logLikelihoodRatio(Double(high), of: count, share: firstShare)) > best
        {
          for i in low..<high { tryPhoton(i) }
        }
      }
      low = high
    }
    return found.map { ($0, best) }
  }
}

extension SIMD2<Double> {
  fileprivate var bits: SIMD2<UInt64> { unsafeBitCast(self, to: SIMD2<UInt64>.self) }
  fileprivate init(bits: SIMD2<UInt64>) { self = unsafeBitCast(bits, to: SIMD2<Double>.self) }
}
