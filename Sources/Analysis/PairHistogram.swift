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
  public private(set) var counts: [Int]
  /// The number of events of the first and the second stream consumed so far.
  public private(set) var events: (first: Int, second: Int) = (0, 0)

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
    counts = [Int](repeating: 0, count: binCount)
    span = UInt64(binWidth) * UInt64(binCount)
    // ⌊d/w⌋ as a product: exact while 2d·2w < 2^64 (Granlund & Montgomery, PLDI 1994, Theorem 4.2)
    reciprocal = UInt64.max / (2 * UInt64(binWidth)) + 1
    canMultiply = (span.multipliedFullWidth(by: 4 * UInt64(binWidth))).high == 0
  }

  /// The number of pairs counted so far.
  public var total: Int { counts.reduce(0, +) }

  /// Takes the next events of both streams, each sorted.
  ///
  /// - Parameter watermark: no later event of either stream is earlier than this. `Int64.max` ends the stream.
  public mutating func consume(
    first newFirst: UnsafeBufferPointer<Int64>, second newSecond: UnsafeBufferPointer<Int64>, watermark: Int64
  ) {
    events.first += newFirst.count
    events.second += newSecond.count
    Self.append(newFirst, to: &first)
    Self.append(newSecond, to: &second)
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

  /// Appends, and restores the order where late events (a T3 stream sorted by pulse only) break it.
  private static func append(_ new: UnsafeBufferPointer<Int64>, to array: inout [Int64]) {
    let old = array.count
    array.append(contentsOf: new)
    array.withUnsafeMutableBufferPointer { times in
      // the sign bit gathers every step backwards; without branches the loop vectorizes
      var disorder: Int64 = 0
      var i = max(old, 1)
      while i < times.count {
        disorder |= times[i] &- times[i &- 1]
        i &+= 1
      }
      guard disorder < 0 else { return }
      i = max(old, 1)
      while i < times.count {
        let value = times[i]
        var j = i
        while j > 0, times[j &- 1] > value {
          times[j] = times[j &- 1]
          j &-= 1
        }
        times[j] = value
        i &+= 1
      }
    }
  }

  /// Scans the events of the first stream up to `limit`; returns how many they are, and how many events of the second
  /// lie before all that is left.
  private mutating func scan(limit: Int64) -> (scanned: Int, passed: Int) {
    let firstEdge = firstEdge
    let span = span
    let width = UInt64(binWidth)
    let reciprocal = reciprocal
    let canMultiply = canMultiply
    return first.withUnsafeBufferPointer { a in
      second.withUnsafeBufferPointer { b in
        counts.withUnsafeMutableBufferPointer { histogram in
          guard let bins = histogram.baseAddress, let a0 = a.baseAddress, let b0 = b.baseAddress else {
            return (limit == .max ? a.count : a.prefix { $0 <= limit }.count, 0)
          }
          var done = a.count
          while done > 0, a0[done &- 1] > limit { done &-= 1 }
          let end = a0 + done
          let last = b0 + b.count
          var event = a0
          var low = b0
          while event < end {
            let base = event.pointee &+ firstEdge
            while low < last, low.pointee < base { low += 1 }
            var partner = low
            while partner < last {
              let difference = UInt64(bitPattern: partner.pointee &- base)
              if difference >= span { break }
              let bin = canMultiply ? (difference &<< 1).multipliedFullWidth(by: reciprocal).high : difference / width
              bins[Int(truncatingIfNeeded: bin)] &+= 1
              partner += 1
            }
            event += 1
          }
          return (done, low - b0)
        }
      }
    }
  }
}
