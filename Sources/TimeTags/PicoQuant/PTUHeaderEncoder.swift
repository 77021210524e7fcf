/// The bytes of a PTU header. Its length does not depend on what is known only at the end of the recording, so that the
/// header can be written first and replaced last.
struct PTUHeaderEncoder {
  let recordType: RecordType
  let settings: PTUWriterSettings

  /// What is known only at the end.
  struct Ending {
    var records = 0
    var acquisitionTimeSeconds = 0.0
    /// The photons of each channel, 0 to 255.
    var photonsPerChannel = [Int](repeating: 0, count: 256)
    var partial: String?
    /// Whether the instrument stopped because its buffer overran.
    var isOverrun = false
  }

  /// Room in the comment for the mark of a partial recording, in bytes.
  static let partialRoom = 160

  /// So many bytes at the beginning, up to the identifier, never change.
  static let stableLength = 104

  /// The smallest time unit of the instrument in seconds: 4 ps in a PicoHarp 300, 1 ps in a HydraHarp.
  var baseResolutionPicoseconds: Int {
    if let resolution = settings.baseResolutionPicoseconds { return resolution }
    return switch recordType {
    case .picoHarp300T2, .picoHarp300T3: 4
    case .hydraHarpV1T2, .hydraHarpV1T3, .hydraHarpV2T2, .hydraHarpV2T3: 1
    case .timeHarp260NT2, .timeHarp260NT3: 250
    case .timeHarp260PT2, .timeHarp260PT3: 25
    case .multiHarpT2, .multiHarpT3: 5
    }
  }

  /// The unit of the macro time in seconds.
  var globalResolution: Double {
    if recordType.mode == .t3, let rate = settings.syncRateHz { return 1 / rate }
    return Double(baseResolutionPicoseconds) / 1e12
  }

  func bytes(_ ending: Ending) -> [UInt8] {
    var bytes = PTUHeader.magic
    bytes.append(contentsOf: Array("1.0.00\0\0".utf8))
    for tag in tags(ending) { append(tag, to: &bytes) }
    append(PTUTag("Header_End", .empty), to: &bytes)
    return bytes
  }

  /// The tags as PicoQuant's software orders them, with the ones every known reader needs.
  private func tags(_ ending: Ending) -> [PTUTag] {
    let isT3 = recordType.mode == .t3
    let milliseconds = Int64((ending.acquisitionTimeSeconds * 1000).rounded())
    let counts = ending.photonsPerChannel
    let duration = ending.acquisitionTimeSeconds
    func rate(_ channel: Int) -> Int64 { duration > 0 ? Int64((Double(counts[channel]) / duration).rounded()) : 0 }
    let isPicoHarp = recordType.hardware == RecordType.picoHarp300T2.hardware
    // The PicoHarp's input 0 is the sync input; HydraHarps have one besides their channels 0, 1, …
    let syncRate = !isT3 && isPicoHarp ? rate(0) : Int64((settings.syncRateHz ?? 0).rounded())
    let inputs = isPicoHarp ? (isT3 ? [1, 2] : [1]) : Array(0..<(settings.detectorInputs ?? 2))
    let unit = isT3 ? settings.nanotimeUnitPicoseconds : baseResolutionPicoseconds
    var tags: [PTUTag] = [
      PTUTag("File_GUID", .text(guid)),
      PTUTag("CreatorSW_ContentVersion", .text("1.0")),
      PTUTag("CreatorSW_Name", .text(settings.creatorName)),
      PTUTag("CreatorSW_Version", .text(settings.creatorVersion)),
      PTUTag("File_CreatingTime", .dateTime(settings.creationTime.tDateTime)),
      PTUTag("File_Comment", .text(PartialMark.comment(settings.comment, partial: ending.partial))),
      PTUTag("Measurement_Mode", .integer(Int64(recordType.mode.rawValue))),
      PTUTag("Measurement_SubMode", .integer(0)),
      PTUTag("TTResult_StopReason", .integer(stopReason(ending))),
      PTUTag("TTResultFormat_TTTRRecType", .integer(Int64(recordType.rawValue))),
      PTUTag("TTResultFormat_BitsPerRecord", .integer(32)),
      PTUTag("MeasDesc_BinningFactor", .integer(Int64(unit / baseResolutionPicoseconds))),
      PTUTag("MeasDesc_Offset", .integer(0)),
      PTUTag("MeasDesc_AcquisitionTime", .integer(milliseconds)),
      PTUTag("MeasDesc_StopOnOvfl", .boolean(false)),
      PTUTag("MeasDesc_Restart", .boolean(false)),
      PTUTag("HW_Type", .text(recordType.hardware)),
      PTUTag("HW_Version", .text("2.0")),
      PTUTag("HW_SerialNo", .text("simulated")),
      PTUTag("HW_BaseResolution", .float(Double(baseResolutionPicoseconds) / 1e12)),
      PTUTag("HW_InpChannels", .integer(Int64(inputs.count))),
      PTUTag("HWSync_Divider", .integer(Int64(settings.syncDivider))),
      PTUTag("HW_Markers", .integer(4)),
      PTUTag("MeasDesc_Resolution", .float(Double(unit) / 1e12)),
      PTUTag("MeasDesc_GlobalResolution", .float(globalResolution)),
      PTUTag("TTResult_SyncRate", .integer(syncRate)),
    ]
    for (index, channel) in inputs.enumerated() {
      tags.append(PTUTag("TTResult_InputRate", index: index, .integer(rate(channel))))
    }
    tags += [
      PTUTag("TTResult_StopAfter", .integer(milliseconds)),
      PTUTag("TTResult_NumberOfRecords", .integer(Int64(ending.records))),
      PTUTag("UsrAcquisitionTime", .float(duration)),
    ]
    if let rate = settings.laserRepetitionRateHz { tags.append(PTUTag("UsrLaserRepetitionRate", .float(rate))) }
    return tags
  }

  /// PicoQuant's numbers: time over, stopped by hand, FIFO overrun.
  private func stopReason(_ ending: Ending) -> Int64 { ending.isOverrun ? -2 : ending.partial == nil ? 0 : 1 }

  private var guid: String {
    func hexadecimal(_ number: UInt64) -> String {
      let digits = String(number, radix: 16, uppercase: true)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    var text = "{"
    for (index, digit) in (hexadecimal(settings.identifier.high) + hexadecimal(settings.identifier.low)).enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    return text + "}"
  }

  private func append(_ tag: PTUTag, to bytes: inout [UInt8]) {
    let name = Array(tag.name.utf8.prefix(31))
    bytes.append(contentsOf: name)
    bytes.append(contentsOf: repeatElement(0, count: 32 - name.count))
    bytes.appendLittleEndian(Int32(tag.index))
    func scalar(_ code: PTUValue.Code, _ bits: UInt64) {
      bytes.appendLittleEndian(code.rawValue)
      bytes.appendLittleEndian(bits)
    }
    switch tag.value {
    case .boolean(let value): scalar(.boolean, value ? 0xFFFF_FFFF_FFFF_FFFF : 0)
    case .integer(let number): scalar(.integer, UInt64(bitPattern: number))
    case .float(let number): scalar(.float, number.bitPattern)
    case .dateTime(let days): scalar(.dateTime, days.bitPattern)
    case .text(let text):
      let latin = text.unicodeScalars.map { $0.value < 256 ? UInt8($0.value) : UInt8(ascii: "?") }
      let length = (textLength(tag.name, latin.count) + 8) / 8 * 8
      let shown = latin.prefix(length - 1)
      scalar(.text, UInt64(length))
      bytes.append(contentsOf: shown)
      bytes.append(contentsOf: repeatElement(0, count: length - shown.count))
    default: scalar(.empty, 0)
    }
  }

  /// The room for a text in bytes: the comment's does not depend on whether the recording is partial.
  private func textLength(_ name: String, _ count: Int) -> Int {
    name == "File_Comment" ? settings.comment.unicodeScalars.count + Self.partialRoom : count
  }
}
