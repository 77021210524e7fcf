/// Decodes blocks of ``RecordBlocks``; one per thread.
public final class RecordBlockReader {
  private let blocks: RecordBlocks
  private let records: UnsafeMutableBufferPointer<UInt32>
  private var tags: UnsafeMutableBufferPointer<TimeTag>
  private var tagCount = 0
  private var state = DecodingState()
  /// The place of the block's first record in the file.
  public private(set) var start = 0
  /// The first record that has not been decoded.
  private var position = 0

  /// Records that are read at a time beyond the end of a block.
  private static let ahead = 256

  /// A reader that takes its share of `blocks`.
  public init(_ blocks: RecordBlocks) {
    self.blocks = blocks
    records = .allocate(capacity: RecordBlocks.blockSize)
    tags = .allocate(capacity: RecordBlocks.blockSize + Self.ahead)
  }

  deinit {
    records.deallocate()
    tags.deallocate()
  }

  /// Takes the next block and decodes it.
  ///
  /// - Returns: its tags, which may be none; nil at the end of the file. They are valid until the next call of any method.
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func next() throws(TimeTagError) -> UnsafeBufferPointer<TimeTag>? {
    let (count, start, overflowTime) = try blocks.take(into: records)
    guard count > 0 else { return nil }
    (position, self.start) = (start, start)
    state = DecodingState(overflowTime: overflowTime)
    tagCount = 0
    decode(count)
    return UnsafeBufferPointer(rebasing: tags[..<tagCount])
  }

  /// Decodes records that follow, which are others' or nobody's so far.
  ///
  /// - Returns: the tags of the block and of all that was read beyond it; nil at the end of the file.
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func readOn() throws(TimeTagError) -> UnsafeBufferPointer<TimeTag>? {
    let count = try blocks.read(
      into: UnsafeMutableBufferPointer(rebasing: records[..<Self.ahead]), at: position)
    guard count > 0 else { return nil }
    decode(count)
    return UnsafeBufferPointer(rebasing: tags[..<tagCount])
  }

  /// Decodes the first records of the buffer behind what there is.
  private func decode(_ count: Int) {
    if tagCount + count > tags.count {
      let larger = UnsafeMutableBufferPointer<TimeTag>.allocate(capacity: 2 * (tagCount + count))
      _ = larger.update(fromContentsOf: tags[..<tagCount])
      tags.deallocate()
      tags = larger
    }
    guard let end = tags.baseAddress.map({ $0 + tagCount }) else { return }
    tagCount += TimeTags.decode(
      UnsafeBufferPointer(rebasing: records[..<count]), type: blocks.recordType, into: end, &state)
    position += count
  }
}
