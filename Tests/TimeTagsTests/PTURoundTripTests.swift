import Testing
import TimeTags

@Suite struct PTURoundTripTests {
  /// What is written comes back, tag by tag.
  private func expectRoundTrip(_ tags: [TimeTag], _ type: RecordType, seconds: Double = 0) throws -> Recording {
    let directory = TestDirectory()
    let path = directory.file("a.ptu")
    try writePTU(tags, as: type, to: path, acquisitionTimeSeconds: seconds)
    let recording = try Recording.load(path)
    #expect(recording.tags == tags)
    #expect(recording.header.recordType == type)
    #expect(recording.header.announcedRecords ?? 0 == recording.records)
    #expect(recording.records == recording.overflowRecords + tags.count)
    #expect(recording.warnings.isEmpty)
    #expect(directory.names == ["a.ptu"])
    return recording
  }

  private func channels(_ type: RecordType) -> [UInt8] {
    [type.photonChannels.lowerBound, type.photonChannels.upperBound]
  }

  @Test(arguments: RecordType.allCases) func overflowEdges(_ type: RecordType) throws {
    let period = type.overflowPeriod
    let times: [Int64] = [
      0, 1, period - 1, period, period, period + 1, 2 * period - 1, 2 * period, 5 * period - 1, 5 * period,
      9 * period + 7,
    ]
    let ends = channels(type)
    let tags = times.enumerated().map { index, time in
      TimeTag(macroTime: time, nanotime: index % 2 == 0 ? 0 : type.largestNanotime, channel: ends[index % 2])
    }
    _ = try expectRoundTrip(tags, type)
  }

  @Test(arguments: RecordType.allCases) func emptyFile(_ type: RecordType) throws {
    let recording = try expectRoundTrip([], type)
    #expect(recording.overflowRecords == 0)
  }

  @Test(arguments: RecordType.allCases) func onePhoton(_ type: RecordType) throws {
    _ = try expectRoundTrip([TimeTag(macroTime: 3, channel: type.photonChannels.lowerBound)], type)
  }

  /// A gap of ten thousand overflows, longer than one record can announce in the counting T3 layouts.
  @Test(arguments: RecordType.allCases) func longGap(_ type: RecordType) throws {
    let channel = type.photonChannels.upperBound
    let tags = [
      TimeTag(macroTime: 0, channel: channel), TimeTag(macroTime: 10_000 * type.overflowPeriod + 11, channel: channel),
      TimeTag(macroTime: 10_001 * type.overflowPeriod + 10, channel: channel),
    ]
    _ = try expectRoundTrip(tags, type)
  }

  @Test(arguments: RecordType.allCases) func markers(_ type: RecordType) throws {
    // The low four time bits are zero: a PicoHarp T2 marker has none.
    let channel = type.photonChannels.lowerBound
    let tags = (1...15).map { TimeTag(macroTime: Int64($0) * 160, channel: UInt8($0), kind: .marker) }
    let recording = try expectRoundTrip(tags + [TimeTag(macroTime: 5000, channel: channel)], type)
    #expect(recording.markers == 15)
  }

  @Test func syncEvents() throws {
    let tags = (0..<5).map { TimeTag(macroTime: $0 * 12_500, channel: 0, kind: .sync) }
    _ = try expectRoundTrip(tags, .hydraHarpV2T2)
  }

  /// Many blocks of reading and writing; the split of the calls does not change the bytes.
  @Test(arguments: [RecordType.picoHarp300T2, .picoHarp300T3, .hydraHarpV2T3])
  func manyBlocks(_ type: RecordType) throws {
    var state: UInt64 = 1
    func next(_ limit: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % limit
    }
    var time: Int64 = 0
    let first = type.photonChannels.lowerBound
    let tags = (0..<600_000).map { _ in
      time += Int64(next(UInt64(type.overflowPeriod) / 100))
      let nanotime = type.mode == .t3 ? UInt16(next(UInt64(type.largestNanotime) + 1)) : 0
      return TimeTag(macroTime: time, nanotime: nanotime, channel: first + UInt8(next(2)))
    }
    _ = try expectRoundTrip(tags, type)
    let directory = TestDirectory()
    try writePTU(tags, as: type, to: directory.file("one.ptu"))
    let writer = try PTUWriter(path: directory.file("many.ptu"), recordType: type, settings: .forTests())
    for start in stride(from: 0, to: tags.count, by: 77_777) {
      try writer.append(Array(tags[start..<min(start + 77_777, tags.count)]))
    }
    try writer.finish(acquisitionTimeSeconds: 0)
    #expect(contents(directory.file("one.ptu")) == contents(directory.file("many.ptu")))

    let reader = try RecordingReader(path: directory.file("one.ptu"))
    var read: [TimeTag] = []
    var block: [TimeTag] = []
    while try reader.read(into: &block, maximum: 1000) > 0 {
      #expect(block.count <= 1000)
      read += block
    }
    #expect(read == tags)
    #expect(try reader.read(into: &block) == 0)
    #expect(block.isEmpty)
  }

  /// A dark PicoHarp T2 acquisition of 10 s is 11,865 overflow records and nothing else.
  @Test func darkAcquisition() throws {
    let recording = try expectRoundTrip([], .picoHarp300T2, seconds: 10)
    #expect(recording.overflowRecords == 11_865)
  }

  @Test func header() throws {
    let directory = TestDirectory()
    let path = directory.file("a.ptu")
    let writer = try PTUWriter(
      path: path, recordType: .picoHarp300T2, settings: .forTests(comment: "gold tip, 3 µW → 5"))
    try writer.append([TimeTag(macroTime: 10, channel: 0), TimeTag(macroTime: 20, channel: 1)])
    try writer.finish(acquisitionTimeSeconds: 0.0005)
    let header = try RecordingReader(path: path).header
    #expect(header.format == "PTU")
    #expect(header.mode == .t2)
    #expect(header.macroTimeUnitSeconds == 4e-12)
    #expect(header.laserRepetitionRateHz == 5e6)
    #expect(header.acquisitionTimeSeconds == 0.0005)
    #expect(header.creator == "Antibunch 1.0")
    #expect(header.hardware == "PicoHarp 300")
    #expect(header.comment == "gold tip, 3 µW ? 5")
    #expect(!header.isPartial)
    #expect(header.syncRateHz == 2000)
    let tags = try PTUHeader(path: path)
    #expect(tags.version == "1.0.00")
    #expect(tags.value("File_GUID") == .text("{01234567-89AB-CDEF-FEDC-BA9876543210}"))
    #expect(tags.value("File_CreatingTime")?.description == "2001-09-09 01:46:40")
    #expect(tags.value("TTResult_InputRate", index: 0) == .integer(2000))
    #expect(tags.value("MeasDesc_BinningFactor") == .integer(1))
    #expect(tags.value("MeasDesc_Resolution") == .float(4e-12))
    #expect(tags.value("nonsense") == nil)
  }

  @Test func t3Header() throws {
    let header = try expectRoundTrip([TimeTag(macroTime: 1, nanotime: 2, channel: 1)], .picoHarp300T3).header
    #expect(header.macroTimeUnitSeconds == 1 / 5e6)
    #expect(header.nanotimeUnitSeconds == 1e-9)
    #expect(header.syncRateHz == 5e6)
    #expect(header.laserRepetitionRateHz == 5e6)
  }

  @Test(arguments: ["", String(repeating: "long ", count: 60)]) func partial(_ reason: String) throws {
    let directory = TestDirectory()
    let path = directory.file("a.ptu")
    let writer = try PTUWriter(path: path, recordType: .picoHarp300T2, settings: .forTests(comment: "text"))
    try writer.finish(acquisitionTimeSeconds: 1.25, partial: reason)
    let header = try RecordingReader(path: path).header
    #expect(header.isPartial)
    #expect(header.comment.hasPrefix("PARTIAL: " + reason.prefix(100)))
    #expect(header.acquisitionTimeSeconds == 1.25)
  }

  @Test func abandonedFileLeavesNothing() throws {
    let directory = TestDirectory()
    do {
      let writer = try PTUWriter(path: directory.file("a.ptu"), recordType: .picoHarp300T2, settings: .forTests())
      try writer.append([TimeTag(macroTime: 1, channel: 0)])
      #expect(directory.names == ["a.ptu.part"])
    }
    #expect(directory.names.isEmpty)
  }

  /// Every type of tag a header can have.
  @Test func everyTagType() throws {
    let directory = TestDirectory()
    let path = directory.file("a.ptu")
    var file = HandAssembledFile()
    file.tag("E", type: 0xFFFF_0008, value: 0)
    file.tag("Yes", type: 0x0000_0008, value: 1)
    file.integer("Int", -5)
    file.tag("Bits", type: 0x1100_0008, value: 0x0F)
    file.tag("Colour", type: 0x1200_0008, value: 0xFF00)
    file.float("Float", 2.5)
    file.tag("Date", type: 0x2100_0008, value: (25_569.5).bitPattern)
    file.tag("Floats", type: 0x2001_FFFF, value: 16)
    file.number(1.5.bitPattern)
    file.number(2.5.bitPattern)
    file.tag("Ansi", type: 0x4001_FFFF, value: 8, index: 3, payload: [0xB5, 0x6D, 0, 0, 0, 0, 0, 0])
    file.tag("Wide", type: 0x4002_FFFF, value: 8, payload: [0xBC, 0x03, 0x6D, 0, 0, 0, 0, 0])
    file.tag("Blob", type: 0xFFFF_FFFF, value: 8, payload: [1, 2, 3, 4, 5, 6, 7, 8])
    file.tag("Header_End", type: 0xFFFF_0008, value: 0)
    write(file.bytes, to: path)
    let header = try PTUHeader(path: path)
    #expect(
      header.tags == [
        PTUTag("E", .empty), PTUTag("Yes", .boolean(true)), PTUTag("Int", .integer(-5)), PTUTag("Bits", .bitSet(15)),
        PTUTag("Colour", .color(0xFF00)), PTUTag("Float", .float(2.5)), PTUTag("Date", .dateTime(25_569.5)),
        PTUTag("Floats", .floats([1.5, 2.5])), PTUTag("Ansi", index: 3, .text("µm")), PTUTag("Wide", .wideText("μm")),
        PTUTag("Blob", .binary([1, 2, 3, 4, 5, 6, 7, 8])),
      ])
    #expect(header.recordsOffset == file.bytes.count)
    #expect(header.value("Date")?.description == "1970-01-01 12:00:00")
  }
}
