internal import FoundationEssentials

/// What becomes a Photon-HDF5 file, while it grows: an HDF5 file that its program did not close is often unreadable.
///
/// The journal is only ever appended to. It begins with ``magic`` and room for HDF5's head; what follows is frames: column and
/// kind (16 bits each), number of values, length in bytes and CRC-32 of the payload (32 bits each), all little-endian, and the
/// payload. The first frame holds the settings, as JSON. A chunk holds 65,536 values packed as HDF5 stores them. A piece holds
/// values behind a column's last chunk and last piece, as they are; the next chunk repeats them. So a journal is whole up to any
/// border of frames.
///
/// A journal that holds nothing but the photons' chunks becomes the file itself (``ChunkFile``). Of any other these are copied
/// first, so that the file does not depend on when pieces were written.
final class PhotonJournal {
  /// The columns; the numbers are in journals.
  enum Column: UInt16, CaseIterable {
    case timestamps, detectors, nanotimes, origin, emissionTime, detectionDelay, parent, particles
    case changeTime, changeEmitter, changeState
    case lostOrigin, lostTime, lostPlace, emitted
  }

  private enum Kind: UInt16 {
    case settings, chunk, piece
  }

  private struct Frame {
    var offset: Int
    var length: Int
  }

  /// Values per chunk: at most 512 KiB, half of HDF5's chunk cache.
  static let chunk = 1 << 16
  /// The eight bytes a journal begins with; the last is the version of its layout.
  static let magic: [UInt8] = Array("ABTJRNL\u{3}".utf8)
  private static let headLength = 16

  /// How many chunks may wait to be packed or written.
  private static let mostOnTheirWay = 16

  private let file: OutputFile
  private var length = 0
  /// Whether the photons' chunks, each row of all columns complete, are all that the file holds besides the settings.
  private var holdsPhotonChunksOnly = true
  /// Pieces that are in memory only, once the file is being made; `nil` before.
  private var unwritten: [(column: Column, bytes: [UInt8])]?
  /// `nil` where the thread that appends packs.
  private let packers: ChunkPackers?
  /// Handed over and not yet in the file, in the order of the file.
  private var onTheirWay: [ChunkInPacking] = []
  /// Memory of chunks that were written.
  private var spare: [ChunkMemory] = []
  private var chunks: [[Frame]] = Array(repeating: [], count: Column.allCases.count)
  /// The values behind the last chunk that pieces hold.
  private var tails: [[UInt8]] = Array(repeating: [], count: Column.allCases.count)
  /// Fewer values than a column has, where the others have no more.
  private var limits = [Int](repeating: .max, count: Column.allCases.count)

  /// Begins a journal at `path.part`.
  ///
  /// - Parameter threads: how many pack chunks, the caller's among them; does not change a byte.
  init(path: String, settings: PhotonHDF5Settings, threads: Int) throws(TimeTagError) {
    packers = threads > 1 ? ChunkPackers(threads: threads - 1) : nil
    file = try OutputFile(path: path)
    let encoder = JSONEncoder()
    // The same settings are the same bytes.
    encoder.outputFormatting = .sortedKeys
    guard let json = try? encoder.encode(settings) else {
      throw .cannotEncode(path: path, reason: "the settings hold what is no number")
    }
    try file.write(Self.magic + Array(repeating: 0, count: ChunkFile.headRoom - Self.magic.count), at: 0)
    length = ChunkFile.headRoom
    _ = try append(.settings, column: 0, count: 0, Array(json))
  }

  /// Goes on with the journal at `path.part`.
  init(path: String, goingOnAt end: FileEnd, threads: Int) throws(TimeTagError) {
    packers = threads > 1 ? ChunkPackers(threads: threads - 1) : nil
    file = try OutputFile(path: path, goingOnAt: end)
    file.keep()
    guard try readFrames() != nil, length == end.length else {
      throw .corrupt(path: file.partPath, reason: "it is not as it was when the checkpoint was written")
    }
  }

  /// Reads the journal of a run that was stopped, as far as it is whole, up to the last photon of which everything is there.
  ///
  /// - Parameter path: the name of the file that it was to become; the journal's is `path.part`.
  /// - Returns: the journal, which is left as it is, and its settings.
  static func opened(path: String) throws(TimeTagError) -> (PhotonJournal, PhotonHDF5Settings) {
    let journal = try PhotonJournal(reading: path)
    guard let settings = try journal.readFrames(unpacking: true) else {
      throw .truncated(path: path + ".part", reason: "it ends before its settings do")
    }
    if let contradiction = settings.contradiction { throw .corrupt(path: path + ".part", reason: contradiction) }
    journal.level(settings)
    return (journal, settings)
  }

  private init(reading path: String) throws(TimeTagError) {
    packers = nil
    file = try OutputFile(reading: path)
  }

  /// Reads frames as long as they are whole.
  ///
  /// - Parameter unpacking: whether a chunk must unpack to be whole; those of our own whose checksums hold do.
  private func readFrames(unpacking: Bool = false) throws(TimeTagError) -> PhotonHDF5Settings? {
    guard try file.read(0..<Self.magic.count) == Self.magic else { return nil }
    length = ChunkFile.headRoom
    holdsPhotonChunksOnly = false
    var settings: PhotonHDF5Settings?
    while true {
      let head = try file.read(length..<length + Self.headLength)
      guard head.count == Self.headLength,
        let kind = Kind(rawValue: UInt16(truncatingIfNeeded: head.uint32(at: 0) >> 16))
      else { break }
      let count = Int(head.uint32(at: 4))
      let bytes = Int(head.uint32(at: 8))
      // No frame is longer than a chunk that does not shrink, or than these settings.
      guard bytes <= 1 << 24, count <= Self.chunk else { break }
      let start = length + Self.headLength
      let payload = try file.read(start..<start + bytes)
      guard payload.count == bytes, crc32(payload) == head.uint32(at: 12) else { break }
      let column = Int(head.uint32(at: 0) & 0xFFFF)
      switch kind {
      case .settings:
        settings = try? JSONDecoder().decode(PhotonHDF5Settings.self, from: Data(payload))
      case .chunk, .piece:
        guard let size = Column(rawValue: UInt16(column))?.size else { return settings }
        if kind == .chunk {
          guard count == Self.chunk, !unpacking || unpacked(payload, count: count, size: size) != nil else {
            return settings
          }
          chunks[column].append(Frame(offset: start, length: bytes))
          tails[column].removeAll(keepingCapacity: true)
        } else {
          // What fills a chunk is one.
          guard bytes == count * size, tails[column].count + bytes < Self.chunk * size else { return settings }
          tails[column] += payload
        }
      }
      length = start + bytes
    }
    return settings
  }

  /// Forgets values whose photon has not all of them.
  private func level(_ settings: PhotonHDF5Settings) {
    var groups: [[Column]] = [[.timestamps, .detectors]]
    if settings.mode == .t3 { groups[0].append(.nanotimes) }
    if settings.origins != nil {
      groups[0] += [.origin, .emissionTime, .detectionDelay, .parent, .particles]
      groups.append([.changeTime, .changeEmitter, .changeState])
    }
    if settings.lossPlaces != nil { groups.append([.lostOrigin, .lostTime, .lostPlace]) }
    for group in groups {
      let least = group.map(count).min() ?? 0
      for column in group { limits[Int(column.rawValue)] = least }
    }
  }

  /// How many values of a column there are.
  func count(_ column: Column) -> Int {
    let c = Int(column.rawValue)
    return min(limits[c], chunks[c].count * Self.chunk + tails[c].count / column.size)
  }

  /// The values behind the last chunk, as they were appended.
  func tail(of column: Column) -> [UInt8] { tails[Int(column.rawValue)] }

  /// Appends values behind the last chunk and the last piece.
  func append(_ piece: UnsafeRawBufferPointer, to column: Column) throws(TimeTagError) {
    try writePackedChunks()
    let bytes = Array(piece)
    if unwritten == nil {
      holdsPhotonChunksOnly = false
      _ = try append(.piece, column: column.rawValue, count: bytes.count / column.size, bytes)
    } else {
      unwritten?.append((column, bytes))
    }
    tails[Int(column.rawValue)] += bytes
  }

  /// Takes a whole chunk, in which all values of the pieces are. It is in the file after ``writePackedChunks()`` at the latest.
  ///
  /// - Returns: memory for the column's next chunk.
  func append(_ chunk: ChunkMemory, to column: Column) throws(TimeTagError) -> ChunkMemory {
    guard let packers else {
      try write(chunk.packedBytes, of: column)
      return chunk
    }
    while onTheirWay.count >= Self.mostOnTheirWay { try writeFirstPacked() }
    let packing = ChunkInPacking(chunk, of: column)
    onTheirWay.append(packing)
    packers.pack(packing)
    let fitting = spare.lastIndex { $0.bytes.count == chunk.bytes.count }
    return fitting.map { spare.remove(at: $0) } ?? ChunkMemory(of: column)
  }

  /// Waits for the chunks that are being packed, and writes them.
  func writePackedChunks() throws(TimeTagError) {
    while !onTheirWay.isEmpty { try writeFirstPacked() }
  }

  private func writeFirstPacked() throws(TimeTagError) {
    let first = onTheirWay[0]
    try write(first.wait(), of: first.column)
    onTheirWay.removeFirst()
    spare.append(first.values)
  }

  private func write(_ packedChunk: [UInt8], of column: Column) throws(TimeTagError) {
    if !column.isOfPhotons { holdsPhotonChunksOnly = false }
    chunks[Int(column.rawValue)].append(
      try append(.chunk, column: column.rawValue, count: Self.chunk, packedChunk))
    tails[Int(column.rawValue)].removeAll(keepingCapacity: true)
  }

  private func append(
    _ kind: Kind, column: UInt16, count: Int, _ payload: [UInt8]
  ) throws(TimeTagError) -> Frame {
    var head: [UInt8] = []
    head.reserveCapacity(Self.headLength)
    head.appendLittleEndian(column)
    head.appendLittleEndian(kind.rawValue)
    head.appendLittleEndian(UInt32(count))
    head.appendLittleEndian(UInt32(payload.count))
    head.appendLittleEndian(crc32(payload))
    let frame = Frame(offset: length + Self.headLength, length: payload.count)
    try file.write(head, at: length)
    try file.write(payload, at: frame.offset)
    length = frame.offset + frame.length
    return frame
  }

  /// From now on pieces are not written any more: the journal is about to become the file.
  func end() { unwritten = [] }

  /// The file could not be made: writes the pieces that were not written, as far as there is room for them.
  func reopen() {
    guard let pieces = unwritten else { return }
    unwritten = nil
    for (column, bytes) in pieces {
      _ = try? append(.piece, column: column.rawValue, count: bytes.count / column.size, bytes)
    }
  }

  /// The photons' chunks in a file of this name that is to become the recording: the journal itself if it need not stay and holds
  /// nothing else, a copy beside it otherwise. Both are the same bytes.
  func chunkFile(staying: Bool) throws(TimeTagError) -> ChunkFile {
    var places: [Column: [Range<Int>]] = [:]
    for column in Column.allCases where column.isOfPhotons {
      places[column] = chunks[Int(column.rawValue)].prefix(count(column) / Self.chunk)
        .map { $0.offset..<$0.offset + $0.length }
    }
    if holdsPhotonChunksOnly && !staying { return ChunkFile(file, length: length, chunks: places) }
    let copy = try OutputFile(path: file.path, ending: ".part.h5")
    let settings = try file.read(ChunkFile.headRoom + 8..<ChunkFile.headRoom + 12)
    var end = ChunkFile.headRoom + Self.headLength + Int(settings.uint32(at: 0))
    try copy.write([UInt8](repeating: 0, count: ChunkFile.headRoom) + file.read(ChunkFile.headRoom..<end), at: 0)
    var copied: [Column: [Range<Int>]] = [:]
    for row in 0..<(places.values.map(\.count).max() ?? 0) {
      for column in Column.allCases {
        guard let original = places[column], row < original.count else { continue }
        let frame = try file.read(original[row].lowerBound - Self.headLength..<original[row].upperBound)
        try copy.write(frame, at: end)
        end += frame.count
        copied[column, default: []].append(end - original[row].count..<end)
      }
    }
    return ChunkFile(copy, length: end, chunks: copied)
  }

  /// A chunk as HDF5 stores it; the last is filled up with zeros.
  func packedChunk(_ number: Int, of column: Column) throws(TimeTagError) -> [UInt8] {
    let c = Int(column.rawValue)
    if number < chunks[c].count {
      let frame = chunks[c][number]
      return try file.read(frame.offset..<frame.offset + frame.length)
    }
    let bytes = tails[c] + repeatElement(0, count: Self.chunk * column.size - tails[c].count)
    return bytes.withUnsafeBytes { packed($0, size: column.size) }
  }

  /// The values of a column, chunk by chunk.
  func forEachChunk(of column: Column, _ body: ([UInt8]) -> Void) throws(TimeTagError) {
    let count = count(column)
    for (number, start) in stride(from: 0, to: count, by: Self.chunk).enumerated() {
      let values = unpacked(try packedChunk(number, of: column), count: Self.chunk, size: column.size)
      guard let values else { throw .corrupt(path: file.partPath, reason: "a chunk of it cannot be unpacked") }
      body(Array(values.prefix(min(Self.chunk, count - start) * column.size)))
    }
  }

  /// What tells how far the journal is now. From now on it stays, whatever happens.
  func keep() throws(TimeTagError) -> FileEnd {
    file.keep()
    return try file.end(at: length)
  }

  /// Stays as it is, without a torn frame.
  func abandon() { file.keep(length: length) }

  /// The file has been made.
  func remove() { file.remove() }
}

extension PhotonJournal.Column {
  /// Whether it has a value for every photon.
  var isOfPhotons: Bool {
    switch self {
    case .timestamps, .detectors, .nanotimes, .origin, .emissionTime, .detectionDelay, .parent, .particles: true
    case .changeTime, .changeEmitter, .changeState, .lostOrigin, .lostTime, .lostPlace, .emitted: false
    }
  }

  /// Bytes per value.
  var size: Int {
    switch self {
    case .detectors: 1
    case .nanotimes, .origin, .particles, .changeEmitter, .changeState, .lostOrigin, .lostPlace: 2
    case .timestamps, .emissionTime, .detectionDelay, .parent, .changeTime, .lostTime, .emitted: 8
    }
  }
}
