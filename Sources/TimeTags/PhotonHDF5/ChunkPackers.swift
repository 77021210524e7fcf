import Dispatch
import Synchronization

/// The memory of a chunk.
///
/// It is passed on: from the column that fills it to the thread that packs it and back. One of them uses it at a time.
final class ChunkMemory: @unchecked Sendable {
  let bytes: UnsafeMutableRawBufferPointer
  /// What was looked at.
  private(set) var differences: ByteDifferences

  init(of column: PhotonJournal.Column) {
    bytes = .allocate(byteCount: PhotonJournal.chunk * column.size, alignment: 16)
    differences = ByteDifferences(size: column.size)
  }

  deinit { bytes.deallocate() }

  /// Looks at values behind those already looked at, while they are in the processor's cache.
  func look(_ range: Range<Int>) {
    if range.lowerBound == 0 { differences = ByteDifferences(size: differences.size) }
    differences.append(UnsafeRawBufferPointer(rebasing: bytes[range]))
  }

  /// The chunk packed.
  var packedBytes: [UInt8] { packed(UnsafeRawBufferPointer(bytes), differences) }
}

/// A chunk that other threads may pack.
final class ChunkInPacking: Sendable {
  let column: PhotonJournal.Column
  let values: ChunkMemory
  private let isTaken = Atomic<Bool>(false)
  private let packedBytes = Mutex<[UInt8]>([])
  private let isPacked = DispatchSemaphore(value: 0)

  init(_ values: ChunkMemory, of column: PhotonJournal.Column) {
    self.values = values
    self.column = column
  }

  /// Packs the chunk, if no other thread has taken it.
  func pack() {
    guard !isTaken.exchange(true, ordering: .relaxed) else { return }
    let bytes = values.packedBytes
    packedBytes.withLock { $0 = bytes }
    isPacked.signal()
  }

  /// The packed chunk. Who waits for it packs it, if nobody does: all threads for other work may be taken, by those who wait.
  func wait() -> [UInt8] {
    pack()
    isPacked.wait()
    isPacked.signal()
    return packedBytes.withLock { $0 }
  }
}

/// Threads that pack chunks, the one handed over first first.
final class ChunkPackers: Sendable {
  private let threads: Int
  private let state = Mutex(State())

  private struct State {
    var waiting: [ChunkInPacking] = []
    var threadsAtWork = 0
  }

  /// - Parameter threads: how many may work at the same time.
  init(threads: Int) { self.threads = threads }

  /// Has a chunk packed.
  func pack(_ chunk: ChunkInPacking) {
    let startsThread = state.withLock { state in
      state.waiting.append(chunk)
      guard state.threadsAtWork < threads else { return false }
      state.threadsAtWork += 1
      return true
    }
    if startsThread {
      DispatchQueue.global().async { [self] in
        while let next = next() { next.pack() }
      }
    }
  }

  private func next() -> ChunkInPacking? {
    state.withLock { state in
      if state.waiting.isEmpty {
        state.threadsAtWork -= 1
        return nil
      }
      return state.waiting.removeFirst()
    }
  }
}
