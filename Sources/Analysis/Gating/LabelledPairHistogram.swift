/// Counts all pairs of two streams by their difference and by a label of either event: one pass answers for every set of
/// labels, such as every time gate.
///
/// Differences and bins are those of ``PairHistogram``: b − a, half-open bins, every pair once whatever the block
/// boundaries. Time O(events + pairs).
package struct LabelledPairHistogram: Sendable {
  /// An event: its time (or pulse number) and its label, 0 and up.
  package struct Event: Sendable, Hashable {
    package var time: Int64
    package var label: Int

    package init(time: Int64, label: Int) {
      self.time = time
      self.label = label
    }
  }

  /// The left edge of the first bin.
  package let firstEdge: Int64
  /// The width of a bin.
  package let binWidth: Int64
  /// The number of bins.
  package let binCount: Int
  /// How many labels the first and the second stream have.
  package let labels: (first: Int, second: Int)
  /// Counts by bin, then label of the first event, then label of the second, which runs fastest.
  package private(set) var counts: [Int]

  private var first: [Event] = []
  private var second: [Event] = []

  /// An empty table; `binWidth`, `binCount` and both numbers of labels are at least 1.
  package init(firstEdge: Int64, binWidth: Int64, binCount: Int, labels: (first: Int, second: Int)) {
    precondition(binWidth >= 1 && binCount >= 1 && labels.first >= 1 && labels.second >= 1, "a table needs a cell")
    self.firstEdge = firstEdge
    self.binWidth = binWidth
    self.binCount = binCount
    self.labels = labels
    counts = [Int](repeating: 0, count: binCount * labels.first * labels.second)
  }

  /// Takes the next events of both streams.
  ///
  /// - Parameter watermark: no later event of either stream is earlier than this. `Int64.max` ends the stream.
  package mutating func consume(first newFirst: [Event], second newSecond: [Event], watermark: Int64) {
    Self.append(newFirst, to: &first)
    Self.append(newSecond, to: &second)
    let end = firstEdge &+ binWidth &* Int64(binCount)
    let limit = watermark == .max ? Int64.max : watermark &- end
    var done = first.count
    while done > 0, first[done - 1].time > limit { done -= 1 }
    let passed = scan(done)
    first.removeFirst(done)
    let oldest = min(first.first?.time ?? watermark, watermark)
    var useless = passed
    while useless < second.count, watermark == .max || second[useless].time < oldest &+ firstEdge { useless += 1 }
    second.removeFirst(useless)
  }

  /// Counts what is still waiting for later events. Call once, at the end.
  package mutating func finish() { consume(first: [], second: [], watermark: .max) }

  /// Appends, and restores the order where late events break it.
  private static func append(_ new: [Event], to events: inout [Event]) {
    var i = events.count
    events.append(contentsOf: new)
    while i < events.count {
      let event = events[i]
      var j = i
      while j > 0, events[j - 1].time > event.time {
        events[j] = events[j - 1]
        j -= 1
      }
      events[j] = event
      i += 1
    }
  }

  /// Counts the pairs of the first `done` events of the first stream; returns how many events of the second lie before
  /// all that is left.
  private mutating func scan(_ done: Int) -> Int {
    let (edge, width) = (firstEdge, binWidth)
    let end = width &* Int64(binCount)
    let labels = labels
    return first.withUnsafeBufferPointer { a in
      second.withUnsafeBufferPointer { b in
        counts.withUnsafeMutableBufferPointer { table in
          var low = 0
          for event in a.prefix(done) {
            let base = event.time &+ edge
            while low < b.count, b[low].time < base { low &+= 1 }
            var partner = low
            while partner < b.count {
              let difference = b[partner].time &- base
              if difference >= end { break }
              let bin = width == 1 ? Int(difference) : Int(difference / width)
              table[(bin &* labels.first &+ event.label) &* labels.second &+ b[partner].label] &+= 1
              partner &+= 1
            }
          }
          return low
        }
      }
    }
  }
}
