import Synchronization

/// The records of a PicoQuant file in blocks, for several threads that each take the next one when they are done with the last.
///
/// The times of a block begin where the overflows of all blocks before it end. Who needs them (``RecordBlockReader``) has them
/// counted when a block is taken, one block after the other; in T2 differences do without (``RankedBlockReader``).
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

  /// The same records, of which nobody has taken any.
  ///
  /// - Parameter isSilent: whether nobody is told how many have been taken, because not all are wanted.
  public func fromBeginning(isSilent: Bool = false) -> RecordBlocks {
    let silence: @Sendable (Int) -> Void = { _ in }
    return RecordBlocks(
      file, recordType: recordType, recordsOffset: recordsOffset, recordCount: recordCount,
      progress: isSilent ? silence : progress)
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

  /// The next `count` records that nobody has taken, for those who need no time before them; fewer, or none, at the end.
  func take(_ count: Int) -> Range<Int> {
    taken.withLock { taken in
      let start = taken.records
      taken.records = min(start + count, recordCount)
      progress(taken.records)
      return start..<taken.records
    }
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
