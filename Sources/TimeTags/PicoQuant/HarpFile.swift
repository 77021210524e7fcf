/// The header of HydraHarp 400 and TimeHarp 260 files before the PTU format: `.ht2` (T2) and `.ht3` (T3), format versions
/// 1.0 and 2.0.
///
/// Source: PicoQuant, "HydraHarp File Access Demo", `ht2demo.c` and `ht3demo.c`: little-endian structures without gaps; 328
/// bytes of text and 208 of settings as in ``PicoHarpFile``, then the hardware, 20 bytes for each input, 24 bytes about the
/// measurement, an imaging header of `ImgHdrSize` 32-bit words, and the records.
enum HarpFile {
  /// The family whose files have this header.
  enum Instrument { case hydraHarp, timeHarp260 }

  /// The texts such files begin with.
  static let identifiers: [(text: [UInt8], instrument: Instrument)] = [
    (Array("HydraHarp".utf8), .hydraHarp), (Array("TimeHarp 260".utf8), .timeHarp260),
  ]

  // Offsets in bytes from the beginning of the file.
  private static let binary = 328
  private static let hardware = binary + 208
  private static let bytesPerInput = 20
  private static let timeTaggedSize = 24
  /// More inputs than any of these instruments has.
  private static let largestInputCount = 64

  /// - Throws: ``TimeTagError`` for another version, a truncated header, or values that make no sense.
  static func header(
    _ file: InputFile, _ instrument: Instrument
  ) throws(TimeTagError) -> (header: RecordingHeader, recordsOffset: Int) {
    // The hardware's description ends differently: where it ends, and where in it are resolution and number of inputs.
    let (hardwareSize, resolutionOffset, inputsOffset) = instrument == .hydraHarp ? (160, 112, 128) : (104, 48, 64)
    let fixedSize = hardware + hardwareSize
    let bytes = try file.bytes(at: 0, count: fixedSize)
    guard bytes.count == fixedSize else {
      throw .truncated(path: file.path, reason: "the file ends inside its header of more than \(fixedSize) bytes")
    }
    let name = bytes.text(at: 0, count: 16).trimmed
    let version = bytes.text(at: 16, count: 6).trimmed
    guard version == "1.0" || version == "2.0" else {
      throw .notTimeTags(
        path: file.path, reason: "is a \(name) file of the format version \(version); 1.0 and 2.0 are read")
    }
    let measurementMode = Int(bytes.int32(at: binary + 12))
    guard let mode = MeasurementMode(rawValue: measurementMode) else {
      throw .notTimeTags(
        path: file.path, reason: "is a \(name) file of the measurement mode \(measurementMode), neither T2 nor T3")
    }
    let inputs = Int(bytes.int32(at: hardware + inputsOffset))
    guard 0...largestInputCount ~= inputs else {
      throw .corrupt(path: file.path, reason: "its header announces \(inputs) inputs; no instrument has them")
    }
    let timeTagged = fixedSize + inputs * bytesPerInput
    let measurement = try file.bytes(at: timeTagged, count: timeTaggedSize)
    guard measurement.count == timeTaggedSize else {
      throw .truncated(path: file.path, reason: "the file ends inside its header, before the measurement")
    }
    let syncRate = Double(measurement.int32(at: 0))
    let stopAfter = Int(measurement.int32(at: 4))
    let imagingWords = Int(measurement.int32(at: 12))
    let recordsOffset = timeTagged + timeTaggedSize + 4 * imagingWords
    guard imagingWords >= 0, recordsOffset <= file.size else {
      throw .truncated(path: file.path, reason: "the file ends inside its imaging header of \(imagingWords) words")
    }
    let recordType = Self.recordType(instrument, version: version, mode: mode)
    let binned = Double(bitPattern: bytes.uint64(at: binary + 24)) * 1e-12
    let base = Double(bitPattern: bytes.uint64(at: hardware + resolutionOffset)) * 1e-12
    func isTime(_ seconds: Double) -> Bool { seconds > 0 && seconds < 1 }
    if mode == .t3 && !(syncRate > 0 && isTime(binned)) {
      throw .corrupt(path: file.path, reason: "its header states no sync rate or no resolution")
    }
    let announced = Int64(bitPattern: measurement.uint64(at: 16))
    let planned = Int(bytes.int32(at: binary + 36))
    let milliseconds = stopAfter > 0 ? stopAfter : planned
    let comment = bytes.text(at: 72, count: 256).trimmed
    let header = RecordingHeader(
      format: mode == .t3 ? "HT3" : "HT2", mode: mode, recordType: recordType,
      macroTimeUnitSeconds: mode == .t3
        ? 1 / syncRate : t2Unit(recordType, base: isTime(base) ? base : nil),
      nanotimeUnitSeconds: mode == .t3 ? binned : nil,
      syncRateHz: syncRate > 0 ? syncRate : nil,
      laserRepetitionRateHz: mode == .t3 ? syncRate : nil,
      announcedRecords: announced > 0 ? Int(announced) : nil,
      acquisitionTimeSeconds: milliseconds > 0 ? Double(milliseconds) / 1000 : nil,
      creator: "\(bytes.text(at: 22, count: 18).trimmed) \(bytes.text(at: 40, count: 12).trimmed)".trimmed,
      hardware: bytes.text(at: hardware, count: 16).trimmed, comment: comment,
      isPartial: PartialMark.isPartial(comment: comment))
    return (header, recordsOffset)
  }

  private static func recordType(_ instrument: Instrument, version: String, mode: MeasurementMode) -> RecordType {
    switch (instrument, mode) {
    case (.hydraHarp, .t2): version == "1.0" ? .hydraHarpV1T2 : .hydraHarpV2T2
    case (.hydraHarp, .t3): version == "1.0" ? .hydraHarpV1T3 : .hydraHarpV2T3
    // The PICO's records are those of the NANO.
    case (.timeHarp260, .t2): .timeHarp260PT2
    case (.timeHarp260, .t3): .timeHarp260PT3
    }
  }

  /// The unit of T2 times in seconds. A HydraHarp with format 1.0 counts half picoseconds (Bischof's libpicoquant,
  /// `hh_v10_tttr.c`, after the comment in PicoQuant's `ht2demo.c`), otherwise the base resolution.
  private static func t2Unit(_ recordType: RecordType, base: Double?) -> Double {
    recordType == .hydraHarpV1T2 ? 0.5e-12 : base ?? 1e-12
  }
}
