import Dispatch
import Glibc

/// Counts all pairs of two streams of integer times over delay bins of any widths, exactly, from nanoseconds to seconds.
///
/// A pair (a, b) falls into bin i where edges[i] ≤ b − a < edges[i + 1]. Two ways lead to the same integers, and each
/// stretch of the streams takes the shorter one for each delay:
/// - Short delays: one step per pair.
/// - Long delays: the pairs closer than an edge e are Σ_a #{b < a + e}, and a bin holds the difference of two such sums
///   (Laurence, Fore & Huser, Opt. Lett. 31, 829 (2006)); one step per event and edge, however many pairs there are.
///
/// Multiple-tau schemes, which thin out the streams as delays grow, take fewer steps but count pairs of cells, not of
/// events. Memory: the events within the longest delay.
public struct DelayPairs: Sendable {
  /// The edges of the bins.
  public let edges: [Int64]
  /// The pairs in each bin.
  public private(set) var counts: [Int]
  /// The events of the first and the second stream consumed so far.
  public private(set) var events: (first: Int, second: Int) = (0, 0)

  private let threads: Int
  private var first: [Int64] = []
  private var second: [Int64] = []
  private var table = RankTable()

  /// Events of the first stream that are worth building a table for.
  private static let stretch = 1 << 15

  /// An empty histogram.
  ///
  /// - Parameters:
  ///   - edges: rising, the first above 0, at least two.
  ///   - threads: how many may work at once; the counts do not depend on it.
  public init(edges: [Int64], threads: Int = 1) {
    precondition(edges.count >= 2 && edges[0] > 0 && zip(edges, edges.dropFirst()).allSatisfy(<), "edges must rise")
    self.edges = edges
    self.threads = max(1, threads)
    counts = [Int](repeating: 0, count: edges.count - 1)
  }

  /// Takes the next events of both streams.
  ///
  /// - Parameter watermark: no later event of either stream is earlier than this. `Int64.max` ends the stream.
  public mutating func consume(
    first newFirst: UnsafeBufferPointer<Int64>, second newSecond: UnsafeBufferPointer<Int64>, watermark: Int64
  ) {
    events.first += newFirst.count
    events.second += newSecond.count
    append(sorting: newFirst, to: &first)
    append(sorting: newSecond, to: &second)
    var ready = first.count
    if watermark != .max {
      let limit = watermark &- edges[edges.count - 1]
      ready = first.partitionPoint { $0 > limit }
      // the table and the moving up of what is left cost a step per waiting event
      guard ready >= max(Self.stretch, second.count / 2) else { return }
    }
    count(ready)
    first.removeFirst(ready)
    let oldest = (first.first.map { min($0, watermark) } ?? watermark)
    if watermark == .max {
      second.removeAll(keepingCapacity: true)
    } else {
      second.removeFirst(second.partitionPoint { $0 >= oldest &+ edges[0] })
    }
  }

  /// Counts what is still waiting for later events. Call once, at the end.
  public mutating func finish() {
    let none = UnsafeBufferPointer<Int64>(start: nil, count: 0)
    consume(first: none, second: none, watermark: .max)
  }

  /// Counts the pairs of the first `ready` events of the first stream.
  private mutating func count(_ ready: Int) {
    guard ready > 0, let start = first.first, let lastSecond = second.last else { return }
    let near = nearEdges(from: start, to: lastSecond)
    let times = second.count
    let longest = edges[edges.count - 1]
    second.append(contentsOf: RankTable.padding)
    defer { second.removeLast(RankTable.padding.count) }
    let isFarEmpty = near == edges.count - 1
    if !isFarEmpty {
      let range = (start &+ edges[near])...(first[ready - 1] &+ longest)
      second.withUnsafeBufferPointer { self.table.build($0.baseAddress!, count: times, range: range) }
    }
    let pieces = ready < 1024 ? 1 : threads
    let bins = edges.count - 1
    var partial = [Int](repeating: 0, count: pieces * bins)
    let (edges, table) = (edges, table)
    first.withUnsafeBufferPointer { a in
      second.withUnsafeBufferPointer { b in
        partial.withUnsafeMutableBufferPointer { partial in
          // The pieces touch nothing in common.
          nonisolated(unsafe) let (a, b, partial) = (a, b, partial)
          @Sendable func work(_ piece: Int) {
            let own = UnsafeMutableBufferPointer(rebasing: partial[piece * bins..<(piece + 1) * bins])
            let mine = UnsafeBufferPointer(rebasing: a[ready * piece / pieces..<ready * (piece + 1) / pieces])
            Self.countNear(mine, b, count: times, edges: edges, bins: near, into: own)
            Self.countFar(mine, b.baseAddress!, edges: edges, from: near, table: table, into: own)
          }
          if pieces == 1 { work(0) } else { DispatchQueue.concurrentPerform(iterations: pieces, execute: work) }
        }
      }
    }
    for i in partial.indices { counts[i % bins] += partial[i] }
  }

  /// The edge up to which stepping from pair to pair takes fewer steps than stepping from edge to edge.
  private func nearEdges(from start: Int64, to end: Int64) -> Int {
    let rate = Double(second.count) / Double(max(end &- start, 1))
    // a pair costs about as much as a rank
    return edges.indices.last { Double(edges[$0]) * rate <= Double($0) } ?? 0
  }

  private static func countNear(
    _ a: UnsafeBufferPointer<Int64>, _ b: UnsafeBufferPointer<Int64>, count: Int, edges: [Int64], bins near: Int,
    into counts: UnsafeMutableBufferPointer<Int>
  ) {
    guard near > 0, let start = a.first else { return }
    let lowest = edges[0]
    let highest = edges[near]
    // bins by the leading bits of the delay, then a step or two
    let cells = LeadingBits(edges: edges, upTo: near)
    edges.withUnsafeBufferPointer { edges in
      cells.firstBin.withUnsafeBufferPointer { firstBin in
        var low = b.prefix(count).partitionPoint { $0 >= start &+ lowest }
        for event in a {
          while low < count, b[low] < event &+ lowest { low &+= 1 }
          var partner = low
          while partner < count {
            let delay = b[partner] &- event
            if delay >= highest { break }
            var bin = Int(firstBin[cells.cell(delay)])
            while delay >= edges[bin &+ 1] { bin &+= 1 }
            counts[bin] &+= 1
            partner &+= 1
          }
        }
      }
    }
  }

  private static func countFar(
    _ a: UnsafeBufferPointer<Int64>, _ b: UnsafePointer<Int64>, edges: [Int64], from near: Int, table: RankTable,
    into counts: UnsafeMutableBufferPointer<Int>
  ) {
    guard near < edges.count - 1 else { return }
    // a few thousand events at a time, whose partners at all delays then stay in the processor's cache
    let step = 4096
    var start = 0
    while start < a.count {
      let some = UnsafeBufferPointer(rebasing: a[start..<min(start + step, a.count)])
      var before = table.sumOfRanks(some, delay: edges[near], times: b)
      for bin in near..<edges.count - 1 {
        let upTo = table.sumOfRanks(some, delay: edges[bin + 1], times: b)
        counts[bin] &+= upTo &- before
        before = upTo
      }
      start += step
    }
  }
}

/// The bin of a delay, nearly, from its leading bits: 32 cells per factor of two.
private struct LeadingBits {
  /// The bin that the shortest delay of each cell lies in.
  let firstBin: [Int32]
  private let base: Int

  init(edges: [Int64], upTo near: Int) {
    base = Self.bits(edges[0])
    var bins: [Int32] = []
    var bin = 0
    for cell in base...Self.bits(edges[near]) {
      let shortest = Double(bitPattern: UInt64(cell) << 47)
      while bin + 1 < near, Double(edges[bin + 1]) <= shortest { bin += 1 }
      bins.append(Int32(bin))
    }
    firstBin = bins
  }

  private static func bits(_ delay: Int64) -> Int { Int(truncatingIfNeeded: Double(delay).bitPattern >> 47) }

  @inline(__always) func cell(_ delay: Int64) -> Int { Self.bits(delay) &- base }
}

extension RandomAccessCollection {
  /// The number of leading elements for which the predicate is false; it must be false up to some element and true after.
  fileprivate func partitionPoint(_ isAfter: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[index(startIndex, offsetBy: middle)]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
