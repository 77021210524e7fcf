import Dispatch
import Synchronization
import TimeTags

/// What a histogram of pairs says in the end.
struct PairCounts {
  /// The pairs in each bin.
  var counts: [Int]
  /// The photons of the first and the second channel.
  var events: (first: Int, second: Int)
  /// The photons of all channels; nil where nobody has counted them.
  var photons: Int?
  /// The time from the first to the last record, in ticks.
  var span: Int64

  /// The same in seconds.
  var seconds: Double { Double(span) / TagClock.ticksPerPicosecond * 1e-12 }
}

/// Counts the pairs of two channels block by block on several threads.
///
/// A pair belongs to the block in which the earlier of its records stands. So each block is counted together with the records
/// behind it as far as a partner can be, and the pairs among those are taken away again: the counts are the same however
/// the blocks are shared out.
///
/// - Returns: nil where that is not worth it or not possible: bins that cannot be had by multiplying, blocks that are short
///   against the range, photons in disorder in T2, or times beyond 80 hours.
func countPairs(
  in blocks: RecordBlocks, channels: (first: UInt8, second: UInt8), axis: DelayAxis, clock: TagClock, threads: Int
) throws -> PairCounts? {
  let shared = Mutex(SharedCount(counts: [Int](repeating: 0, count: 2 * axis.binsPerSide)))
  DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
    guard
      let worker: any BlockPairCounter = RankedBlockPairs(
        blocks, channels: channels, binWidth: axis.widthTicks, binsPerSide: axis.binsPerSide, clock: clock)
        ?? TagBlockPairs(blocks, channels: channels, axis: axis, clock: clock)
    else {
      return shared.withLock { $0.isUnsuited = true }
    }
    do {
      while try worker.countNext() {
        let isOver = shared.withLock { shared in
          if worker.isUnsuited { shared.isUnsuited = true }
          return shared.isUnsuited || shared.error != nil
        }
        if isOver { return }
      }
      shared.withLock { shared in
        for (i, count) in worker.counts.enumerated() { shared.counts[i] += count }
        shared.events.first += worker.events.first
        shared.events.second += worker.events.second
        shared.photons += worker.photons
        shared.spans += worker.spans
      }
    } catch {
      shared.withLock { $0.error = $0.error ?? error }
    }
  }
  return try shared.withLock { shared in
    if let error = shared.error { throw error }
    guard !shared.isUnsuited, let span = wholeSpan(shared.spans, clock) else { return nil }
    return PairCounts(counts: shared.counts, events: shared.events, photons: shared.photons, span: span)
  }
}

/// What the threads have counted together.
private struct SharedCount {
  var counts: [Int]
  var events = (first: 0, second: 0)
  var photons = 0
  var spans: [BlockSpan] = []
  var isUnsuited = false
  var error: (any Error)?
}

/// What one thread counts.
protocol BlockPairCounter: AnyObject {
  /// Counts the next block that nobody has taken; false if there is none.
  func countNext() throws -> Bool
  /// Whether a block could not be counted, so that all the rest means nothing.
  var isUnsuited: Bool { get }
  /// The pairs in each bin.
  var counts: [Int] { get }
  var events: (first: Int, second: Int) { get }
  /// The photons of all channels.
  var photons: Int { get }
  /// The blocks in time.
  var spans: [BlockSpan] { get }
}

/// The time from the first to the last tag of all blocks, in ticks; nil if that is beyond 80 hours.
private func wholeSpan(_ spans: [BlockSpan], _ clock: TagClock) -> Int64? {
  var (passed, first, last) = (Int64(0), Int64?.none, Int64(0))
  for span in spans.sorted(by: { $0.start < $1.start }) {
    if let start = span.first, let end = span.last {
      first = first ?? passed &+ start
      last = max(last, passed &+ end)
    }
    passed &+= span.passed
    guard passed >= 0, Double(passed) * clock.macroTicks < 0x1p62 else { return nil }
  }
  guard let first else { return 0 }
  return max(clock.ticks(macroTime: last, nanotime: 0) &- clock.ticks(macroTime: first, nanotime: 0), 0)
}
