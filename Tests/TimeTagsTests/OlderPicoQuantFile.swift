/// Files of PicoQuant's software before the PTU format, put together byte by byte from PicoQuant's `ht2demo.c`, `ht3demo.c`,
/// `pt2demo.c`: independently of the module.
struct OlderPicoQuantFile {
  var identity = "HydraHarp"
  var version = "2.0"
  var mode: Int32 = 3
  /// In picoseconds.
  var resolution = 16.0
  var baseResolution = 1.0
  var inputs: Int32 = 4
  var syncRate: Int32 = 5_000_000
  var imagingWords: Int32 = 0
  var announced: Int64?
  var records: [UInt32] = []

  private static func text(_ text: String, _ length: Int) -> [UInt8] {
    Array(text.utf8) + Array(repeating: 0, count: length - text.utf8.count)
  }

  private func front() -> HandAssembledFile {
    var file = HandAssembledFile()
    file.bytes =
      Self.text(identity, 16) + Self.text(version, 6) + Self.text("HHAcq", 18) + Self.text("2.1", 12)
      + Self.text("21/11/26 10:00:00", 18) + [13, 10] + Self.text("old file", 256)
    return file
  }

  /// A HydraHarp or, by its identity, a TimeHarp 260 file.
  var harpBytes: [UInt8] {
    var file = front()
    for number in [0, 32, 0, mode, 0, 4] as [Int32] { file.number(number) }
    file.number(resolution.bitPattern)
    for number in [0, 10_000, -1, 0, 0, 1, 0, 2000, 0, 1_000_000_000] as [Int32] { file.number(number) }
    file.bytes += [UInt8](repeating: 0, count: 64 + 36 + 16 + 20)
    if identity.hasPrefix("HydraHarp") {
      file.bytes += Self.text("HydraHarp 400", 16) + Self.text("930021", 8)
      file.bytes += [UInt8](repeating: 0, count: 8 + 80)
      file.number(baseResolution.bitPattern)
      file.number(UInt64(15))
      for number in [inputs, 0, 0, 0, 1, 50, 10, 0] { file.number(number) }
    } else {
      file.bytes += Self.text("TimeHarp 260 P", 16) + Self.text("930022", 8) + Self.text("1.0", 16)
      file.bytes += [UInt8](repeating: 0, count: 8)
      file.number(baseResolution.bitPattern)
      for number in [0, 3, inputs, 0, 0, 0, 0, 1, 0, 0, 0, 0] { file.number(number) }
    }
    file.bytes += [UInt8](repeating: 7, count: 20 * Int(max(0, min(inputs, 8))))
    for number in [syncRate, 9876, 0, imagingWords] { file.number(number) }
    file.number(announced ?? Int64(records.count))
    file.bytes += [UInt8](repeating: 9, count: 4 * Int(max(0, min(imagingWords, 8))))
    for record in records { file.number(record) }
    return file.bytes
  }

  /// A PicoHarp 300 file.
  var picoHarpBytes: [UInt8] {
    var file = front()
    for number in [0, 32, 4, 1, 0, mode, 0, 2, 0, 10_000, 0, 0, 0, 1, 0, 0, 0, 0] as [Int32] { file.number(number) }
    file.bytes += [UInt8](repeating: 0, count: 64 + 36 + 16 + 20)
    file.bytes += Self.text("PicoHarp 300", 16) + Self.text("2.0", 8) + [UInt8](repeating: 0, count: 24)
    file.number((Float(resolution) / 1000).bitPattern)
    file.bytes += [UInt8](repeating: 0, count: 8 + 96)
    for number in [0, 0, 0, syncRate, 1000, 9876, 0, Int32(announced ?? Int64(records.count)), imagingWords] {
      file.number(number)
    }
    for record in records { file.number(record) }
    return file.bytes
  }
}
