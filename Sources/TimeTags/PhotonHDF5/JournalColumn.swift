/// A column of a journal that grows value by value.
///
/// Values collect in memory until a chunk is full, so the file does not depend on how calls split the stream.
final class JournalColumn<Number: HDF5Number> {
  private let journal: PhotonJournal
  private let column: PhotonJournal.Column
  private let buffer: UnsafeMutableBufferPointer<Number>
  private var buffered = 0
  /// Of those, how many are in the journal as pieces.
  private var flushed: Int
  private var inChunks: Int

  /// Goes on behind what the journal holds.
  init(_ journal: PhotonJournal, _ column: PhotonJournal.Column) throws(TimeTagError) {
    precondition(MemoryLayout<Number>.size == column.size, "the column holds numbers of this size")
    self.journal = journal
    self.column = column
    buffer = .allocate(capacity: PhotonJournal.chunk)
    let tail = journal.tail(of: column)
    flushed = tail.count / column.size
    inChunks = journal.count(column) - flushed
    buffered = flushed
    UnsafeMutableRawBufferPointer(buffer).copyBytes(from: tail)
  }

  deinit { buffer.deallocate() }

  /// The number of values appended.
  var count: Int { inChunks + buffered }

  /// Appends one value; writes when the chunk is full.
  @inline(__always)
  func append(_ value: Number) throws(TimeTagError) {
    buffer[buffered] = value
    buffered &+= 1
    if buffered == PhotonJournal.chunk { try writeChunk() }
  }

  @inline(never)
  private func writeChunk() throws(TimeTagError) {
    try journal.append(chunk: UnsafeRawBufferPointer(buffer), to: column)
    inChunks += buffered
    (buffered, flushed) = (0, 0)
  }

  /// Writes what has collected.
  func flush() throws(TimeTagError) {
    guard buffered > flushed else { return }
    try journal.append(
      UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[flushed..<buffered])), to: column)
    flushed = buffered
  }
}
