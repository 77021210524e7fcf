/// A choice among n outcomes with given weights, one random word per draw (Walker's alias method in Vose's form:
/// Vose, IEEE Trans. Softw. Eng. 17, 972, 1991).
public struct DiscreteLaw: Sendable {
  @usableFromInline let thresholds: [UInt64]
  @usableFromInline let aliases: [Int32]
  @usableFromInline let count: UInt64

  /// The law with probabilities in proportion to `weights`; stops the program when none is above zero.
  ///
  /// - Parameter weights: at least one weight above zero; they need not sum to 1.
  public init(weights: [Double]) {
    let n = weights.count
    let total = weights.reduce(0, +)
    precondition(n > 0 && total > 0, "a discrete law needs a weight above zero")
    var scaled = weights.map { $0 / total * Double(n) }
    var small = scaled.indices.filter { scaled[$0] < 1 }
    var large = scaled.indices.filter { scaled[$0] >= 1 }
    var threshold = [UInt64](repeating: .max, count: n)
    var alias = (0..<n).map { Int32($0) }
    while let s = small.popLast(), let l = large.last {
      threshold[s] = UInt64(scaled[s] * 0x1p63) &<< 1
      alias[s] = Int32(l)
      scaled[l] -= 1 - scaled[s]
      if scaled[l] < 1 {
        large.removeLast()
        small.append(l)
      }
    }
    // What rounding leaves over is full, except outcomes of weight zero, which must never come out.
    let fallback = Int32(weights.indices.max { weights[$0] < weights[$1] }!)
    for i in 0..<n where weights[i] == 0 {
      threshold[i] = 0
      if alias[i] == Int32(i) { alias[i] = fallback }
    }
    thresholds = threshold
    aliases = alias
    count = UInt64(n)
  }

  /// The index of one outcome.
  @inlinable @inline(__always)
  public func draw(_ stream: inout RandomStream) -> Int {
    let (column, fraction) = stream.next().multipliedFullWidth(by: count)
    let i = Int(truncatingIfNeeded: column)
    return fraction < thresholds[i] ? i : Int(aliases[i])
  }

  /// Column i keeps its own outcome below this 64-bit fraction: for engines that lay the table out themselves.
  public func threshold(_ i: Int) -> UInt64 { thresholds[i] }

  /// The other outcome of column i.
  public func alias(_ i: Int) -> Int { Int(aliases[i]) }
}
