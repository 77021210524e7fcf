/// Tells how many of some sorted times lie before a given time, at once and without a search.
///
/// The span of the times is cut into about twice as many equal buckets as there are times, and the table holds the rank of
/// each bucket's first time. The rank of a time is then that of its bucket and the few comparisons inside it: no branch
/// that depends on the data, unless a bucket holds more than four.
struct RankTable {
  /// Comparisons that are always made.
  private static let lanes = 4
  private var ranks: [Int32] = []
  private var shift: UInt64 = 0
  private var origin: Int64 = 0

  /// Builds the table.
  ///
  /// - Parameters:
  ///   - times: sorted, followed by four that are later than any time asked for (``padding``).
  ///   - count: without the padding, fewer than 2³¹.
  ///   - range: every time asked for lies in it.
  mutating func build(_ times: UnsafePointer<Int64>, count: Int, range: ClosedRange<Int64>) {
    origin = count > 0 ? min(times[0], range.lowerBound) : range.lowerBound
    let end = count > 0 ? max(times[count &- 1], range.upperBound) : range.upperBound
    let span = UInt64(end - origin)
    // two buckets for each time, on average, of a power of two
    shift = 0
    while span >> shift > UInt64(2 * count + 1024) { shift += 1 }
    let buckets = Int(span >> shift) + 1
    ranks.removeAll(keepingCapacity: true)
    ranks.append(contentsOf: repeatElement(0, count: buckets + 1))
    let (shift, origin) = (shift, origin)
    ranks.withUnsafeMutableBufferPointer { ranks in
      for i in 0..<count { ranks[Int(UInt64(bitPattern: times[i] &- origin) &>> shift) &+ 1] &+= 1 }
      var sum: Int32 = 0
      for i in 0..<ranks.count {
        sum &+= ranks[i]
        ranks[i] = sum
      }
    }
  }

  /// What follows the times.
  static let padding: [Int64] = [Int64](repeating: .max / 2, count: lanes)

  /// Σ over `events` of the number of times before event + `delay`.
  func sumOfRanks(_ events: UnsafeBufferPointer<Int64>, delay: Int64, times: UnsafePointer<Int64>) -> Int {
    ranks.withUnsafeBufferPointer { ranks in
      let offset = delay &- origin
      let shift = shift
      var sum = 0
      var inBuckets = SIMD4<Int64>.zero
      for event in events {
        let q = Int(truncatingIfNeeded: UInt64(bitPattern: event &+ offset) &>> shift)
        let rank = Int(ranks[q])
        let x = event &+ delay
        let next = UnsafeRawPointer(times + rank).loadUnaligned(as: SIMD4<Int64>.self)
        // the sign bit is 1 where next < x
        inBuckets &+= SIMD4<Int64>(truncatingIfNeeded: SIMD4<UInt64>(truncatingIfNeeded: next &- x) &>> 63)
        sum &+= rank
        let end = Int(ranks[q &+ 1])
        if end &- rank > Self.lanes {
          var i = rank &+ Self.lanes
          while i < end, times[i] < x {
            sum &+= 1
            i &+= 1
          }
        }
      }
      return sum &+ Int(inBuckets.wrappedSum())
    }
  }
}
