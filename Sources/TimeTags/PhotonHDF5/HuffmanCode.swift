/// The shortest code for symbols of given frequencies, none longer than 14 bits: four of them and what is left of a byte fit
/// into 64 bits.
///
/// Source: Huffman, Proc. IRE 40, 1098 (1952); canonical form: RFC 1951 (Deutsch, 1996), section 3.2.2.
struct HuffmanCode {
  static let longest = 14
  /// Bits per symbol; 0 for symbols that do not occur.
  private(set) var lengths: [UInt8]
  /// Per symbol the code in the lower 16 bits, its first bit lowest, and its length above.
  private(set) var codes: [UInt32]

  /// - Parameter counts: how often each symbol occurs; at least two do.
  init(_ counts: [Int]) {
    lengths = [UInt8](repeating: 0, count: counts.count)
    codes = [UInt32](repeating: 0, count: counts.count)
    var weights = counts
    while !setLengths(weights) {
      // Rare symbols become a little less rare.
      weights = weights.map { $0 == 0 ? 0 : $0 / 2 + 1 }
    }
    setCodes()
  }

  /// How many bits symbols of these frequencies take.
  func bits(_ counts: [Int]) -> Int { zip(counts, lengths).reduce(0) { $0 + $1.0 * Int($1.1) } }

  /// Sets the lengths; `false` if one would be too long.
  private mutating func setLengths(_ weights: [Int]) -> Bool {
    // Weight and symbol in one number, which is sorted in a fraction of the time that pairs take
    var ordered: [Int] = []
    ordered.reserveCapacity(weights.count)
    for (symbol, weight) in weights.enumerated() where weight > 0 { ordered.append(weight << 16 | symbol) }
    ordered.sort()
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: ordered.count) { depths in
      for (i, symbol) in ordered.enumerated() { depths[i] = symbol >> 16 }
      Self.replaceByDepths(depths)
      // The rarest lies deepest.
      guard depths[0] <= Self.longest else { return false }
      for (i, symbol) in ordered.enumerated() { lengths[symbol & 0xFFFF] = UInt8(depths[i]) }
      return true
    }
  }

  /// Puts in place of weights, the lowest first, how deep they come to lie where the two lowest of what is left are joined until one
  /// is: joined weights take the places of those that are used up, then the places of their parents, then depths.
  ///
  /// Source: Moffat and Katajainen, "In-place calculation of minimum-redundancy codes", WADS 1995, LNCS 955, 393.
  private static func replaceByDepths(_ weights: UnsafeMutableBufferPointer<Int>) {
    let count = weights.count
    // The lowest that are left, of those that were there and of the joined
    var (single, joined) = (0, 0)
    for next in 0..<count - 1 {
      var sum = 0
      for _ in 0..<2 {
        if single < count && (joined == next || weights[single] <= weights[joined]) {
          sum += weights[single]
          single += 1
        } else {
          sum += weights[joined]
          weights[joined] = next
          joined += 1
        }
      }
      weights[next] = sum
    }
    weights[count - 2] = 0
    for next in (0..<count - 2).reversed() { weights[next] = weights[weights[next]] + 1 }
    // Places at a depth that the joined of that depth do not take are those of what was there.
    var (places, depth, node, next) = (1, 0, count - 2, count - 1)
    while next >= 0 {
      var taken = 0
      while node >= 0 && weights[node] == depth {
        taken += 1
        node -= 1
      }
      for _ in taken..<places {
        weights[next] = depth
        next -= 1
      }
      (places, depth) = (2 * taken, depth + 1)
    }
  }

  /// Shorter codes first, codes of a length in the order of symbols.
  private mutating func setCodes() {
    var counts = [UInt16](repeating: 0, count: Self.longest + 1)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    var next = [UInt16](repeating: 0, count: Self.longest + 1)
    for length in 1...Self.longest { next[length] = (next[length - 1] + counts[length - 1]) << 1 }
    for (symbol, length) in lengths.enumerated() where length > 0 {
      codes[symbol] = UInt32(next[Int(length)].bitReversed >> (16 - UInt16(length))) | UInt32(length) << 16
      next[Int(length)] += 1
    }
  }
}

extension UInt16 {
  /// The same bits, the last first.
  fileprivate var bitReversed: UInt16 {
    var bits = byteSwapped
    bits = (bits & 0x0F0F) << 4 | (bits >> 4) & 0x0F0F
    bits = (bits & 0x3333) << 2 | (bits >> 2) & 0x3333
    return (bits & 0x5555) << 1 | (bits >> 1) & 0x5555
  }
}
