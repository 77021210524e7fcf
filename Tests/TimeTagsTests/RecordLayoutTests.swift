import Testing
import TimeTags

/// Records written down by hand from PicoQuant's `doc/apx_tttrrecords.html`, bit by bit.
@Suite struct RecordLayoutTests {
  private func read(_ type: UInt32, mode: Int64, _ records: [UInt32]) throws -> Recording {
    let directory = TestDirectory()
    let path = directory.file("hand.ptu")
    write(HandAssembledFile(type: type, mode: mode, records: records).bytes, to: path)
    return try Recording.load(path)
  }

  @Test func picoHarpT2() throws {
    let recording = try read(
      0x0001_0203, mode: 2,
      [
        0x0000_0005,  // channel 0, time 5
        0x1C8E_FFFF,  // channel 1, time 0xC8EFFFF
        0xF000_0000,  // one overflow
        0x0000_0000,  // channel 0 at once
        0xF000_0123,  // marker bits 3, time 0x120
        0xF000_0000, 0xF000_0000,  // two overflows
        0x1000_0001,
      ])
    let period: Int64 = 210_698_240
    #expect(
      recording.tags == [
        TimeTag(macroTime: 5, channel: 0), TimeTag(macroTime: 0xC8E_FFFF, channel: 1),
        TimeTag(macroTime: period, channel: 0), TimeTag(macroTime: period + 0x120, channel: 3, kind: .marker),
        TimeTag(macroTime: 3 * period + 1, channel: 1),
      ])
    #expect(recording.overflowRecords == 3)
    #expect(recording.markers == 1)
    #expect(recording.records == 8)
    #expect(recording.header.recordType == .picoHarp300T2)
    #expect(recording.header.macroTimeUnitSeconds == 4e-12)
    #expect(recording.header.nanotimeUnitSeconds == nil)
  }

  @Test func picoHarpT3() throws {
    let recording = try read(
      0x0001_0303, mode: 3,
      [
        0x1001_0007,  // channel 1, nanotime 1, sync 7
        0x4FFF_FFFF,  // channel 4, nanotime 4095, sync 65535
        0xF000_0000,  // overflow
        0x2000_0000,  // channel 2, nanotime 0, sync 0: a photon all the same
        0xF004_0009,  // marker bits 4
      ])
    #expect(
      recording.tags == [
        TimeTag(macroTime: 7, nanotime: 1, channel: 1), TimeTag(macroTime: 65_535, nanotime: 4095, channel: 4),
        TimeTag(macroTime: 65_536, nanotime: 0, channel: 2),
        TimeTag(macroTime: 65_545, channel: 4, kind: .marker),
      ])
    #expect(recording.overflowRecords == 1)
    #expect(recording.header.nanotimeUnitSeconds == 16e-12)
    #expect(recording.header.syncRateHz == 80e6)
  }

  @Test(arguments: [0x0001_0204, 0x0101_0204, 0x0001_0205, 0x0001_0206, 0x0001_0207] as [UInt32])
  func hydraHarpT2(_ type: UInt32) throws {
    let recording = try read(
      type, mode: 2,
      [
        0x0000_0003,  // channel 0, time 3
        0x7FFF_FFFF,  // channel 63, time 2^25 − 1
        0x8000_0004,  // sync event, time 4
        0x8200_0005,  // marker 1
        0x9E00_0006,  // marker 15
        0xFE00_0000,  // overflow, count 0: one
        0x0200_0000,  // channel 1
        0xFE00_0003,  // overflow, count 3
        0x0200_0001,
        0xA000_0000,  // special channel 16: no meaning
      ])
    let isFirst = type == 0x0001_0204
    let period: Int64 = isFirst ? 33_552_000 : 33_554_432
    #expect(
      recording.tags == [
        TimeTag(macroTime: 3, channel: 0), TimeTag(macroTime: 0x1FF_FFFF, channel: 63),
        TimeTag(macroTime: 4, channel: 0, kind: .sync), TimeTag(macroTime: 5, channel: 1, kind: .marker),
        TimeTag(macroTime: 6, channel: 15, kind: .marker), TimeTag(macroTime: period, channel: 1),
        TimeTag(macroTime: (isFirst ? 2 : 4) * period + 1, channel: 1),
      ])
    #expect(recording.overflowRecords == 2)
    #expect(recording.markers == 2)
    #expect(recording.warnings.count == 1)
  }

  @Test(arguments: [0x0001_0304, 0x0101_0304, 0x0001_0305, 0x0001_0306, 0x0001_0307] as [UInt32])
  func hydraHarpT3(_ type: UInt32) throws {
    let recording = try read(
      type, mode: 3,
      [
        0x0000_0401,  // channel 0, nanotime 1, sync 1
        0x03FF_FFFF,  // channel 1, nanotime 32767, sync 1023
        0xFE00_0000,  // overflow, count 0: one
        0x0200_0002,  // channel 1, nanotime 0, sync 2
        0x8400_0003,  // marker 2
        0xFE00_0005,  // overflow, count 5
        0x7E00_0400,  // channel 63, nanotime 1, sync 0
      ])
    let overflows: Int64 = type == 0x0001_0304 ? 2 : 6
    #expect(
      recording.tags == [
        TimeTag(macroTime: 1, nanotime: 1, channel: 0), TimeTag(macroTime: 1023, nanotime: 32_767, channel: 1),
        TimeTag(macroTime: 1026, nanotime: 0, channel: 1), TimeTag(macroTime: 1027, channel: 2, kind: .marker),
        TimeTag(macroTime: overflows * 1024, nanotime: 1, channel: 63),
      ])
    #expect(recording.overflowRecords == 2)
    #expect(recording.markers == 1)
  }

  /// What the writer writes for PicoHarp, held against the bits of the document.
  @Test func picoHarpEncoding() throws {
    let directory = TestDirectory()
    let path = directory.file("a.ptu")
    try writePTU(
      [TimeTag(macroTime: 5, channel: 1), TimeTag(macroTime: 2 * 210_698_240 + 9, channel: 0)], as: .picoHarp300T2,
      to: path)
    #expect(contents(path).suffix(16) == [5, 0, 0, 0x10, 0, 0, 0, 0xF0, 0, 0, 0, 0xF0, 9, 0, 0, 0])
    try writePTU([TimeTag(macroTime: 65_537, nanotime: 0xABC, channel: 2)], as: .picoHarp300T3, to: path)
    #expect(contents(path).suffix(8) == [0, 0, 0, 0xF0, 1, 0, 0xBC, 0x2A])
  }
}
