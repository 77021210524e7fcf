/// What the `.set` file that Becker & Hickl's software writes beside a `.spc` file says about the recording.
///
/// Source: Becker & Hickl, `SPC_data_file_structure.h`: a binary header whose first 16 bits name the module, then texts with
/// lines like `#SP [SP_TAC_R,F,5.0033574e-08]`.
struct SPCSetup {
  /// The card, for example "SPC-150"; empty when the file does not say.
  let module: String
  /// The card where its records are laid out in another way.
  let otherFamily: String?
  /// The unit of the nanotime in seconds: range of the time-to-amplitude converter over its gain and 4096.
  let nanotimeUnitSeconds: Double?
  /// Whether the macro time counts laser pulses (`SP_MTCLK` 1) and not periods of an internal clock.
  let isMacroClockSync: Bool

  /// Cards with records of another layout, by the number in the header.
  private static let otherFamilies: [UInt16: String] = [
    0x21: "SPC-600", 0x22: "SPC-630", 0x23: "SPC-700", 0x24: "SPC-730", 0x27: "SPC-930", 0x29: "DPC-230",
    0x8B: "SPC-QC-104", 0x8C: "SPC-QC-004", 0x8D: "SPC-QC-106", 0x8E: "SPC-QC-006",
  ]
  /// Real setup files have some ten kilobytes.
  private static let largestSize = 1 << 20

  /// Reads the `.set` file with the name of `recording`; `nil` when there is none.
  init?(besides recording: String) throws(TimeTagError) {
    guard recording.count > 4 else { return nil }
    let stem = recording.dropLast(4)
    var found: InputFile?
    for ending in [".set", ".SET"] where found == nil { found = try? InputFile(path: stem + ending) }
    guard let file = found else { return nil }
    let bytes = try file.bytes(at: 0, count: Self.largestSize)
    otherFamily = bytes.count >= 2 ? Self.otherFamilies[(UInt16(bytes[1]) << 8 | UInt16(bytes[0])) >> 4] : nil
    var module = ""
    var settings: [Substring: Double] = [:]
    for line in bytes.split(whereSeparator: { $0 == 10 || $0 == 13 }) where line.count < 200 {
      let text = [UInt8].text(line).trimmed
      if text.hasPrefix("with module ") {
        module = String(text.dropFirst(12).prefix { $0 != " " })
      } else if text.hasPrefix("#SP [") {
        let parts = text.dropFirst(5).prefix { $0 != "]" }.split(separator: ",")
        if parts.count == 3 { settings[parts[0]] = Double(parts[2]) }
      }
    }
    self.module = module
    // Older software noted the range in nanoseconds.
    let range = settings["SP_TAC_R"].map { $0 > 1e-3 ? $0 * 1e-9 : $0 }
    let unit = (range ?? 0) / (settings["SP_TAC_G"] ?? 1) / 4096
    nanotimeUnitSeconds = unit > 0 && unit < 1 ? unit : nil
    isMacroClockSync = settings["SP_MTCLK"] == 1
  }
}
