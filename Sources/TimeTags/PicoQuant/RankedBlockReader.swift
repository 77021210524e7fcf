/// Sorts the photons of two channels out of T2 blocks of ``RecordBlocks``, in one pass over the records; one per thread.
///
/// Times are in units of the file's resolution since the last overflow before the block, which nobody needs to know:
/// differences are what matters. Nothing it hands out is valid beyond the next call of a method.
public final class RankedBlockReader {
  private let blocks: RecordBlocks
  private let steps: UnsafeMutablePointer<UInt64>
  private let records: UnsafeMutableBufferPointer<UInt32>
  private var arrays: RankedArrays
  private var arraysAhead = RankedArrays(capacity: 1)
  private var state: RankingState
  private let vectors: VectorRanking?
  /// The place in the file of the first record that is not in the buffer.
  private var position = 0
  /// Records of the buffer that wait to be decoded.
  private var waiting = 0..<0
  /// The photons in the block, as ``RankingState/counts``.
  private var own: UInt64 = 0

  /// Records that are decoded at a time beyond the end of a block.
  private static let step = 32
  /// Records that are read at a time beyond the end of a block.
  private static let ahead = 512

  /// A reader that takes its share of `blocks`.
  ///
  /// - Parameter usesVectors: whether they sort records where they can: the same photons, sooner.
  /// - Returns: nil unless the records are of a T2 type and the channels two that photons can have.
  public init?(_ blocks: RecordBlocks, first: UInt8, second: UInt8, usesVectors: Bool = true) {
    guard let overflowChannel = overflowChannel(of: blocks.recordType), max(first, second) < overflowChannel,
      first != second
    else { return nil }
    self.blocks = blocks
    vectors = usesVectors ? VectorRanking(blocks.recordType, first: first, second: second) : nil
    steps = .allocate(capacity: RankingState.inputs)
    steps.initialize(repeating: 0, count: RankingState.inputs)
    steps[Int(first)] = 1
    steps[Int(second)] = 1 << 32
    state = RankingState(steps: steps)
    records = .allocate(capacity: RecordBlocks.blockSize + Self.ahead)
    arrays = RankedArrays(capacity: RecordBlocks.blockSize + Self.ahead)
  }

  deinit {
    steps.deallocate()
    records.deallocate()
    arrays.deallocate()
    arraysAhead.deallocate()
  }

  /// The photons of the block, and of what was read beyond it.
  public var photons: RankedPhotons { arrays.photons(state.counts) }

  /// Only those beyond it.
  public var photonsBeyond: RankedPhotons {
    let (start, count) = (RankedArrays.split(own), RankedArrays.split(state.counts &- own))
    arraysAhead.reserve(count.first + count.second)
    for i in 0..<count.first {
      arraysAhead.first[i] = arrays.first[start.first + i]
      arraysAhead.ranks[i] = arrays.ranks[start.first + i] &- UInt32(start.second)
    }
    for i in 0..<count.second { arraysAhead.second[i] = arrays.second[start.second + i] }
    return arraysAhead.photons(state.counts &- own)
  }

  /// The number of photons in the block whatever their channel.
  public private(set) var photonCount = 0

  /// Whether all photons read so far are in order, and no time is beyond 2⁶¹: otherwise ``photons`` means nothing.
  public var isSound: Bool { state.disorder >= 0 && UInt64(bitPattern: state.extent) < 1 << 61 }

  /// Takes the next block and decodes it.
  ///
  /// - Returns: where it is in time; nil at the end of the file.
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func next() throws(TimeTagError) -> BlockSpan? {
    let place = blocks.take(RecordBlocks.blockSize)
    guard !place.isEmpty else { return nil }
    let present = try blocks.read(into: records, at: place.lowerBound)
    position = place.lowerBound + present
    state = RankingState(steps: steps)
    waiting = 0..<present
    decode(place.count)
    own = state.counts
    photonCount = state.photons
    let type = blocks.recordType
    let all = UnsafeBufferPointer(rebasing: records[..<place.count])
    return BlockSpan(
      start: place.lowerBound, passed: state.overflowTime, first: firstTime(all, type: type),
      last: timeSinceLast(all, type: type).map { state.overflowTime &- $0 })
  }

  /// Decodes records beyond the block until their time is beyond that of its last photon by more than `reach`.
  ///
  /// - Returns: false if they would be more than `limit`.
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func readOn(reach: Int64, limit: Int) throws(TimeTagError) -> Bool {
    let photons = photons
    let end = max(
      photons.firstCount > 0 ? photons.first[photons.firstCount - 1] : 0,
      photons.secondCount > 0 ? photons.second[photons.secondCount - 1] : 0)
    var taken = 0
    while true {
      if waiting.isEmpty {
        let buffer = UnsafeMutableBufferPointer(rebasing: records[..<Self.ahead])
        waiting = 0..<(try blocks.read(into: buffer, at: position))
        position += waiting.count
        if waiting.isEmpty { return true }
      }
      let count = min(Self.step, waiting.count)
      let chunk = UnsafeBufferPointer(rebasing: records[waiting.prefix(count)])
      decode(count)
      let sinceLast = timeSinceLast(chunk, type: blocks.recordType) ?? 0
      if state.overflowTime &- sinceLast > end &+ reach { return true }
      taken += count
      if taken > limit { return false }
    }
  }

  private func decode(_ count: Int) {
    let soFar = RankedArrays.split(state.counts)
    arrays.reserve(soFar.first + soFar.second + count, keeping: state.counts)
    let these = UnsafeBufferPointer(rebasing: records[waiting.prefix(count)])
    let type = blocks.recordType
    if let vectors {
      vectors.rank(these, type: type, first: arrays.first, ranks: arrays.ranks, second: arrays.second, &state)
    } else {
      rank(these, type: type, first: arrays.first, ranks: arrays.ranks, second: arrays.second, &state)
    }
    waiting = waiting.dropFirst(count)
  }
}
