import Testing
import TimeTags

/// Files that lie to the repair: what fuzzing found (`make fuzz`), and what it was set to find.
@Suite struct HostileRepairTests {
  private let directory = TestDirectory()

  private func repair(_ bytes: [UInt8], _ name: String, rest: [UInt8]? = nil) throws -> RecordingRepair? {
    if let rest { write(rest, to: directory.file(name.dropLast(4) + "rest.part")) }
    write(bytes, to: directory.file(name))
    return try repairRecording(at: directory.file(name))
  }

  /// Found by fuzzing: the number of records was written over the length of a text of that name.
  @Test func numberThatIsText() throws {
    for name in ["TTResult_NumberOfRecords", "TTResult_StopAfter", "UsrAcquisitionTime", "File_Comment"] {
      var file = HandAssembledFile()
      // Of a comment the length that a text would have is absurd.
      let isText = name != "File_Comment"
      file.tag(
        name, type: isText ? 0x4001_FFFF : 0x1000_0008, value: isText ? 8 : 1 << 60,
        payload: isText ? Array("seven\0\0\0".utf8) : [])
      if name != "TTResult_NumberOfRecords" { file.integer("TTResult_NumberOfRecords", 1) }
      file.integer("TTResultFormat_TTTRRecType", 0x0001_0203)
      file.tag("Header_End", type: 0xFFFF_0008, value: 0)
      let start = file.bytes.count
      for _ in 0..<3 { file.number(UInt32(5)) }
      // A torn record
      file.number(UInt16(0))
      if name == "TTResult_NumberOfRecords" {
        #expect(throws: TimeTagError.self) { try repair(file.bytes, "x.ptu") }
        #expect(contents(directory.file("x.ptu")) == file.bytes)
      } else {
        #expect(try repair(file.bytes, "x.ptu")?.records == 3)
        #expect(try Recording.load(directory.file("x.ptu")).tags.count == 3)
        #expect(contents(directory.file("x.ptu")).count == start + 12)
      }
    }
  }

  /// Times that no clock shows: refused, the file is left as it is.
  @Test(arguments: [1e300, 1000]) func absurdTimes(unit: Double) throws {
    let overflows = [UInt32](repeating: 0xF000_0000, count: 6)
    let file = HandAssembledFile(
      type: 0x0001_0203, mode: 2, records: overflows, announced: 1, globalResolution: unit)
    #expect(throws: TimeTagError.self) { try repair(file.bytes, "x.ptu") }
    #expect(contents(directory.file("x.ptu")) == file.bytes)
  }

  private struct Journal {
    var photons: [UInt8]
    var rest: [UInt8]
  }

  /// A journal of 100 photons, all of them in its rest.
  private func journal() throws -> Journal {
    let writer = try PhotonHDF5Writer(
      path: directory.file("a.h5"),
      settings: PhotonHDF5Settings(
        mode: .t2, macroTimeUnitSeconds: 4e-12,
        detectors: [.init(channel: 0, name: "A"), .init(channel: 1, name: "B")],
        creationTime: CreationTime(unixSeconds: 0)))
    try writer.append(tags: (0..<100).map { TimeTag(macroTime: $0 * 1000, channel: UInt8($0 % 2)) })
    _ = try writer.checkpoint()
    return Journal(
      photons: contents(directory.file("a.h5.part")), rest: contents(directory.file("a.h5.rest.part")))
  }

  private func frame(column: UInt16, kind: UInt16, count: Int, _ payload: [UInt8]) -> [UInt8] {
    var file = HandAssembledFile()
    file.bytes = []
    file.number(column)
    file.number(kind)
    file.number(UInt32(count))
    file.number(UInt32(payload.count))
    file.number(checksum(payload))
    return file.bytes + payload
  }

  /// CRC-32, bit by bit.
  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1) * 0xEDB8_8320 }
    }
  }

  /// A frame that cannot be is the end of the journal; what is in front of it is read.
  @Test func framesThatCannotBe() throws {
    let journal = try journal()
    let (timestamps, detectors): (UInt16, UInt16) = (0, 1)
    let (chunk, piece): (UInt16, UInt16) = (1, 2)
    let more = [UInt8](repeating: 0, count: 65_500)
    // behind how many values
    let place: [UInt8] = [100, 0, 0, 0, 0, 0, 0, 0]
    // one that is there already is no lie, and not taken
    let again = [UInt8](repeating: 0, count: 8 + 50)
    let lies = [
      // more behind the last chunk than a chunk holds
      frame(column: detectors, kind: piece, count: more.count, place + more)
        + frame(column: timestamps, kind: piece, count: 65_500, place + [UInt8](repeating: 0, count: 65_500 * 8)),
      frame(column: detectors, kind: piece, count: 50, again)
        + frame(column: timestamps, kind: piece, count: 50, again + [UInt8](repeating: 0, count: 50 * 7)),
      // fewer or more bytes than values
      frame(column: timestamps, kind: piece, count: 3, place + [0, 0, 0, 0]),
      frame(column: timestamps, kind: piece, count: 1, [0, 0, 0, 0]),
      frame(column: detectors, kind: chunk, count: 5, [0, 0, 0, 0]),
      frame(column: 999, kind: piece, count: 1, place + [0]),
      frame(column: timestamps, kind: 7, count: 0, []),
      // found by fuzzing: a chunk that does not unpack
      frame(column: timestamps, kind: chunk, count: 65_536, [0x78, 0x01, 0xFF]),
    ]
    for (number, lie) in lies.enumerated() {
      let done = try repair(journal.photons + lie + lie, "\(number).h5.part", rest: journal.rest + lie + lie)
      #expect(done?.records == 100, "lie \(number)")
      #expect(try Recording.load(directory.file("\(number).h5")).tags.count == 100)
    }
  }

  /// Chunks in the wrong file of the two end it.
  @Test func chunksInTheWrongFile() throws {
    let journal = try journal()
    let zeros = [UInt8](repeating: 0, count: 65_536 * 8)
    func chunk(_ column: UInt16, size: Int) -> [UInt8] {
      frame(
        column: column, kind: 1, count: 65_536,
        zeros.withUnsafeBytes { packed(.init(rebasing: $0[..<(65_536 * size)]), size: size) })
    }
    let (timestamps, detectors, changeTime) = (chunk(0, size: 8), chunk(1, size: 1), chunk(8, size: 8))
    let photons = journal.photons + changeTime + timestamps + detectors
    #expect(try repair(photons, "x.h5.part", rest: journal.rest + timestamps + detectors)?.records == 100)
    #expect(try repair(journal.photons + timestamps + detectors, "y.h5.part", rest: journal.rest)?.records == 65_536)
  }

  /// Settings that no writer takes are damage.
  @Test func settingsThatContradictThemselves() throws {
    let (journal, rest) = try { ($0.photons, $0.rest) }(journal())
    // Behind the room for HDF5's head
    let (head, start) = (128, 128 + 16)
    let length = (0..<4).reduce(0) { $0 | Int(journal[head + 8 + $1]) << (8 * $1) }
    let settings = String(decoding: journal[start..<start + length], as: UTF8.self)
    for (text, lie) in [
      ("\"mode\":2", "\"mode\":3"), ("\"channel\":1", "\"channel\":0"),
      // found by fuzzing: a unit of time that no reader takes
      ("4e-12", "4e-18"),
    ] {
      let changed = settings.replacing(text, with: lie)
      #expect(changed != settings)
      let bytes =
        journal[..<head] + frame(column: 0, kind: 0, count: 0, Array(changed.utf8)) + journal[(start + length)...]
      #expect(throws: TimeTagError.self) { try repair(Array(bytes), "x.h5.part", rest: rest) }
      #expect(!directory.names.contains("x.h5"))
    }
  }

  /// What belongs to another journal, or is damaged, is not taken; it is no recording itself.
  @Test func restOfAnotherJournal() throws {
    let journal = try journal()
    let other = try self.journal()
    #expect(journal.photons != other.photons)
    #expect(try repair(journal.photons, "x.h5.part", rest: other.rest)?.records == 0)
    #expect(try repair(journal.photons, "y.h5.part")?.records == 0)
    #expect(try repair(journal.photons, "z.h5.part", rest: Array(journal.rest.prefix(5)))?.records == 0)
    #expect(try repair(journal.photons, "w.h5.part", rest: journal.rest)?.records == 100)
    let rest = directory.file("w.h5.rest.part")
    for read in [{ _ = try repairRecording(at: rest) }, { _ = try RecordingReader(path: rest) }] {
      #expect { try read() } throws: { "\($0)".contains("needs to go on") }
    }
  }
}
