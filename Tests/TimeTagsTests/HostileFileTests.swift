import Glibc
import Testing
import TimeTags

/// Files that lie: what fuzzing found (`make fuzz`), and what it was set to find.
@Suite struct HostileFileTests {
  private let directory = TestDirectory()

  private func load(_ bytes: [UInt8], _ name: String = "x.ptu", allowTruncated: Bool = false) throws -> Recording {
    write(bytes, to: directory.file(name))
    return try Recording.load(directory.file(name), allowTruncated: allowTruncated)
  }

  /// A small Photon-HDF5 file of our own.
  private func photonHDF5() throws -> [UInt8] {
    let writer = try PhotonHDF5Writer(
      path: directory.file("a.h5"),
      settings: PhotonHDF5Settings(
        mode: .t2, macroTimeUnitSeconds: 4e-12,
        detectors: [.init(channel: 0, name: "A"), .init(channel: 1, name: "B")],
        creationTime: CreationTime(unixSeconds: 0)))
    try writer.append(tags: (0..<100).map { TimeTag(macroTime: $0 * 1000, channel: UInt8($0 % 2)) })
    try writer.finish(acquisitionTimeSeconds: 1)
    return contents(directory.file("a.h5"))
  }

  /// Found by fuzzing: HDF5 takes as much memory as the index of chunks says a packed chunk has.
  @Test func packedChunkThatLies() throws {
    let bytes = try photonHDF5()
    var found = 0
    // Nodes of the index of chunks: "TREE", type 1; the first key begins with the length of the chunk.
    for place in 0..<bytes.count - 40 where bytes[place..<place + 5].elementsEqual(Array("TREE".utf8) + [1]) {
      var lie = bytes
      lie.replaceSubrange(place + 24..<place + 28, with: [0, 0, 0, 0x20])
      do {
        _ = try load(lie, "x.h5")
      } catch let error as TimeTagError {
        #expect(error.exitCode == 65)
        if error.description.contains("has a packed piece of 536870912 bytes; up to 64 MiB are read") { found += 1 }
      }
    }
    #expect(found >= 2, "timestamps and detectors are both indexed by such nodes")
  }

  @Test func headersThatAreNoHeaders() throws {
    // a tag whose payload is longer than any header
    var file = HandAssembledFile()
    file.tag("Blob", type: 0xFFFF_FFFF, value: 1 << 62)
    #expect(throws: TimeTagError.self) { try load(file.bytes) }
    file = HandAssembledFile()
    file.tag("Blob", type: 0xFFFF_FFFF, value: UInt64(bitPattern: -8))
    #expect(throws: TimeTagError.self) { try load(file.bytes) }
    // A sparse file of nothing but zeros where the tags should be: their type 0 is unknown.
    write(HandAssembledFile().bytes, to: directory.file("sparse.ptu"))
    #expect(truncate(directory.file("sparse.ptu"), 1 << 32) == 0)
    #expect(throws: TimeTagError.self) { try RecordingReader(path: directory.file("sparse.ptu"), allowTruncated: true) }
    // endless tags
    let tag = Array(HandAssembledFile(type: 0, mode: 0, records: []).bytes[16..<64])
    let many = HandAssembledFile().bytes + Array(repeatElement(tag, count: (1 << 26) / 48 + 2).joined())
    #expect(throws: TimeTagError.corrupt(path: directory.file("x.ptu"), reason: "its header is longer than 64 MiB")) {
      try load(many)
    }
  }

  /// Units and rates that cannot be: refused, or left out where the records mean something without them.
  @Test(arguments: [0, -1, Double.nan, .infinity, -.infinity, 1e300, 1e-300]) func absurdUnits(_ number: Double) throws
  {
    let bytes = HandAssembledFile(type: 0x0001_0303, mode: 3, records: [0x1001_0001], globalResolution: number).bytes
    if number > 0 && number.isFinite {
      #expect(
        throws: TimeTagError.corrupt(
          path: directory.file("x.ptu"), reason: "its header gives \(number) s as a unit of time")
      ) { try load(bytes) }
    } else {
      // The sync rate stands in.
      #expect(try load(bytes).header.macroTimeUnitSeconds == 1 / 80e6)
    }
  }

  @Test(arguments: [0, -1, Double.nan, .infinity, 1e300]) func absurdRates(_ number: Double) throws {
    var file = HandAssembledFile()
    file.integer("TTResultFormat_TTTRRecType", 0x0001_0203)
    file.float("TTResult_SyncRate", number)
    file.float("UsrLaserRepetitionRate", number)
    file.float("UsrAcquisitionTime", number)
    file.tag("Header_End", type: 0xFFFF_0008, value: 0)
    let header = try load(file.bytes).header
    #expect(header.syncRateHz == nil)
    #expect(header.laserRepetitionRateHz == nil)
    #expect(header.acquisitionTimeSeconds == nil)
  }

  /// Overflows until time runs over: no trap, and the reader goes on.
  @Test func timeThatRunsOver() throws {
    let records = [UInt32](repeating: 0xFFFF_FFFF, count: 20_000) + [0x0200_0001]
    let recording = try load(HandAssembledFile(type: 0x0101_0204, mode: 2, records: records).bytes)
    #expect(recording.tags.count == 1)
    #expect(recording.overflowRecords == 20_000)
  }
}
