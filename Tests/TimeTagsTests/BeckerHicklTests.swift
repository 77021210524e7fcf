import Testing
import TimeTags

@Suite struct BeckerHicklTests {
  private let directory = TestDirectory()

  /// A file whose macro clock is 12.5 ns.
  private func bytes(_ records: [UInt32], header: UInt32 = 0x8000_007D) -> [UInt8] {
    var file = HandAssembledFile()
    file.bytes = []
    for word in [header] + records { file.number(word) }
    return file.bytes
  }

  private func message(_ bytes: [UInt8]) -> String {
    write(bytes, to: directory.file("x.spc"))
    do throws(TimeTagError) {
      _ = try Recording.load(directory.file("x.spc"))
      return "no error"
    } catch {
      #expect(error.exitCode == 65)
      return error.description.replacing(directory.path + "/", with: "")
    }
  }

  /// Photon, overflow with a photon, three overflows without, invalid photon, marker, gap.
  private let records: [UInt32] = [
    0x0FFF_2005, 0x4000_3006, 0xC000_0003, 0x8123_0001, 0x9000_4007, 0x2F00_1FFF,
  ]
  private let tags = [
    TimeTag(macroTime: 5, nanotime: 0, channel: 2), TimeTag(macroTime: 4096 + 6, nanotime: 4095, channel: 3),
    TimeTag(macroTime: 4 * 4096 + 7, channel: 4, kind: .marker),
    TimeTag(macroTime: 4 * 4096 + 4095, nanotime: 0xFF, channel: 1),
  ]

  @Test func recordsWithoutSetup() throws {
    write(bytes(records), to: directory.file("a.spc"))
    let recording = try Recording.load(directory.file("a.spc"))
    #expect(recording.tags == tags)
    #expect(recording.overflowRecords == 1)
    #expect(recording.markers == 1)
    #expect(recording.records == 6)
    #expect(recording.header.format == "SPC")
    #expect(abs(recording.header.macroTimeUnitSeconds - 12.5e-9) < 1e-20)
    #expect(recording.header.nanotimeUnitSeconds == nil)
    #expect(
      recording.warnings == [
        "no .set file beside it tells the resolution of the nanotimes",
        "nothing says that the macro clock is the laser's: what counts as a pulse is a clock of 12.5 ns",
        "the card marks gaps, where it lost photons",
      ])
  }

  @Test func setupBesides() throws {
    let setup =
      "\u{8D}\u{02}binary\r\n with module SPC-150 (Ser.No. 1)\r\n  #SP [SP_TAC_R,F,5e-08]\r\n  #SP [SP_TAC_G,I,5]\r\n"
    write(bytes(records), to: directory.file("a.spc"))
    let latin = (setup + "  #SP [SP_MTCLK,I,1]\r\n").unicodeScalars.map { UInt8($0.value) }
    write(latin, to: directory.file("a.set"))
    let recording = try Recording.load(directory.file("a.spc"))
    #expect(recording.tags == tags)
    #expect(recording.header.hardware == "SPC-150")
    #expect(recording.header.nanotimeUnitSeconds == 5e-08 / 5 / 4096)
    #expect(recording.header.syncRateHz.map { abs($0 / 80e6 - 1) < 1e-12 } == true)
    #expect(recording.warnings == ["the card marks gaps, where it lost photons"])
    // other cards: one of the same family, one of another
    write([0x0D, 0x02] + latin.dropFirst(2), to: directory.file("x.set"))
    #expect(message(bytes(records)) == "no error")
    write([0x10, 0x02] + latin.dropFirst(2), to: directory.file("x.set"))
    #expect(
      message(bytes(records))
        == "x.spc holds records of an SPC-600; those of the SPC-130, SPC-1XX and SPC-8XX families are read")
  }

  @Test func refusals() throws {
    let refusal = "x.spc is not a Becker & Hickl recording of the SPC-130, SPC-1XX and SPC-8XX families"
    #expect(message(bytes(records, header: 0x0000_007D)) == refusal)
    #expect(message(bytes(records, header: 0x8000_0000)) == refusal)
    // photons whose times go backwards half of the time
    #expect(message(bytes((0..<100).map { UInt32($0 * 2_654_435_761 % 4096) })) == refusal)
    #expect(message([1, 2]) == "x.spc: the file ends inside its header of 4 bytes; truncated?")
    #expect(message(bytes(records) + [0]) == "x.spc: the file holds 6 records and 1 bytes more; truncated?")
    write(bytes(records) + [0], to: directory.file("x.spc"))
    #expect(try Recording.load(directory.file("x.spc"), allowTruncated: true).tags == tags)
    #expect(message(bytes([])) == "no error")
  }

  @Test(
    .enabled(if: RealRecordings.arePresent, "the real recordings are not on this machine; set ANTIBUNCH_RECORDINGS"))
  func realRecording() throws {
    let recording = try Recording.load(RealRecordings.path("test_noise.spc"))
    let photons = recording.tags.filter { $0.kind == .photon }
    #expect(photons.count == 6114)
    #expect(photons.reduce(0) { $0 + Int($1.nanotime) } == 12_990_581)
    let seconds = Double(photons.last?.macroTime ?? 0) * recording.header.macroTimeUnitSeconds
    #expect(abs(seconds - 16.15) < 0.005)
    #expect(zip(photons, photons.dropFirst()).allSatisfy { $0.macroTime <= $1.macroTime })
    #expect(recording.header.hardware == "SPC-150")
    // SP_TAC_TC in the setup file, rounded there to eight digits
    #expect(recording.header.nanotimeUnitSeconds.map { abs($0 / 2.4430455e-12 - 1) < 1e-7 } == true)
    #expect(recording.warnings.isEmpty)
  }
}
