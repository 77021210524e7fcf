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

  /// Joins the two rarest of what is left until one is; `false` if a symbol comes to lie too deep.
  private mutating func setLengths(_ weights: [Int]) -> Bool {
    // Weight and symbol in one number, which is sorted in a fraction of the time that pairs take
    let ordered = weights.indices.filter { weights[$0] > 0 }.map { weights[$0] << 16 | $0 }.sorted()
    let symbols = ordered.map { $0 & 0xFFFF }
    let count = symbols.count
    var weight = ordered.map { $0 >> 16 }
    var parent = [Int](repeating: 0, count: 2 * count - 1)
    // Single symbols and joined ones, each from the rarest on
    var single = 0
    var joined = count
    for node in count..<2 * count - 1 {
      var sum = 0
      for _ in 0..<2 {
        let next: Int
        if single < count && (joined == node || weight[single] <= weight[joined]) {
          next = single
          single += 1
        } else {
          next = joined
          joined += 1
        }
        sum += weight[next]
        parent[next] = node
      }
      weight.append(sum)
    }
    var depth = [Int](repeating: 0, count: 2 * count - 1)
    for node in (0..<2 * count - 2).reversed() { depth[node] = depth[parent[node]] + 1 }
    guard depth[..<count].allSatisfy({ $0 <= Self.longest }) else { return false }
    for (i, symbol) in symbols.enumerated() { lengths[symbol] = UInt8(depth[i]) }
    return true
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
