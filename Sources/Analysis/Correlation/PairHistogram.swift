/// Counts all pairs of two streams of integer times by their difference, exactly, as the streams go by.
///
/// A pair (a, b) falls into bin ⌊(b − a − firstEdge)/binWidth⌋: bins are half-open, `[edge, next edge)`. Every pair is
/// counted once, whatever the block boundaries. The scan is two pointers over two sorted arrays (as in Laurence,
/// Fore & Huser, Opt. Lett. 31, 829 (2006)); time O(events + pairs), memory O(events within the range).
public struct PairHistogram: Sendable {
  /// The left edge of the first bin.
  public let firstEdge: Int64
  /// The width of a bin.
  public let binWidth: Int64
  /// The counts, one per bin.
  public var counts: [Int] { Array(cells.prefix(binCount)) }
  /// The number of events of the first and the second stream consumed so far.
  public private(set) var events: (first: Int, second: Int) = (0, 0)

  private let binCount: Int
  /// The counts, and behind them what fell into no bin.
  private var cells: [Int]
  private let span: UInt64
  private let reciprocal: UInt64
  private let canMultiply: Bool
  private var first: [Int64] = []
  private var second: [Int64] = []

  /// An empty histogram over `firstEdge` … `firstEdge` + `binCount` × `binWidth`, the end excluded.
  ///
  /// - Parameters:
  ///   - firstEdge: the smallest difference counted.
  ///   - binWidth: at least 1, in the same unit as the times.
  ///   - binCount: at least 1.
  public init(firstEdge: Int64, binWidth: Int64, binCount: Int) {
    precondition(binWidth >= 1 && binCount >= 1, "a histogram needs a bin")
    self.firstEdge = firstEdge
    self.binWidth = binWidth
    self.binCount = binCount
    cells = [Int](repeating: 0, count: binCount + Self.strays)
    span = UInt64(binWidth) * UInt64(binCount)
    // ⌊d/w⌋ as a product: exact while 2d·2w < 2^64 (Granlund & Montgomery, PLDI 1994, Theorem 4.2)
    reciprocal = UInt64.max / (2 * UInt64(binWidth)) + 1
    canMultiply = (span.multipliedFullWidth(by: 4 * UInt64(binWidth))).high == 0
  }

  /// The number of pairs counted so far.
  public var total: Int { cells.prefix(binCount).reduce(0, +) }

  /// Takes the next events of both streams, each sorted.
  ///
  /// - Parameter watermark: no later event of either stream is earlier than this. `Int64.max` ends the stream.
  public mutating func consume(
    first newFirst: UnsafeBufferPointer<Int64>, second newSecond: UnsafeBufferPointer<Int64>, watermark: Int64
  ) {
    events.first += newFirst.count
    events.second += newSecond.count
    append(sorting: newFirst, to: &first)
    append(sorting: newSecond, to: &second)
    let last = firstEdge &+ Int64(bitPattern: span)
    let limit = watermark == .max ? Int64.max : watermark &- last
    let (scanned, passed) = scan(limit: limit)
    first.removeFirst(scanned)
    let nextFirst = first.first.map { min($0, watermark) } ?? watermark
    if watermark == .max {
      second.removeAll(keepingCapacity: true)
      first.removeAll(keepingCapacity: true)
    } else {
      let oldest = nextFirst &+ firstEdge
      var useless = passed
      while useless < second.count, second[useless] < oldest { useless += 1 }
      second.removeFirst(useless)
    }
  }

  /// Counts what is still waiting for later events. Call once, at the end.
  public mutating func finish() {
    consume(
      first: UnsafeBufferPointer(start: nil, count: 0), second: UnsafeBufferPointer(start: nil, count: 0),
      watermark: .max)
  }

  /// Cells for partners outside the bins: one per lane and parity of the event, since two additions to one cell wait for
  /// each other.
  private static let strays = 2 * lanes
  /// The most partners that are taken without asking how many there are.
  private static let lanes = 4

  /// Scans the events of the first stream up to `limit`; returns how many they are, and how many events of the second
  /// lie before all that is left.
  private mutating func scan(limit: Int64) -> (scanned: Int, passed: Int) {
    var done = first.count
    while done > 0, first[done &- 1] > limit { done &-= 1 }
    guard done > 0, let start = second.first, let end = second.last else { return (done, 0) }
    // partners of an event, on average
    let partners = Double(span) * Double(second.count) / Double(max(end &- start, 1))
    // later than any event, so that looking ahead needs no bounds
    second.append(contentsOf: repeatElement(.max / 2, count: 2 * Self.lanes))
    defer { second.removeLast(2 * Self.lanes) }
    if !canMultiply { return (done, scanDividing(done)) }
    return (done, partners < 0.5 ? scan(done, lanes: 2) : scan(done, lanes: Self.lanes))
  }

  /// The loop. How many partners an event has is a matter of chance, which a processor guesses wrong time and again; so a
  /// few are always taken, and those outside the bins go to the strays.
  @inline(__always)
  private mutating func scan(_ done: Int, lanes: Int) -> Int {
    let (firstEdge, span, reciprocal, binCount) = (firstEdge, span, reciprocal, binCount)
    return first.withUnsafeBufferPointer { a in
      second.withUnsafeBufferPointer { b in
        cells.withUnsafeMutableBufferPointer { cells in
          guard let bins = cells.baseAddress, let a0 = a.baseAddress, let b0 = b.baseAddress else { return 0 }
          var low = b0
          var i = 0
          while i < done {
            let base = a0[i] &+ firstEdge
            low += low.pointee < base ? 1 : 0
            low += low.pointee < base ? 1 : 0
            while low.pointee < base { low += 1 }
            let strays = binCount &+ lanes &* (i & 1)
            var partner = low
            while true {
              for lane in 0..<lanes {
                let difference = UInt64(bitPattern: partner[lane] &- base)
                let bin = Int(
                  truncatingIfNeeded: (difference &<< 1).multipliedFullWidth(by: reciprocal).high)
                bins[difference < span ? bin : strays &+ lane] &+= 1
              }
              if UInt64(bitPattern: partner[lanes &- 1] &- base) >= span { break }
              partner += lanes
            }
            i &+= 1
          }
          return low - b0
        }
      }
    }
  }

  /// The same for spans so long that a bin cannot be had by multiplying.
  private mutating func scanDividing(_ done: Int) -> Int {
    let width = UInt64(binWidth)
    var low = 0
    for event in first.prefix(done) {
      let base = event &+ firstEdge
      while second[low] < base { low += 1 }
      var partner = low
      while true {
        let difference = UInt64(bitPattern: second[partner] &- base)
        if difference >= span { break }
        cells[Int(difference / width)] += 1
        partner += 1
      }
    }
    return low
  }
}
