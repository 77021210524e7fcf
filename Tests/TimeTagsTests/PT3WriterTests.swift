import Testing
import TimeTags

@Suite struct PT3WriterTests {
  private let directory = TestDirectory()

  @Test func roundTrip() throws {
    let tags: [TimeTag] = (0..<100_000).map { i in
      TimeTag(macroTime: Int64(i) * 977, nanotime: UInt16(i % 4096), channel: UInt8(1 + i % 4))
    }
    var settings = PTUWriterSettings.forTests(comment: "a comment")
    settings.nanotimeUnitPicoseconds = 16
    let writer = try PTUWriter(
      path: directory.file("a.pt3"), recordType: .picoHarp300T3, settings: settings, container: .pt3)
    try writer.append(tags)
    try writer.finish(acquisitionTimeSeconds: 20, partial: "stopped")
    let recording = try Recording.load(directory.file("a.pt3"))
    #expect(recording.tags == tags)
    #expect(recording.header.format == "PT3")
    #expect(recording.header.recordType == .picoHarp300T3)
    #expect(recording.header.macroTimeUnitSeconds == 1 / 5e6)
    #expect(recording.header.nanotimeUnitSeconds.map { abs($0 - 16e-12) < 1e-25 } == true)
    #expect(recording.header.announcedRecords == recording.records)
    #expect(recording.header.acquisitionTimeSeconds == 20)
    #expect(recording.header.creator == "Antibunch 1.0")
    #expect(recording.header.comment == "PARTIAL: stopped. a comment")
    #expect(recording.header.isPartial)
    // as in the PTU file: 20 s of 5 MHz are 1525 times 65,536 sync pulses
    #expect(recording.overflowRecords == 1525)
  }

  @Test func holdsPicoHarpT3Only() {
    #expect(
      throws: TimeTagError.cannotEncode(
        path: "/tmp/x.pt3", reason: "a .pt3 file holds PicoHarp 300 T3 records, not PicoHarp 300 T2")
    ) {
      try PTUWriter(path: "/tmp/x.pt3", recordType: .picoHarp300T2, settings: .forTests(), container: .pt3)
    }
  }
}
