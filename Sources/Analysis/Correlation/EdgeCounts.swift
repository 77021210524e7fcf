/// Counts the events of a stream that lie at least some delays before its end or after its start: those that can have a
/// partner at that delay at all.
struct EdgeCounts {
  private let delays: [Int64]
  /// By the number of delays that the event's distance reaches.
  private var reached: [Int]

  /// - Parameter delays: rising.
  init(delays: [Int64]) {
    self.delays = delays
    reached = [Int](repeating: 0, count: delays.count + 1)
  }

  /// Takes sorted events by their distance from the end or the start, which `distance` tells and which is monotonous.
  mutating func consume(_ events: UnsafeBufferPointer<Int64>, distance: (Int64) -> Int64) {
    guard let first = events.first, let last = events.last, let longest = delays.last else { return }
    // nearly all blocks of a long recording lie beyond every delay
    if min(distance(first), distance(last)) >= longest {
      reached[delays.count] += events.count
      return
    }
    for event in events {
      let d = distance(event)
      reached[delays.partitioningIndex { $0 > d }] += 1
    }
  }

  /// For each delay, the events at least that far away.
  var counts: [Int] {
    var sum = 0
    var result = [Int](repeating: 0, count: delays.count)
    for i in stride(from: delays.count, to: 0, by: -1) {
      sum += reached[i]
      result[i - 1] = sum
    }
    return result
  }
}
