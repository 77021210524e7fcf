/// The header of a `.pt3` file, format version 2.0, with the same content as a PTU header.
///
/// Source: as ``PicoHarpFile``.
extension PTUHeaderEncoder {
  func pt3Bytes(_ ending: Ending) -> [UInt8] {
    let milliseconds = Int((ending.acquisitionTimeSeconds * 1000).rounded())
    let unit = settings.nanotimeUnitPicoseconds
    var bytes: [UInt8] = []
    func text(_ text: String, _ length: Int) {
      let latin = text.unicodeScalars.map { $0.value < 256 ? UInt8($0.value) : UInt8(ascii: "?") }.prefix(length - 1)
      bytes.append(contentsOf: latin)
      bytes.append(contentsOf: repeatElement(0, count: length - latin.count))
    }
    func numbers(_ values: Int...) {
      for value in values { bytes.appendLittleEndian(Int32(clamping: value)) }
    }
    func zeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: 4 * count)) }

    text("PicoHarp 300", 16)
    text("2.0", 6)
    text(settings.creatorName, 18)
    text(settings.creatorVersion, 12)
    text(settings.creationTime.dayMonthYearText, 18)
    bytes += [13, 10]
    text(PartialMark.comment(settings.comment, partial: ending.partial), 256)

    // Curves, bits per record, routing channels, boards, active curve, mode, submode, range, offset, acquisition time, …
    let range = (unit / baseResolutionPicoseconds).trailingZeroBitCount
    numbers(0, 32, 4, 1, 0, 3, 0, range, 0, milliseconds, 0, 0, 0, 0)
    // display limits, curves, parameters, repetition
    zeros(4 + 16 + 9 + 4)
    text("", 20)

    text("PicoHarp 300", 16)
    text("2.0", 8)
    // serial number, sync divider, discriminators
    numbers(0, 1, 0, 0, 0, 0)
    bytes.appendLittleEndian((Float(unit) / 1000).bitPattern)
    // router and its four channels
    zeros(2 + 24)

    // external devices, reserved, sync rate, count rate, stopped after, reason, records, imaging header
    let photons = ending.photonsPerChannel.reduce(0, +)
    let rate = ending.acquisitionTimeSeconds > 0 ? Double(photons) / ending.acquisitionTimeSeconds : 0
    numbers(
      0, 0, 0, Int((settings.syncRateHz ?? 0).rounded()), Int(rate.rounded()), milliseconds,
      ending.partial == nil ? 0 : 1, ending.records, 0)
    return bytes
  }
}

extension CreationTime {
  /// "DD/MM/YY hh:mm:ss", as PicoQuant's older files write it.
  fileprivate var dayMonthYearText: String {
    let parts = text.split { $0 == "-" || $0 == " " }
    return "\(parts[2])/\(parts[1])/\(parts[0].suffix(2)) \(parts[3])"
  }
}
