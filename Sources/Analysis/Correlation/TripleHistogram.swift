/// Counts all triples of three streams of integer times by both their differences, exactly, as the streams go by.
///
/// A triple (a, b, c) falls into the cell (⌊(b − a − firstEdge)/w⌋, ⌊(c − a − firstEdge)/w⌋). Time O(events + triples),
/// memory O(events within the range + cells).
public struct TripleHistogram: Sendable {
  /// The left edge of the first bin of both axes.
  public let firstEdge: Int64
  /// The width of a bin.
  public let binWidth: Int64
  /// The bins of each axis.
  public let binCount: Int
  /// The counts by rows: the index of a cell is row · ``binCount`` + column, rows by b − a, columns by c − a.
  public private(set) var counts: [Int]
  /// The events of each stream consumed so far.
  public private(set) var events = [0, 0, 0]

  private var waiting: [[Int64]] = [[], [], []]

  /// An empty histogram; `binWidth` and `binCount` at least 1.
  public init(firstEdge: Int64, binWidth: Int64, binCount: Int) {
    precondition(binWidth >= 1 && binCount >= 1, "a histogram needs a bin")
    self.firstEdge = firstEdge
    self.binWidth = binWidth
    self.binCount = binCount
    counts = [Int](repeating: 0, count: binCount * binCount)
  }

  /// Takes the next events of the three streams.
  ///
  /// - Parameter watermark: no later event of any stream is earlier than this. `Int64.max` ends the streams.
  public mutating func consume(_ new: [[Int64]], watermark: Int64) {
    for (i, times) in new.enumerated() {
      events[i] += times.count
      times.withUnsafeBufferPointer { append(sorting: $0, to: &waiting[i]) }
    }
    let end = firstEdge + binWidth * Int64(binCount)
    let ready = watermark == .max ? waiting[0].count : waiting[0].prefix { $0 <= watermark &- end }.count
    let (a, b, c) = (waiting[0], waiting[1], waiting[2])
    var (low, column) = (0, 0)
    for event in a[..<ready] {
      let base = event + firstEdge
      while low < b.count, b[low] < base { low += 1 }
      while column < c.count, c[column] < base { column += 1 }
      var j = low
      while j < b.count, b[j] < event + end {
        let row = Int((b[j] - base) / binWidth) * binCount
        var k = column
        while k < c.count, c[k] < event + end {
          counts[row + Int((c[k] - base) / binWidth)] += 1
          k += 1
        }
        j += 1
      }
    }
    waiting[0].removeFirst(ready)
    let oldest = waiting[0].first.map { min($0, watermark) } ?? watermark
    for i in 1...2 {
      if watermark == .max {
        waiting[i].removeAll()
      } else {
        waiting[i].removeFirst(waiting[i].prefix { $0 < oldest + firstEdge }.count)
      }
    }
  }

  /// Counts what is still waiting. Call once, at the end.
  public mutating func finish() { consume([[], [], []], watermark: .max) }
}
