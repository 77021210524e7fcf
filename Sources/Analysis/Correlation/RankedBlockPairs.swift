import TimeTags

/// Counts the pairs of T2 blocks straight from their records, in units of the file's resolution.
final class RankedBlockPairs: BlockPairCounter {
  private let reader: RankedBlockReader
  private let pairs: RankedPairs
  /// The largest delay, rounded up.
  private let reach: Int64
  private(set) var events = (first: 0, second: 0)
  private(set) var photons = 0
  private(set) var spans: [BlockSpan] = []
  /// Whether photons are in disorder or times out of reach, or partners lie so far behind a block that reading them costs
  /// more than the block.
  private(set) var isUnsuited = false

  /// - Returns: nil unless the records are of a T2 type and their unit is a whole number of ticks.
  init?(
    _ blocks: RecordBlocks, channels: (first: UInt8, second: UInt8), binWidth: Int64, binsPerSide: Int, clock: TagClock
  ) {
    guard clock.wholeMacro > 0,
      let reader = RankedBlockReader(blocks, first: channels.first, second: channels.second),
      let pairs = RankedPairs(binWidth: binWidth, binsPerSide: binsPerSide, unit: clock.wholeMacro)
    else { return nil }
    (self.reader, self.pairs) = (reader, pairs)
    reach = binWidth * Int64(binsPerSide) / clock.wholeMacro + 1
  }

  var counts: [Int] { pairs.counts }
  /// The pairs in all bins.
  var total: Int { pairs.total }

  func countNext() throws -> Bool {
    guard let span = try reader.next() else { return false }
    spans.append(span)
    photons += reader.photonCount
    guard try reader.readOn(reach: reach, limit: TagBlockPairs.longestReach), reader.isSound else {
      isUnsuited = true
      return true
    }
    for (photons, weight) in [(reader.photons, 1), (reader.photonsBeyond, -1)] {
      pairs.count(photons, weight: weight)
      events.first += weight * photons.firstCount
      events.second += weight * photons.secondCount
    }
    return true
  }
}
