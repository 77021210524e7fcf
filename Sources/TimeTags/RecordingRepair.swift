import Glibc

/// What a repair has made of a recording whose program was stopped.
public struct RecordingRepair: Sendable, Hashable {
  /// The file that is whole now.
  public var path: String
  /// The number of its records, overflows included; in Photon-HDF5 of its photons.
  public var records: Int
  /// What its header announced before; `nil` for a file that there was not.
  public var announced: Int?
}

/// Makes a recording that its program did not finish readable to the last whole record.
///
/// A PTU or `.pt3` file is changed in place: the bytes of a torn last record are cut off, the header counts the records that
/// are there, states the time of the last one and, where its comment has room, says that the recording is partial; no record
/// is touched. Of a ``PhotonHDF5Writer``'s journal `x.h5.part`, with `x.h5.rest.part` where there is one, the file `x.h5` is made, and
/// it stays itself; one that is whole and was only not given its name becomes `x.h5`.
///
/// - Returns: what has been done; `nil` when header and records agree.
/// - Throws: ``TimeTagError`` when the file cannot be read, written or repaired; ``TimeTagError/cannotCreate(path:reason:)``
///   when `x.h5` exists already.
public func repairRecording(at path: String) throws(TimeTagError) -> RecordingRepair? {
  let file = try InputFile(path: path)
  let start = try file.bytes(at: 0, count: 16)
  if start.starts(with: PhotonJournal.magic) { return try assembleJournal(at: path) }
  if start.starts(with: PhotonJournal.restMagic) {
    throw .notTimeTags(path: path, reason: PhotonJournal.isRest)
  }
  if start.starts(with: PhotonHDF5Source.signature), path.hasSuffix(partEnding) { return try nameWholeFile(at: path) }
  let field: HeaderField
  let header: RecordingHeader
  if start.starts(with: PTUHeader.magic) {
    let tags = try PTUHeader(file, allowTruncated: false)
    header = try tags.recordingHeader(path: path).sensible(path: path)
    field = HeaderField(bytes: try file.bytes(at: 0, count: tags.recordsOffset))
  } else if start.starts(with: PicoHarpFile.identifier) {
    let (read, recordsOffset) = try PicoHarpFile.header(file)
    header = try read.sensible(path: path)
    field = HeaderField(bytes: try file.bytes(at: 0, count: recordsOffset), isPTU: false)
  } else {
    throw .notTimeTags(
      path: path, reason: "cannot be repaired: only PTU, .pt3 and unfinished Photon-HDF5 recordings can")
  }
  let present = (file.size - field.bytes.count) / 4
  guard (header.announcedRecords ?? 0) != present || (file.size - field.bytes.count) % 4 != 0 else { return nil }
  var changed = field
  try changed.set(records: present, seconds: try lastTime(file, header, recordsOffset: field.bytes.count), path: path)
  changed.mark(header.comment)
  try overwrite(path, header: changed.bytes, length: field.bytes.count + 4 * present)
  return RecordingRepair(path: path, records: present, announced: header.announcedRecords ?? 0)
}

/// The time of the last record in seconds, whatever the header announces.
private func lastTime(
  _ file: InputFile, _ header: RecordingHeader, recordsOffset: Int
) throws(TimeTagError) -> Double {
  var header = header
  header.announcedRecords = nil
  let stream = try RecordStream(
    file, header: header, recordsOffset: recordsOffset, isHeaderComplete: true, allowTruncated: true)
  let tags = UnsafeMutableBufferPointer<TimeTag>.allocate(capacity: RecordStream.blockSize)
  defer { tags.deallocate() }
  var last: Int64 = 0
  while true {
    let count = try stream.read(into: tags)
    if count == 0 { break }
    last = tags[count - 1].macroTime
  }
  let seconds = Double(max(last, stream.state.overflowTime)) * header.macroTimeUnitSeconds
  guard 0..<1e12 ~= seconds else {
    throw .corrupt(path: file.path, reason: "its records end after \(seconds) s")
  }
  return seconds
}

private let partEnding = ".part"

/// What the file at `x.part` is to be called.
private func finalName(of part: String) throws(TimeTagError) -> String {
  let path = String(part.dropLast(partEnding.count))
  guard access(path, F_OK) != 0 else { throw .cannotCreate(path: path, reason: "there is a file of this name already") }
  return path
}

/// A program was killed between the last byte and the name.
private func nameWholeFile(at part: String) throws(TimeTagError) -> RecordingRepair {
  let path = try finalName(of: part)
  let records = try RecordingReader(path: part).header.announcedRecords ?? 0
  guard rename(part, path) == 0 else {
    throw .inputOutput(path: path, reason: "renaming from \(part) failed: \(systemMessage())")
  }
  return RecordingRepair(path: path, records: records, announced: nil)
}

private func assembleJournal(at part: String) throws(TimeTagError) -> RecordingRepair {
  guard part.hasSuffix(partEnding) else {
    throw .notTimeTags(
      path: part, reason: "is the journal of an unfinished Photon-HDF5 recording, and its name lacks .part")
  }
  let path = try finalName(of: part)
  let (journal, settings) = try PhotonJournal.opened(path: path)
  var photonsPerChannel = [Int](repeating: 0, count: 256)
  try journal.forEachChunk(of: .detectors) { for channel in $0 { photonsPerChannel[Int(channel)] += 1 } }
  var last: UInt64 = 0
  try journal.forEachChunk(of: .timestamps) { last = $0.uint64(at: $0.count - 8) }
  let seconds = Double(last) * settings.macroTimeUnitSeconds
  try PhotonHDF5Assembly(settings: settings, journal: journal, photonsPerChannel: photonsPerChannel, isRepair: true)
    .write(acquisitionTimeSeconds: seconds, partial: PartialMark.unfinished, liveTimes: nil)
  return RecordingRepair(path: path, records: journal.count(.timestamps), announced: nil)
}

/// Replaces the header, which keeps its length, and cuts the file off.
private func overwrite(_ path: String, header: [UInt8], length: Int) throws(TimeTagError) {
  let descriptor = open(path, O_WRONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: systemMessage()) }
  defer { close(descriptor) }
  guard pwrite(descriptor, header, header.count, 0) == header.count, ftruncate(descriptor, off_t(length)) == 0 else {
    throw .inputOutput(path: path, reason: "repairing failed: \(systemMessage())")
  }
}

/// The header of a PicoQuant file, whose numbers are replaced where they stand.
private struct HeaderField {
  var bytes: [UInt8]
  var isPTU = true

  mutating func set(records: Int, seconds: Double, path: String) throws(TimeTagError) {
    let milliseconds = Int64((seconds * 1000).rounded())
    guard isPTU else {
      replace(at: PicoHarpFile.recordsField, Int32(clamping: records))
      replace(at: PicoHarpFile.stopAfterField, Int32(clamping: milliseconds))
      return
    }
    guard let place = value("TTResult_NumberOfRecords", .integer) else {
      throw .corrupt(path: path, reason: "the header has no tag TTResult_NumberOfRecords to be repaired")
    }
    replace(at: place, Int64(records))
    if let place = value("TTResult_StopAfter", .integer) { replace(at: place, milliseconds) }
    if let place = value("UsrAcquisitionTime", .float) {
      replace(at: place, seconds.bitPattern)
      if let place = value("MeasDesc_AcquisitionTime", .integer) { replace(at: place, milliseconds) }
    }
  }

  /// Says that the recording is partial, if there is room for it.
  mutating func mark(_ comment: String) {
    guard !PartialMark.isPartial(comment: comment) else { return }
    let text = PartialMark.comment(comment, partial: PartialMark.unfinished).unicodeScalars
      .map { $0.value < 256 ? UInt8($0.value) : UInt8(ascii: "?") }
    var (place, room) = (72, 256)
    if isPTU {
      guard let value = value("File_Comment", .text) else { return }
      (place, room) = (value + 8, Int(clamping: bytes.uint64(at: value)))
    }
    guard text.count < room else { return }
    for i in 0..<room { bytes[place + i] = i < text.count ? text[i] : 0 }
  }

  /// Where the value of a tag is, `nil` when it is not of this type: then nothing of the header's structure is replaced. The
  /// header has been read before, so its tags end where they say.
  private func value(_ name: String, _ code: PTUValue.Code) -> Int? {
    var offset = 16
    while offset + PTUHeader.tagSize <= bytes.count {
      let found = PTUValue.Code(rawValue: bytes.uint32(at: offset + 36))
      if bytes.text(at: offset, count: 32) == name { return found == code ? offset + 40 : nil }
      let hasPayload = found?.hasPayload == true
      offset += PTUHeader.tagSize + (hasPayload ? Int(clamping: bytes.uint64(at: offset + 40)) : 0)
    }
    return nil
  }

  private mutating func replace(at place: Int, _ value: some FixedWidthInteger) {
    var rest: [UInt8] = []
    rest.appendLittleEndian(value)
    bytes.replaceSubrange(place..<place + rest.count, with: rest)
  }
}
