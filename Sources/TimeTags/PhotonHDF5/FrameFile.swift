/// A file of frames behind a head, which is only ever appended to and so is whole up to any border of frames.
///
///     magic (8) | identification (8) | zeros up to 128 | frame | frame | …
///
/// A frame is column and kind (16 bits each), number of values, length in bytes and CRC-32 of the payload (32 bits each), all
/// little-endian, and the payload.
final class FrameFile {
  enum Kind: UInt16 {
    case settings, chunk, piece
  }

  struct Frame {
    var kind: Kind
    var column: UInt16
    /// How many values its payload holds.
    var count: Int
    /// Where the payload is.
    var payload: Range<Int>
  }

  /// Frames begin here; as much room as HDF5's head needs.
  static let begin = ChunkFile.headRoom
  static let headLength = 16

  let file: OutputFile
  private(set) var length = FrameFile.begin
  private let magic: [UInt8]

  /// Begins a file at `path.part`.
  ///
  /// - Parameter identification: what tells files that belong together from others.
  init(path: String, magic: [UInt8], identification: UInt64) throws(TimeTagError) {
    file = try OutputFile(path: path)
    self.magic = magic
    try writeHead(identification)
  }

  /// Opens the file at `path.part` or, if it has become that, at `path`, to go on with it. Its head is not looked at.
  init(path: String, magic: [UInt8], asItWasAt end: FileEnd) throws(TimeTagError) {
    file = try OutputFile(path: path, asItWasAt: end)
    self.magic = magic
  }

  /// Opens the file at `path.part` to read it.
  ///
  /// - Returns: `nil` for a file that begins with something else.
  init?(reading path: String, magic: [UInt8]) throws(TimeTagError) {
    file = try OutputFile(reading: path)
    self.magic = magic
    guard try file.read(0..<magic.count) == magic else { return nil }
  }

  func writeHead(_ identification: UInt64) throws(TimeTagError) {
    var head = magic
    head.appendLittleEndian(identification)
    try file.write(head + Array(repeating: 0, count: Self.begin - head.count), at: 0)
  }

  func identification() throws(TimeTagError) -> UInt64? {
    let bytes = try file.read(magic.count..<magic.count + 8)
    return bytes.count == 8 ? bytes.uint64(at: 0) : nil
  }

  /// Reads frames as long as they are whole and are taken.
  func readFrames(_ takes: (Frame, _ payload: [UInt8]) -> Bool) throws(TimeTagError) {
    length = Self.begin
    while true {
      let head = try file.read(length..<length + Self.headLength)
      guard head.count == Self.headLength,
        let kind = Kind(rawValue: UInt16(truncatingIfNeeded: head.uint32(at: 0) >> 16))
      else { return }
      let count = Int(head.uint32(at: 4))
      let bytes = Int(head.uint32(at: 8))
      // No frame is longer than a chunk that does not shrink, or than the settings.
      guard bytes <= 1 << 24, count <= PhotonJournal.chunk else { return }
      let start = length + Self.headLength
      let payload = try file.read(start..<start + bytes)
      guard payload.count == bytes, crc32(payload) == head.uint32(at: 12) else { return }
      let column = UInt16(truncatingIfNeeded: head.uint32(at: 0))
      let frame = Frame(kind: kind, column: column, count: count, payload: start..<start + bytes)
      guard takes(frame, payload) else { return }
      length = start + bytes
    }
  }

  /// - Returns: where the payload is.
  func append(
    _ kind: Kind, column: UInt16, count: Int, _ payload: [UInt8]
  ) throws(TimeTagError) -> Range<Int> {
    var head: [UInt8] = []
    head.reserveCapacity(Self.headLength)
    head.appendLittleEndian(column)
    head.appendLittleEndian(kind.rawValue)
    head.appendLittleEndian(UInt32(count))
    head.appendLittleEndian(UInt32(payload.count))
    head.appendLittleEndian(crc32(payload))
    let start = length + Self.headLength
    try file.write(head, at: length)
    try file.write(payload, at: start)
    length = start + payload.count
    return start..<length
  }

  /// What tells how far the file is now, whatever its head.
  func end() throws(TimeTagError) -> FileEnd { try file.end(at: length, from: Self.begin) }
}
