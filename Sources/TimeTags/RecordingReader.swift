/// Reads a recording from beginning to end in bounded memory, whatever its container.
///
/// The container is recognised by content: PTU with every ``RecordType``, PicoHarp `.pt3` and `.pt2` of format 2.0,
/// HydraHarp and TimeHarp 260 `.ht3` and `.ht2` of format 1.0 and 2.0, Photon-HDF5, and text (`channel,time_ps` or
/// `channel,pulse,time_ps`). Only Becker & Hickl's `.spc` files begin with nothing of their own: there the name decides, and
/// records that make no sense are refused.
///
/// ```swift
/// let reader = try RecordingReader(path: "run.ptu")
/// var tags: [TimeTag] = []
/// while try reader.read(into: &tags) > 0 { … }
/// ```
public final class RecordingReader {
  /// The path as given.
  public let path: String
  /// What the file says about the recording.
  public let header: RecordingHeader
  /// All header tags of a PTU file; `nil` for other containers.
  public let ptuHeader: PTUHeader?

  private let source: any TagSource

  /// Opens a recording and reads its header.
  ///
  /// A file that holds fewer records than its header announces, a broken last record, or ends inside its header is an
  /// error; with `allowTruncated` what is there is read and ``warnings`` tells what is missing. A header that announces
  /// no records (absent, zero or negative) means: to the end of the file. Records beyond the announced ones are left
  /// out with a warning.
  ///
  /// - Throws: ``TimeTagError``: no such input, not a time-tag file, truncated, corrupt, or a reading error.
  public init(path: String, allowTruncated: Bool = false) throws(TimeTagError) {
    self.path = path
    let file = try InputFile(path: path)
    let start = try file.bytes(at: 0, count: 16)
    if start.starts(with: PTUHeader.magic) || path.hasSuffix(".ptu") {
      let tags = try PTUHeader(file, allowTruncated: allowTruncated)
      ptuHeader = tags
      source = try RecordStream(
        file, header: try tags.recordingHeader(path: path), recordsOffset: tags.recordsOffset,
        isHeaderComplete: tags.isComplete, allowTruncated: allowTruncated)
    } else if start.starts(with: PicoHarpFile.identifier) {
      ptuHeader = nil
      let (header, recordsOffset) = try PicoHarpFile.header(file)
      source = try RecordStream(
        file, header: header, recordsOffset: recordsOffset, isHeaderComplete: true, allowTruncated: allowTruncated)
    } else if let (_, instrument) = HarpFile.identifiers.first(where: { start.starts(with: $0.text) }) {
      ptuHeader = nil
      let (header, recordsOffset) = try HarpFile.header(file, instrument)
      source = try RecordStream(
        file, header: header, recordsOffset: recordsOffset, isHeaderComplete: true, allowTruncated: allowTruncated)
    } else if start.starts(with: PhotonHDF5Source.signature) {
      ptuHeader = nil
      source = try PhotonHDF5Source(path: path, allowTruncated: allowTruncated)
    } else if start.starts(with: PhotonJournal.magic) {
      throw .notTimeTags(
        path: path,
        reason:
          "is a Photon-HDF5 recording whose run was stopped: 'antibunch inspect --repair \(path)' makes a file of it as "
          + "far as it goes, 'antibunch simulate … --resume' goes on")
    } else if start.starts(with: PhotonJournal.restMagic) {
      throw .notTimeTags(path: path, reason: PhotonJournal.isRest)
    } else if path.hasSuffix(".spc") || path.hasSuffix(".SPC") {
      ptuHeader = nil
      source = try SPCSource(file, allowTruncated: allowTruncated)
    } else if CSVSource.begins(start) || path.hasSuffix(".csv") {
      ptuHeader = nil
      source = try CSVSource(file)
    } else {
      throw .notTimeTags(
        path: path,
        reason:
          "is not a time-tag file: it begins with \(quoted(start.prefix(8))), not as files of PicoQuant (PTU, PT3, PT2, "
          + "HT3, HT2), HDF5 or lines of channel,time_ps do; files of Becker & Hickl are known by the name .spc")
    }
    header = try source.header.sensible(path: path)
  }

  /// Reads the next tags. Overflow records are resolved and do not appear.
  ///
  /// - Parameters:
  ///   - tags: its contents are replaced; its storage is reused.
  ///   - maximum: the most tags to read in one call, at least 1.
  /// - Returns: the number of tags read; 0 only at the end of the recording.
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``, or ``TimeTagError/corrupt(path:reason:)`` for values that no
  ///   tag can hold.
  public func read(into tags: inout [TimeTag], maximum: Int = 1 << 16) throws(TimeTagError) -> Int {
    let room = max(1, min(maximum, RecordStream.blockSize))
    tags.removeAll(keepingCapacity: true)
    var result = Result<Int, TimeTagError>.success(0)
    tags.append(addingCapacity: room) { span in
      span.withUnsafeMutableBufferPointer { buffer, count in
        result = Result { () throws(TimeTagError) in try source.read(into: buffer) }
        count = (try? result.get()) ?? 0
      }
    }
    return try result.get()
  }

  /// The recording from its beginning for several threads, each time anew; `nil` for containers without PicoQuant records.
  ///
  /// - Parameter progress: told with each block how many records have been taken; one call at a time.
  public func blocks(progress: @escaping @Sendable (Int) -> Void = { _ in }) -> RecordBlocks? {
    (source as? RecordStream)?.blocks(progress: progress)
  }

  /// Overflow records met so far (one record may announce several overflows); 0 in Photon-HDF5.
  public var overflowRecords: Int { source.state.overflowRecords }
  /// Markers met so far.
  public var markers: Int { source.state.markers }
  /// Records read so far, overflows included.
  public var recordsRead: Int { source.recordsRead }
  /// What is odd about the file, one sentence each; may grow while reading.
  public var warnings: [String] { source.warnings }
}
