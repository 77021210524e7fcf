import Synchronization

/// The records of a PicoQuant file in blocks, for several threads that each take the next one when they are done with the last.
///
/// The times of a block begin where the overflows of all blocks before it end. They are counted when a block is taken, one
/// block after the other, which takes about a tenth of what decoding and analysing it does.
public final class RecordBlocks: Sendable {
  /// Records per block: their tags stay in the cache of one core.
  static let blockSize = 1 << 14

  let file: InputFile
  let recordType: RecordType
  let recordsOffset: Int
  /// The number of records in the file.
  public let recordCount: Int

  private let progress: @Sendable (Int) -> Void

  /// What has been taken: the records, and the time of the last overflow among them.
  private let taken = Mutex((records: 0, overflowTime: Int64(0)))

  init(
    _ file: InputFile, recordType: RecordType, recordsOffset: Int, recordCount: Int,
    progress: @escaping @Sendable (Int) -> Void
  ) {
    self.progress = progress
    self.file = file
    self.recordType = recordType
    self.recordsOffset = recordsOffset
    self.recordCount = recordCount
  }

  /// Reads the next block that nobody has taken.
  ///
  /// - Returns: the number of its records, 0 at the end of the file; where it begins; and the time of the last overflow
  ///   before it.
  func take(
    into buffer: UnsafeMutableBufferPointer<UInt32>
  ) throws(TimeTagError) -> (count: Int, start: Int, overflowTime: Int64) {
    let block = taken.withLock { taken in
      Result { () throws(TimeTagError) in
        let (start, overflowTime) = taken
        let count = try read(into: buffer, at: start)
        taken.records += count
        taken.overflowTime &+= timePassed(UnsafeBufferPointer(rebasing: buffer[..<count]), type: recordType)
        progress(taken.records)
        return (count, start, overflowTime)
      }
    }
    return try block.get()
  }

  /// Reads records from a place on, as many as there are and fit.
  func read(into buffer: UnsafeMutableBufferPointer<UInt32>, at start: Int) throws(TimeTagError) -> Int {
    let count = min(buffer.count, recordCount - start)
    guard count > 0 else { return 0 }
    let bytes = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(4 * count)])
    guard try file.read(into: bytes, at: recordsOffset + 4 * start) == bytes.count else {
      throw .inputOutput(path: file.path, reason: "the file became shorter while it was read")
    }
    return count
  }
}
