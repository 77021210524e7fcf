/// The header of PicoHarp 300 files before the PTU format: `.pt2` (T2) and `.pt3` (T3), format version 2.0.
///
/// Source: PicoQuant, "Time-Tagged File Format Demos", `pt2demo.c` and `pt3demo.c`: packed little-endian structures of
/// 328, 208, 156 and 36 bytes, then an imaging header of `ImgHdrSize` 32-bit words, then the records.
enum PicoHarpFile {
  /// The text such a file begins with.
  static let identifier = Array("PicoHarp 300".utf8)

  // Offsets in bytes from the beginning of the file.
  private static let binary = 328
  private static let board = binary + 208
  private static let timeTagged = board + 156
  private static let fixedSize = timeTagged + 36
  /// How long the acquisition lasted, in ms.
  static let stopAfterField = timeTagged + 20
  /// The number of records.
  static let recordsField = timeTagged + 28

  /// - Throws: ``TimeTagError`` for another version, a truncated header, or values that make no sense.
  static func header(_ file: InputFile) throws(TimeTagError) -> (header: RecordingHeader, recordsOffset: Int) {
    let bytes = try file.bytes(at: 0, count: fixedSize)
    guard bytes.count == fixedSize else {
      throw .truncated(path: file.path, reason: "the file ends inside its header of \(fixedSize) bytes")
    }
    let version = bytes.text(at: 16, count: 6)
    guard version == "2.0" else {
      throw .notTimeTags(
        path: file.path, reason: "is a PicoHarp file of the format version \(version); only 2.0 is read")
    }
    let measurementMode = Int(bytes.int32(at: binary + 20))
    guard let mode = MeasurementMode(rawValue: measurementMode) else {
      throw .notTimeTags(
        path: file.path, reason: "is a PicoHarp file of the measurement mode \(measurementMode), neither T2 nor T3")
    }
    // The file stores nanoseconds in single precision; the decimal number that was meant (0.016) is its shortest one.
    let nanoseconds = Float(bitPattern: bytes.uint32(at: board + 48))
    let resolution = (Double("\(nanoseconds)") ?? 0) * 1e-9
    let syncRate = Double(bytes.int32(at: timeTagged + 12))
    let imagingWords = Int(bytes.int32(at: timeTagged + 32))
    let recordsOffset = fixedSize + 4 * imagingWords
    guard imagingWords >= 0, recordsOffset <= file.size else {
      throw .truncated(path: file.path, reason: "the file ends inside its imaging header of \(imagingWords) words")
    }
    if mode == .t3 && !(syncRate > 0 && resolution > 0 && resolution.isFinite) {
      throw .corrupt(path: file.path, reason: "its header states no sync rate or no resolution")
    }
    let announced = Int(bytes.int32(at: recordsField))
    let stopAfter = Int(bytes.int32(at: stopAfterField))
    let planned = Int(bytes.int32(at: binary + 36))
    let milliseconds = stopAfter > 0 ? stopAfter : planned
    let comment = bytes.text(at: 72, count: 256).trimmed
    let header = RecordingHeader(
      format: mode == .t3 ? "PT3" : "PT2", mode: mode, recordType: mode == .t3 ? .picoHarp300T3 : .picoHarp300T2,
      macroTimeUnitSeconds: mode == .t3 ? 1 / syncRate : 4e-12,
      nanotimeUnitSeconds: mode == .t3 ? resolution : nil,
      syncRateHz: syncRate > 0 ? syncRate : nil,
      laserRepetitionRateHz: mode == .t3 ? syncRate : nil,
      announcedRecords: announced > 0 ? announced : nil,
      acquisitionTimeSeconds: milliseconds > 0 ? Double(milliseconds) / 1000 : nil,
      creator: "\(bytes.text(at: 22, count: 18).trimmed) \(bytes.text(at: 40, count: 12).trimmed)".trimmed,
      hardware: bytes.text(at: 0, count: 16).trimmed, comment: comment,
      isPartial: PartialMark.isPartial(comment: comment))
    return (header, recordsOffset)
  }
}

extension String {
  /// Without spaces and line ends at either end.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
