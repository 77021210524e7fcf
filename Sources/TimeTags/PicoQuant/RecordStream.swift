/// The 32-bit records of a PTU, PT3 or PT2 file, decoded block by block.
final class RecordStream: TagSource {
  let header: RecordingHeader
  private(set) var warnings: [String] = []
  private(set) var state = DecodingState()
  private(set) var recordsRead = 0

  private let file: InputFile
  private let recordType: RecordType
  private let recordsOffset: Int
  private let recordCount: Int
  private let buffer: UnsafeMutableBufferPointer<UInt32>

  /// Records per block: 256 KiB of the file become at most 1 MiB of tags, which stay in the cache.
  static let blockSize = 1 << 16

  /// - Throws: ``TimeTagError`` as the header or the length of the file demands.
  init(
    _ file: InputFile, header: RecordingHeader, recordsOffset: Int, isHeaderComplete: Bool, allowTruncated: Bool
  ) throws(TimeTagError) {
    guard let recordType = header.recordType else {
      throw .corrupt(path: file.path, reason: "its header names no record type")
    }
    self.file = file
    self.header = header
    self.recordType = recordType
    self.recordsOffset = recordsOffset
    let bytes = file.size - recordsOffset
    let present = bytes / 4
    if !isHeaderComplete { warnings.append("the header has no end; no records can be read") }
    let announced = header.announcedRecords ?? present
    if announced > present || bytes % 4 != 0 {
      let held = "\(present)" + ["", ".25", ".5", ".75"][bytes % 4]
      let reason =
        header.announcedRecords == nil
        ? "the file holds \(held) records, not a whole number"
        : "the header announces \(announced) records, the file holds \(held)"
      guard allowTruncated else { throw .truncated(path: file.path, reason: reason) }
      warnings.append(reason)
    } else if announced < present {
      warnings.append(
        "the file holds \(present - announced) records more than the \(announced) its header announces; "
          + "they are left out")
    }
    recordCount = min(announced, present)
    buffer = .allocate(capacity: max(1, min(Self.blockSize, recordCount)))
  }

  deinit { buffer.deallocate() }

  /// The same records for several threads; `progress` is told how many have been taken.
  func blocks(progress: @escaping @Sendable (Int) -> Void) -> RecordBlocks {
    RecordBlocks(
      file, recordType: recordType, recordsOffset: recordsOffset, recordCount: recordCount, progress: progress)
  }

  func read(into tags: UnsafeMutableBufferPointer<TimeTag>) throws(TimeTagError) -> Int {
    guard let output = tags.baseAddress else { return 0 }
    while recordsRead < recordCount {
      let wanted = min(recordCount - recordsRead, min(tags.count, buffer.count))
      let block = UnsafeMutableBufferPointer(rebasing: buffer[..<wanted])
      let bytes = try file.read(into: UnsafeMutableRawBufferPointer(block), at: recordsOffset + 4 * recordsRead)
      guard bytes == 4 * wanted else {
        throw .inputOutput(path: file.path, reason: "the file became shorter while it was read")
      }
      recordsRead += wanted
      let unknownBefore = state.unknownRecords
      let count = decode(UnsafeBufferPointer(block), type: recordType, into: output, &state)
      if unknownBefore == 0 && state.unknownRecords > 0 {
        warnings.append("some special records have no meaning in \(recordType.name); they are left out")
      }
      if count > 0 { return count }
    }
    return 0
  }
}
