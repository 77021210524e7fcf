import Glibc
import Testing
import TimeTags

@Suite struct ErrorTests {
  private let directory = TestDirectory()

  /// The error of opening a file with these bytes.
  private func error(_ bytes: [UInt8], name: String = "x.ptu") -> TimeTagError? {
    let path = directory.file(name)
    write(bytes, to: path)
    do throws(TimeTagError) {
      _ = try Recording.load(path)
      return nil
    } catch {
      return error
    }
  }

  private func message(_ bytes: [UInt8], name: String = "x.ptu") -> String {
    guard let error = error(bytes, name: name) else { return "no error" }
    #expect(error.exitCode == 65)
    return error.description.replacing(directory.path + "/", with: "")
  }

  @Test func noSuchInput() {
    let error = #expect(throws: TimeTagError.self) { try RecordingReader(path: directory.file("none.ptu")) }
    #expect(error?.exitCode == 66)
    #expect(error?.description == directory.file("none.ptu") + " cannot be opened: No such file or directory")
    #expect(throws: TimeTagError.noSuchInput(path: "/tmp", reason: "it is not a regular file")) {
      try RecordingReader(path: "/tmp")
    }
  }

  @Test func notTimeTags() {
    #expect(
      message(Array("hello, world".utf8)) == "x.ptu is not a PTU file: it begins with \"hello, w\" instead of PQTTTR")
    #expect(message([]) == "x.ptu is not a PTU file: it begins with nothing (it is empty) instead of PQTTTR")
    #expect(
      message(Array("hello, world".utf8), name: "x.dat")
        == "x.dat is not a time-tag file: it begins with \"hello, w\", not as files of PicoQuant (PTU, PT3, PT2, HT3, HT2), "
        + "HDF5 or lines of channel,time_ps do; files of Becker & Hickl are known by the name .spc")
  }

  @Test func truncatedRecords() {
    let four: [UInt32] = [1, 2, 3, 4]
    let whole = HandAssembledFile(type: 0x0001_0203, mode: 2, records: four).bytes
    #expect(
      message(Array(whole.dropLast(4))) == "x.ptu: the header announces 4 records, the file holds 3; truncated?")
    #expect(
      message(Array(whole.dropLast(2))) == "x.ptu: the header announces 4 records, the file holds 3.5; truncated?")
    #expect(message(whole + [0]) == "x.ptu: the header announces 4 records, the file holds 4.25; truncated?")
    let unannounced = HandAssembledFile(type: 0x0001_0203, mode: 2, records: four, announced: 0).bytes
    #expect(message(unannounced + [0]) == "x.ptu: the file holds 4.25 records, not a whole number; truncated?")
  }

  @Test func truncatedRecordsOnRequest() throws {
    let whole = HandAssembledFile(type: 0x0001_0203, mode: 2, records: [1, 2, 3, 4]).bytes
    write(Array(whole.dropLast(2)), to: directory.file("x.ptu"))
    let recording = try Recording.load(directory.file("x.ptu"), allowTruncated: true)
    #expect(recording.tags.map(\.macroTime) == [1, 2, 3])
    #expect(recording.warnings == ["the header announces 4 records, the file holds 3.5"])
  }

  @Test(arguments: [0, -1] as [Int64]) func unannouncedRecords(_ announced: Int64) throws {
    let bytes = HandAssembledFile(type: 0x0001_0203, mode: 2, records: [1, 2, 3], announced: announced).bytes
    write(bytes, to: directory.file("x.ptu"))
    let recording = try Recording.load(directory.file("x.ptu"))
    #expect(recording.tags.map(\.macroTime) == [1, 2, 3])
    #expect(recording.header.announcedRecords == nil)
  }

  @Test func moreRecordsThanAnnounced() throws {
    write(
      HandAssembledFile(type: 0x0001_0203, mode: 2, records: [1, 2, 3], announced: 2).bytes,
      to: directory.file("x.ptu"))
    let recording = try Recording.load(directory.file("x.ptu"))
    #expect(recording.tags.map(\.macroTime) == [1, 2])
    #expect(recording.warnings.count == 1)
  }

  /// Every length short of the whole header is an error, never a crash.
  @Test func truncatedHeader() throws {
    let file = HandAssembledFile(type: 0x0001_0203, mode: 2, records: [])
    for length in 0..<file.bytes.count {
      #expect(error(Array(file.bytes.prefix(length)))?.exitCode == 65)
    }
    write(Array(file.bytes.dropLast(48)), to: directory.file("x.ptu"))
    let recording = try Recording.load(directory.file("x.ptu"), allowTruncated: true)
    #expect(recording.tags.isEmpty)
    #expect(!recording.warnings.isEmpty)
  }

  @Test func headersThatContradictThemselves() {
    #expect(
      message(HandAssembledFile(type: 0x0009_0909, mode: 2, records: []).bytes)
        == "x.ptu holds records of the unknown type 0x90909")
    var noType = HandAssembledFile()
    noType.tag("Header_End", type: 0xFFFF_0008, value: 0)
    #expect(message(noType.bytes) == "x.ptu is corrupt: the header has no tag TTResultFormat_TTTRRecType")
    var unknown = HandAssembledFile()
    unknown.tag("Strange", type: 0x1234, value: 0)
    #expect(message(unknown.bytes) == "x.ptu is corrupt: header tag \"Strange\" at byte 16 has the unknown type 0x1234")
    var negative = HandAssembledFile()
    negative.tag("Text", type: 0x4001_FFFF, value: UInt64(bitPattern: -8))
    #expect(message(negative.bytes) == "x.ptu is corrupt: header tag \"Text\" has the length -8")
    var bits = HandAssembledFile()
    bits.integer("TTResultFormat_TTTRRecType", 0x0001_0203)
    bits.integer("TTResultFormat_BitsPerRecord", 64)
    bits.tag("Header_End", type: 0xFFFF_0008, value: 0)
    #expect(message(bits.bytes) == "x.ptu is corrupt: the header announces records of 64 bits instead of 32")
  }

  @Test func brokenPicoHarpAndHDF5Files() {
    let start = Array("PicoHarp 300\0\0\0\0".utf8)
    #expect(error(start, name: "x.pt3")?.exitCode == 65)
    #expect(error(start + Array("9.9".utf8) + Array(repeating: 0, count: 800), name: "x.pt3")?.exitCode == 65)
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    #expect(message(signature, name: "x.h5") == "x.h5: HDF5 cannot open the file; truncated?")
  }

  @Test func cannotCreate() {
    let path = directory.file("no/such/place.ptu")
    let error = #expect(throws: TimeTagError.self) {
      try PTUWriter(path: path, recordType: .picoHarp300T2, settings: .forTests())
    }
    #expect(error?.exitCode == 73)
    #expect(error?.description == "\(path) cannot be created: No such file or directory")
    let onDirectory = #expect(throws: TimeTagError.self) {
      try PTUWriter(path: directory.path, recordType: .picoHarp300T2, settings: .forTests())
    }
    #expect(onDirectory?.exitCode == 73)
  }

  /// `/dev/full` takes nothing: a full disk.
  @Test func fullDisk() throws {
    let path = directory.file("x.ptu")
    symlink("/dev/full", path + ".part")
    let error = #expect(throws: TimeTagError.self) {
      try PTUWriter(path: path, recordType: .picoHarp300T2, settings: .forTests())
    }
    #expect(error?.exitCode == 74)
  }

  @Test(arguments: RecordType.allCases) func tagsOutOfRange(_ type: RecordType) throws {
    let channel = type.photonChannels.lowerBound
    func refusal(_ tags: [TimeTag]) -> String {
      let error = #expect(throws: TimeTagError.self) { try writePTU(tags, as: type, to: directory.file("x.ptu")) }
      #expect(error?.exitCode == 65)
      return error?.description ?? ""
    }
    #expect(
      refusal([TimeTag(macroTime: 9, channel: channel), TimeTag(macroTime: 8, channel: channel)])
        .hasSuffix("cannot hold these tags: tag 1: time 8 comes after 9"))
    #expect(refusal([TimeTag(macroTime: -1, channel: channel)]).contains("time -1 comes after 0"))
    #expect(
      refusal([TimeTag(macroTime: 1, channel: type.photonChannels.upperBound + 1)]).contains("tag 0: channel"))
    #expect(
      refusal([TimeTag(macroTime: 1, nanotime: type.largestNanotime + 1, channel: channel)]).contains("tag 0: nanotime")
    )
    #expect(refusal([TimeTag(macroTime: 1, channel: 0, kind: .marker)]).contains("marker bits 0"))
    #expect(refusal([TimeTag(macroTime: 1, channel: 1, kind: .sync)]).contains("sync event"))
    #expect(directory.names.isEmpty)
  }

  @Test func settingsThatDoNotSuit() {
    var settings = PTUWriterSettings.forTests()
    settings.syncRateHz = nil
    #expect(throws: TimeTagError.self) {
      try writePTU([], as: .picoHarp300T3, to: directory.file("x.ptu"), settings: settings)
    }
    settings = .forTests()
    settings.nanotimeUnitPicoseconds = 6
    #expect(throws: TimeTagError.self) {
      try writePTU([], as: .picoHarp300T3, to: directory.file("x.ptu"), settings: settings)
    }
  }
}
