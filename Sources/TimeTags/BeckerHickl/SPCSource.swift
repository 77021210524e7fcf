/// The photons of a Becker & Hickl `.spc` file of the SPC-130, SPC-1XX and SPC-8XX families, block by block.
///
/// Source: Becker & Hickl, "The bh TCSPC Handbook", FIFO files of the SPC-134, SPC-144, SPC-154, SPC-830: records of 32
/// bits, of which the first is a header (bits 23–0: macro clock in 0.1 ns). Bits of a record:
///
/// ```
/// | invalid 31 | overflow 30 | gap 29 | marker 28 | ADC 27–16 | routing 15–12 | macro time 11–0 |
/// ```
///
/// The card starts at the photon and stops at the laser, so the nanotime is 4095 − ADC. An overflow adds 4096 macro clocks;
/// invalid + overflow without a marker is no photon but a number of overflows in bits 27–0. A gap says that photons were
/// lost before the record.
///
/// Nothing in the file says what it is: the name (`.spc`) decides, and the first records must make sense. The unit of the
/// nanotime is in the `.set` file beside it (``SPCSetup``); without that it is unknown.
final class SPCSource: TagSource {
  let header: RecordingHeader
  private(set) var warnings: [String] = []
  private(set) var state = DecodingState()
  private(set) var recordsRead = 0

  private let file: InputFile
  private let recordCount: Int
  private let buffer: UnsafeMutableBufferPointer<UInt32>

  /// The words by which other kinds of card are refused.
  static let families = "SPC-130, SPC-1XX and SPC-8XX"

  private static let recordsOffset = 4
  /// Records looked at to tell a recording from something else.
  private static let trialRecords = 4096

  /// - Throws: ``TimeTagError`` when the file cannot be of these cards, or is truncated.
  init(_ file: InputFile, allowTruncated: Bool) throws(TimeTagError) {
    self.file = file
    let start = try file.bytes(at: 0, count: 4 * (Self.trialRecords + 1))
    guard start.count >= 4 else {
      throw .truncated(path: file.path, reason: "the file ends inside its header of 4 bytes")
    }
    let first = start.uint32(at: 0)
    let clock = Double(first & 0xFF_FFFF) * 1e-10
    guard first &>> 31 == 1, clock > 0, Self.isPlausible(start) else {
      throw .notTimeTags(
        path: file.path, reason: "is not a Becker & Hickl recording of the \(Self.families) families")
    }
    let setup = try SPCSetup(besides: file.path)
    if let other = setup?.otherFamily {
      throw .notTimeTags(
        path: file.path, reason: "holds records of an \(other); those of the \(Self.families) families are read")
    }
    let bytes = file.size - Self.recordsOffset
    recordCount = bytes / 4
    if bytes % 4 != 0 {
      let reason = "the file holds \(recordCount) records and \(bytes % 4) bytes more"
      guard allowTruncated else { throw .truncated(path: file.path, reason: reason) }
      warnings.append(reason)
    }
    if setup?.nanotimeUnitSeconds == nil {
      warnings.append("no .set file beside it tells the resolution of the nanotimes")
    }
    let isSynchronous = setup?.isMacroClockSync ?? false
    if !isSynchronous {
      warnings.append(
        "nothing says that the macro clock is the laser's: what counts as a pulse is a clock of \((clock * 1e10).rounded() / 10) ns"
      )
    }
    header = RecordingHeader(
      format: "SPC", mode: .t3, recordType: nil, macroTimeUnitSeconds: clock,
      nanotimeUnitSeconds: setup?.nanotimeUnitSeconds, syncRateHz: isSynchronous ? 1 / clock : nil,
      laserRepetitionRateHz: isSynchronous ? 1 / clock : nil, hardware: setup?.module ?? "")
    buffer = .allocate(capacity: max(1, min(RecordStream.blockSize, recordCount)))
  }

  deinit { buffer.deallocate() }

  /// Whether times seldom go backwards in the first records, as those of another kind of file do half of the time.
  private static func isPlausible(_ bytes: [UInt8]) -> Bool {
    var previous: UInt32 = 0
    var backwards = 0
    var photons = 0
    for index in 1..<bytes.count / 4 {
      let record = bytes.uint32(at: 4 * index)
      guard record &>> 31 == 0 else {
        previous = 0
        continue
      }
      let time = record & 0xFFF
      if record &>> 30 & 1 == 0 && time < previous { backwards += 1 }
      previous = time
      photons += 1
    }
    return backwards * 10 <= photons
  }

  func read(into tags: UnsafeMutableBufferPointer<TimeTag>) throws(TimeTagError) -> Int {
    while recordsRead < recordCount {
      let wanted = min(recordCount - recordsRead, min(tags.count, buffer.count))
      let block = UnsafeMutableBufferPointer(rebasing: buffer[..<wanted])
      let bytes = try file.read(
        into: UnsafeMutableRawBufferPointer(block), at: Self.recordsOffset + 4 * recordsRead)
      guard bytes == 4 * wanted else {
        throw .inputOutput(path: file.path, reason: "the file became shorter while it was read")
      }
      recordsRead += wanted
      let count = decode(UnsafeBufferPointer(block), into: tags)
      if count > 0 { return count }
    }
    return 0
  }

  private var hasGaps = false

  private func decode(
    _ records: UnsafeBufferPointer<UInt32>, into tags: UnsafeMutableBufferPointer<TimeTag>
  ) -> Int {
    var overflowTime = state.overflowTime
    var count = 0
    for raw in records {
      let record = UInt32(littleEndian: raw)
      let isInvalid = record &>> 31 == 1
      let hasOverflow = record &>> 30 & 1 == 1
      let isMarker = record &>> 28 & 1 == 1
      if record &>> 29 & 1 == 1 && !hasGaps {
        hasGaps = true
        warnings.append("the card marks gaps, where it lost photons")
      }
      if isInvalid && hasOverflow && !isMarker {
        overflowTime &+= 4096 &* Int64(record & 0x0FFF_FFFF)
        state.overflowRecords += 1
        continue
      }
      if hasOverflow { overflowTime &+= 4096 }
      if isInvalid && !isMarker {
        state.unknownRecords += 1
        continue
      }
      if isMarker { state.markers += 1 }
      tags[count] = TimeTag(
        macroTime: overflowTime &+ Int64(record & 0xFFF),
        nanotime: isMarker ? 0 : 4095 - UInt16(truncatingIfNeeded: record &>> 16 & 0xFFF),
        channel: UInt8(truncatingIfNeeded: record &>> 12 & 15), kind: isMarker ? .marker : .photon)
      count += 1
    }
    state.overflowTime = overflowTime
    return count
  }
}
