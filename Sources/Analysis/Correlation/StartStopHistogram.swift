/// The histogram of a time-to-amplitude converter: each start with the first stop after it, not all pairs.
///
/// A start that comes while a stop is awaited counts for nothing, nor does one whose stop does not come within the range.
/// At delays that are not short against the time between two stops the histogram falls with e^{−rate·τ}, and it is no
/// correlation (Coates, J. Phys. E 1, 878 (1968)); it stands here to be held against instruments that measure this way.
public struct StartStopHistogram: Sendable {
  /// The width of a bin.
  public let binWidth: Int64
  /// Pairs by stop − start: bin i holds i·w ≤ delay < (i + 1)·w.
  public private(set) var counts: [Int]
  /// The starts that were taken up, with or without a stop.
  public private(set) var starts = 0

  private var first: [Int64] = []
  private var second: [Int64] = []
  /// The start whose stop is awaited.
  private var pending: Int64?

  /// An empty histogram from 0 to `binWidth` × `binCount`; both at least 1.
  public init(binWidth: Int64, binCount: Int) {
    precondition(binWidth >= 1 && binCount >= 1, "a histogram needs a bin")
    self.binWidth = binWidth
    counts = [Int](repeating: 0, count: binCount)
  }

  /// Takes the next starts and stops.
  ///
  /// - Parameter watermark: no later event of either stream is earlier than this. `Int64.max` ends the stream.
  public mutating func consume(
    starts newStarts: UnsafeBufferPointer<Int64>, stops newStops: UnsafeBufferPointer<Int64>, watermark: Int64
  ) {
    append(sorting: newStarts, to: &first)
    append(sorting: newStops, to: &second)
    let range = binWidth &* Int64(counts.count)
    var (i, j) = (0, 0)
    while true {
      let start = i < first.count && first[i] < watermark ? first[i] : Int64.max
      let stop = j < second.count && second[j] < watermark ? second[j] : Int64.max
      if start == .max && stop == .max { break }
      // a stop at the same time as a start ends what was before, and is too early for that start
      if stop <= start {
        j += 1
        if let awaited = pending {
          let delay = stop &- awaited
          if delay < range { counts[Int(delay / binWidth)] += 1 }
          pending = nil
        }
      } else {
        i += 1
        if let awaited = pending, start &- awaited < range { continue }
        pending = start
        starts += 1
      }
    }
    first.removeFirst(i)
    second.removeFirst(j)
  }

  /// Counts what is still waiting. Call once, at the end.
  public mutating func finish() {
    let none = UnsafeBufferPointer<Int64>(start: nil, count: 0)
    consume(starts: none, stops: none, watermark: .max)
  }
}
