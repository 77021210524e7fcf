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
    chunk = ChunkMemory(of: column)
    let tail = journal.tail(of: column)
    flushed = tail.count / column.size
    inChunks = journal.count(column) - flushed
    buffered = flushed
    chunk.bytes.copyBytes(from: tail)
    chunk.look(0..<tail.count)
  }

  /// The number of values appended.
  var count: Int { inChunks + buffered }

  /// Where the next values go: the rest of the chunk. What is written there counts from ``filled(_:)`` on.
  var free: UnsafeMutableBufferPointer<Number> {
    UnsafeMutableBufferPointer(rebasing: chunk.bytes.bindMemory(to: Number.self)[buffered...])
  }

  /// So many values were written to ``free``; hands the chunk over when it is full.
  func filled(_ count: Int) throws(TimeTagError) {
    chunk.look(buffered * column.size..<(buffered + count) * column.size)
    buffered += count
    if buffered == PhotonJournal.chunk { try handOver() }
  }

  /// Appends so many values, given by their number from 0.
  @inline(__always)
  func append(_ count: Int, value: (Int) -> Number) throws(TimeTagError) {
    var done = 0
    while done < count {
      let free = free
      let more = min(count - done, free.count)
      for i in 0..<more { free[i] = value(done &+ i) }
      try filled(more)
      done += more
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
