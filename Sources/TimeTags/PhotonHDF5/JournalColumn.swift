/// A column of a journal that grows with the recording.
///
/// Values collect in memory until a chunk is full, so the file does not depend on how calls split the stream.
final class JournalColumn<Number: HDF5Number> {
  private let journal: PhotonJournal
  private let column: PhotonJournal.Column
  private var chunk: ChunkMemory
  private var buffered = 0
  /// Of those, how many are in the journal as pieces.
  private var flushed: Int
  private var inChunks: Int

  /// Goes on behind what the journal holds.
  init(_ journal: PhotonJournal, _ column: PhotonJournal.Column) throws(TimeTagError) {
    precondition(MemoryLayout<Number>.size == column.size, "the column holds numbers of this size")
    self.journal = journal
    self.column = column
    chunk = ChunkMemory(bytes: PhotonJournal.chunk * column.size)
    let tail = journal.tail(of: column)
    flushed = tail.count / column.size
    inChunks = journal.count(column) - flushed
    buffered = flushed
    chunk.bytes.copyBytes(from: tail)
  }

  /// The number of values appended.
  var count: Int { inChunks + buffered }

  /// Appends so many values, given by their number from 0; hands chunks over as they are full.
  @inline(__always)
  func append(_ count: Int, value: (Int) -> Number) throws(TimeTagError) {
    var done = 0
    while done < count {
      let more = min(count - done, PhotonJournal.chunk - buffered)
      let free = UnsafeMutableBufferPointer(rebasing: chunk.bytes.bindMemory(to: Number.self)[buffered...])
      for i in 0..<more { free[i] = value(done &+ i) }
      done += more
      buffered += more
      if buffered == PhotonJournal.chunk { try handOver() }
    }
  }

  /// Appends one value.
  func append(_ value: Number) throws(TimeTagError) { try append(1) { _ in value } }

  private func handOver() throws(TimeTagError) {
    chunk = try journal.append(chunk, to: column)
    inChunks += buffered
    (buffered, flushed) = (0, 0)
  }

  /// Writes what has collected.
  func flush() throws(TimeTagError) {
    guard buffered > flushed else { return }
    let range = flushed * column.size..<buffered * column.size
    try journal.append(UnsafeRawBufferPointer(rebasing: chunk.bytes[range]), to: column)
    flushed = buffered
  }
}
