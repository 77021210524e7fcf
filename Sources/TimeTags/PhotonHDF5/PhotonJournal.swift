internal import FoundationEssentials
import Glibc

/// What becomes a Photon-HDF5 file, while it grows: an HDF5 file that its program did not close is often unreadable.
///
/// Two files of frames (``FrameFile``): `path.part` with the settings, as JSON, and the photons' chunks of 65,536 values packed as
/// HDF5 stores them, and `path.rest.part` with all else. A piece there holds values behind a column's last chunk and last piece, as
/// they are, behind the number of the first; the next chunk repeats them. The second is made when there is something for it.
///
/// The first becomes the recording itself (``ChunkFile``), which so does not depend on when pieces were written.
final class PhotonJournal {
  /// The columns; the numbers are in journals.
  enum Column: UInt16, CaseIterable {
    case timestamps, detectors, nanotimes, origin, emissionTime, detectionDelay, parent, particles
    case changeTime, changeEmitter, changeState
    case lostOrigin, lostTime, lostPlace, emitted
  }

  /// Values per chunk: at most 512 KiB, half of HDF5's chunk cache.
  static let chunk = 1 << 16
  /// The eight bytes a journal begins with; the last is the version of its layout.
  static let magic: [UInt8] = Array("ABTJRNL\u{4}".utf8)
  /// The same of what is beside it.
  static let restMagic: [UInt8] = Array("ABTREST\u{4}".utf8)
  private static let restEnding = ".rest"
  /// What is said of it to those who take it for a recording.
  static let isRest =
    "is what a Photon-HDF5 recording needs to go on; with its .part file beside it, 'antibunch inspect --repair' of that makes a "
    + "recording"

  /// How many chunks may wait to be packed or written.
  private static let mostOnTheirWay = 16

  private let photons: FrameFile
  private let identification: UInt64
  private var rest: FrameFile?
  /// `nil` where the thread that appends packs.
  private let packers: ChunkPackers?
  /// Handed over and not yet in the file, in the order of the file.
  private var onTheirWay: [ChunkInPacking] = []
  /// Memory of chunks that were written.
  private var spare: [ChunkMemory] = []
  /// Where they are in their file.
  private var chunks: [[Range<Int>]] = Array(repeating: [], count: Column.allCases.count)
  /// The values behind the last chunk that pieces hold.
  private var tails: [[UInt8]] = Array(repeating: [], count: Column.allCases.count)
  /// Fewer values than a column has, where the others have no more.
  private var limits = [Int](repeating: .max, count: Column.allCases.count)

  /// Where a journal ended.
  struct End: Sendable, Codable {
    var photons: FileEnd
    /// `nil` where there was nothing for it.
    var rest: FileEnd?
  }

  /// Begins a journal at `path.part`.
  ///
  /// - Parameter threads: how many pack chunks, the caller's among them; does not change a byte.
  init(path: String, settings: PhotonHDF5Settings, threads: Int) throws(TimeTagError) {
    packers = threads > 1 ? ChunkPackers(threads: threads - 1) : nil
    identification = .random(in: 0...UInt64.max)
    photons = try FrameFile(path: path, magic: Self.magic, identification: identification)
    unlink(path + Self.restEnding + ".part")
    let encoder = JSONEncoder()
    // The same settings are the same bytes.
    encoder.outputFormatting = .sortedKeys
    guard let json = try? encoder.encode(settings) else {
      throw .cannotEncode(path: path, reason: "the settings hold what is no number")
    }
    _ = try photons.append(.settings, column: 0, count: 0, Array(json))
  }

  /// Goes on with the journal at `path.part`, or with what has been made of it.
  init(path: String, goingOnAt end: End, threads: Int) throws(TimeTagError) {
    packers = threads > 1 ? ChunkPackers(threads: threads - 1) : nil
    photons = try FrameFile(path: path, magic: Self.magic, asItWasAt: end.photons)
    rest =
      if let end = end.rest {
        try FrameFile(path: path + Self.restEnding, magic: Self.restMagic, asItWasAt: end)
      } else { nil }
    // Only when both are the right ones is either changed.
    try photons.file.goOn(at: end.photons)
    if let end = end.rest { try rest?.file.goOn(at: end) }
    identification = try rest?.identification() ?? .random(in: 0...UInt64.max)
    keep()
    let hasSettings = try readPhotons() != nil
    try readRest()
    guard hasSettings, photons.length == end.photons.length, rest?.length == end.rest?.length else {
      throw .corrupt(path: photons.file.partPath, reason: "it is not as it was when the checkpoint was written")
    }
    // A finished file has HDF5's head.
    try photons.writeHead(identification)
  }

  /// Reads the journal of a run that was stopped, as far as it is whole, up to the last photon of which everything is there.
  ///
  /// - Parameter path: the name of the file that it was to become; the journal's is `path.part`.
  /// - Returns: the journal, which is left as it is, and its settings.
  static func opened(path: String) throws(TimeTagError) -> (PhotonJournal, PhotonHDF5Settings) {
    guard let journal = try PhotonJournal(reading: path), let settings = try journal.readPhotons(unpacking: true) else {
      throw .truncated(path: path + ".part", reason: "it ends before its settings do")
    }
    if let contradiction = settings.contradiction { throw .corrupt(path: path + ".part", reason: contradiction) }
    try journal.readRest(unpacking: true)
    journal.level(settings)
    return (journal, settings)
  }

  private init?(reading path: String) throws(TimeTagError) {
    packers = nil
    guard let photons = try FrameFile(reading: path, magic: Self.magic),
      let identification = try photons.identification()
    else { return nil }
    self.photons = photons
    self.identification = identification
    guard access(path + Self.restEnding + ".part", F_OK) == 0,
      let rest = try FrameFile(reading: path + Self.restEnding, magic: Self.restMagic),
      try rest.identification() == identification
    else { return }
    self.rest = rest
  }

  /// - Parameter unpacking: whether a chunk must unpack to be whole; those of our own whose checksums hold do.
  private func readPhotons(unpacking: Bool = false) throws(TimeTagError) -> PhotonHDF5Settings? {
    var settings: PhotonHDF5Settings?
    try photons.readFrames { frame, payload in
      switch frame.kind {
      case .settings:
        settings = try? JSONDecoder().decode(PhotonHDF5Settings.self, from: Data(payload))
        return settings != nil
      case .chunk: return take(frame, payload, ofPhotons: true, unpacking)
      case .piece: return false
      }
    }
    return settings
  }

  private func readRest(unpacking: Bool = false) throws(TimeTagError) {
    try rest?.readFrames { frame, payload in
      switch frame.kind {
      case .settings: return false
      case .chunk: return take(frame, payload, ofPhotons: false, unpacking)
      case .piece: return takePiece(frame, payload)
      }
    }
  }

  private func take(_ frame: FrameFile.Frame, _ payload: [UInt8], ofPhotons: Bool, _ unpacking: Bool) -> Bool {
    guard let column = Column(rawValue: frame.column), column.isOfPhotons == ofPhotons, frame.count == Self.chunk,
      !unpacking || unpacked(payload, count: frame.count, size: column.size) != nil
    else { return false }
    chunks[Int(frame.column)].append(frame.payload)
    tails[Int(frame.column)].removeAll(keepingCapacity: true)
    return true
  }

  private func takePiece(_ frame: FrameFile.Frame, _ payload: [UInt8]) -> Bool {
    guard let size = Column(rawValue: frame.column)?.size, payload.count == 8 + frame.count * size else { return false }
    let c = Int(frame.column)
    // What comes before is in a chunk.
    guard payload.uint64(at: 0) == UInt64(chunks[c].count * Self.chunk + tails[c].count / size) else { return true }
    // What fills a chunk is one.
    guard tails[c].count + frame.count * size < Self.chunk * size else { return false }
    tails[c] += payload[8...]
    return true
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
    var payload: [UInt8] = []
    payload.reserveCapacity(8 + piece.count)
    payload.appendLittleEndian(UInt64(count(column)))
    payload += piece
    _ = try restFile().append(.piece, column: column.rawValue, count: piece.count / column.size, payload)
    tails[Int(column.rawValue)] += piece
  }

  private func restFile() throws(TimeTagError) -> FrameFile {
    if let rest { return rest }
    let made = try FrameFile(
      path: photons.file.path + Self.restEnding, magic: Self.restMagic, identification: identification)
    rest = made
    return made
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
    let file = column.isOfPhotons ? photons : try restFile()
    chunks[Int(column.rawValue)].append(
      try file.append(.chunk, column: column.rawValue, count: Self.chunk, packedChunk))
    tails[Int(column.rawValue)].removeAll(keepingCapacity: true)
  }

  /// The photons' chunks in a file of this name that is to become the recording: the journal itself, or a copy beside it of what
  /// there is of all columns. Both are the same bytes.
  func chunkFile(copying: Bool) throws(TimeTagError) -> ChunkFile {
    var places: [Column: [Range<Int>]] = [:]
    for column in Column.allCases where column.isOfPhotons {
      places[column] = Array(chunks[Int(column.rawValue)].prefix(count(column) / Self.chunk))
    }
    let file = photons.file
    guard copying else { return ChunkFile(file, length: photons.length, chunks: places) }
    let copy = try OutputFile(path: file.path, ending: ".part.h5")
    let settings = try file.read(FrameFile.begin + 8..<FrameFile.begin + 12)
    var end = FrameFile.begin + FrameFile.headLength + Int(settings.uint32(at: 0))
    try copy.write([UInt8](repeating: 0, count: FrameFile.begin) + file.read(FrameFile.begin..<end), at: 0)
    var copied: [Column: [Range<Int>]] = [:]
    for row in 0..<(places.values.map(\.count).max() ?? 0) {
      for column in Column.allCases {
        guard let original = places[column], row < original.count else { continue }
        let frame = try file.read(original[row].lowerBound - FrameFile.headLength..<original[row].upperBound)
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
      return try (column.isOfPhotons ? photons : restFile()).file.read(chunks[c][number])
    }
    let bytes = tails[c] + repeatElement(0, count: Self.chunk * column.size - tails[c].count)
    return bytes.withUnsafeBytes { packed($0, size: column.size) }
  }

  /// The values of a column, chunk by chunk.
  func forEachChunk(of column: Column, _ body: ([UInt8]) -> Void) throws(TimeTagError) {
    let count = count(column)
    for (number, start) in stride(from: 0, to: count, by: Self.chunk).enumerated() {
      let values = unpacked(try packedChunk(number, of: column), count: Self.chunk, size: column.size)
      guard let values else { throw .corrupt(path: photons.file.partPath, reason: "a chunk of it cannot be unpacked") }
      body(Array(values.prefix(min(Self.chunk, count - start) * column.size)))
    }
  }

  /// What tells how far the journal is now. From now on it stays, whatever happens.
  func checkpoint() throws(TimeTagError) -> End {
    keep()
    return End(photons: try photons.end(), rest: try rest?.end())
  }

  /// From now on it stays, whatever happens.
  func keep() {
    photons.file.keep()
    rest?.file.keep()
  }

  /// Stays as it is, without torn frames.
  func abandon() {
    photons.file.keep(length: photons.length)
    if let rest { rest.file.keep(length: rest.length) }
  }

  /// The file has been made.
  func remove() {
    photons.file.remove()
    rest?.file.remove()
  }
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
