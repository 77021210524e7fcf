import Dispatch
import Synchronization
import TimeTags

/// What a histogram of pairs says in the end.
struct PairCounts {
  /// The pairs in each bin.
  var counts: [Int]
  /// The photons of the first and the second channel.
  var events: (first: Int, second: Int)
  /// The time from the first to the last record, in ticks.
  var span: Int64
}

/// Counts the pairs of two channels block by block on several threads.
///
/// A pair belongs to the block in which the earlier of its records stands. So each block is counted together with the records
/// behind it as far as a partner can be, and the pairs among those are taken away again: the counts are the same however
/// the blocks are shared out.
///
/// - Returns: nil where that is not worth it: bins that cannot be had by multiplying, blocks that are short against the range,
///   or times beyond 80 hours.
func countPairs(
  in blocks: RecordBlocks, channels: (first: UInt8, second: UInt8), axis: DelayAxis, clock: TagClock, threads: Int
) throws -> PairCounts? {
  let shared = Mutex(SharedCount(counts: [Int](repeating: 0, count: 2 * axis.binsPerSide)))
  DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
    guard let worker = BlockPairCounter(blocks, channels: channels, axis: axis, clock: clock) else {
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
      shared.withLock { worker.add(to: &$0) }
    } catch {
      shared.withLock { $0.error = $0.error ?? error }
    }
  }
  return try shared.withLock { shared in
    if let error = shared.error { throw error }
    guard !shared.isUnsuited else { return nil }
    return PairCounts(
      counts: shared.counts, events: shared.events, span: max(shared.last &- shared.first, 0))
  }
}

/// What the threads have counted together.
private struct SharedCount {
  var counts: [Int]
  var events = (first: 0, second: 0)
  var first = Int64.max
  var last = Int64.min
  var isUnsuited = false
  var error: (any Error)?
}

/// What one thread counts.
private final class BlockPairCounter {
  private let reader: RecordBlockReader
  private let clock: TagClock
  private let range: Int64
  private let pairs: RankedPairs
  private let split: RankedSplit
  private var events = (first: 0, second: 0)
  private var first = Int64.max
  private var last = Int64.min
  /// Whether a block has times out of reach, or its partners lie so far behind that reading them costs more than the block.
  private(set) var isUnsuited = false

  /// Tags behind a block.
  private static let longestReach = 1 << 16

  init?(_ blocks: RecordBlocks, channels: (first: UInt8, second: UInt8), axis: DelayAxis, clock: TagClock) {
    let width = Int64(axis.widthPs) * Int64(TagClock.ticksPerPicosecond)
    guard let pairs = RankedPairs(binWidth: width, binsPerSide: axis.binsPerSide) else { return nil }
    self.pairs = pairs
    range = width * Int64(axis.binsPerSide)
    reader = RecordBlockReader(blocks)
    split = RankedSplit(first: channels.first, second: channels.second)
    self.clock = clock
  }

  /// Counts the next block that nobody has taken; false if there is none.
  func countNext() throws -> Bool {
    guard var tags = try reader.next() else { return false }
    let own = tags.count
    guard let firstTag = tags.first, let lastTag = tags.last else { return true }
    let start = clock.ticks(macroTime: firstTag.macroTime, nanotime: 0)
    let end = clock.ticks(macroTime: lastTag.macroTime, nanotime: 0)
    (first, last) = (min(first, start), max(last, end))
    // nanotimes reach beyond their pulse
    let reach = end &+ Int64(clock.nanoTicks * 65_536) &+ range
    while let more = try reader.readOn() {
      tags = more
      guard own == tags.count || clock.ticks(macroTime: tags[tags.count - 1].macroTime, nanotime: 0) <= reach else {
        break
      }
      if tags.count - own > Self.longestReach {
        isUnsuited = true
        return true
      }
    }
    for (tags, weight) in [(TagBlock(rebasing: tags[own...]), -1), (tags, 1)] {
      split.split(tags, clock: clock)
      guard split.isWithinReach else {
        isUnsuited = true
        return true
      }
      pairs.count(split, weight: weight)
      events.first += weight * split.firstCount
      events.second += weight * split.secondCount
    }
    return true
  }

  func add(to shared: inout SharedCount) {
    for (i, count) in pairs.counts.enumerated() { shared.counts[i] += count }
    shared.events.first += events.first
    shared.events.second += events.second
    (shared.first, shared.last) = (min(shared.first, first), max(shared.last, last))
  }
}
