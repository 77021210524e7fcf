import TimeTags

/// Counts the pairs of blocks tag by tag, which T3 needs: its times have two parts and need not be in order.
final class TagBlockPairs: BlockPairCounter {
  private let reader: RecordBlockReader
  private let clock: TagClock
  private let range: Int64
  private let pairs: RankedPairs
  private let split: RankedSplit
  private(set) var events = (first: 0, second: 0)
  private(set) var photons = 0
  private(set) var spans: [BlockSpan] = []
  /// Whether a block has times out of reach, or its partners lie so far behind that reading them costs more than the block.
  private(set) var isUnsuited = false

  /// Tags behind a block.
  static let longestReach = 1 << 16

  init?(_ blocks: RecordBlocks, channels: (first: UInt8, second: UInt8), axis: DelayAxis, clock: TagClock) {
    guard let pairs = RankedPairs(binWidth: axis.widthTicks, binsPerSide: axis.binsPerSide) else { return nil }
    self.pairs = pairs
    range = axis.widthTicks * Int64(axis.binsPerSide)
    reader = RecordBlockReader(blocks)
    split = RankedSplit(first: channels.first, second: channels.second)
    self.clock = clock
  }

  var counts: [Int] { pairs.counts }

  func countNext() throws -> Bool {
    guard var tags = try reader.next() else { return false }
    let own = tags.count
    guard let firstTag = tags.first, let lastTag = tags.last else { return true }
    photons += tags.reduce(0) { $0 &+ ($1.kind == .photon ? 1 : 0) }
    // the reader knows the overflows before a block
    spans.append(BlockSpan(start: reader.start, passed: 0, first: firstTag.macroTime, last: lastTag.macroTime))
    let end = clock.ticks(macroTime: lastTag.macroTime, nanotime: 0)
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
      let photons = split.photons
      pairs.count(photons, weight: weight)
      events.first += weight * photons.firstCount
      events.second += weight * photons.secondCount
    }
    return true
  }
}
