import Testing
import TimeTags

/// Records are decoded in groups where they are many, and one by one where they are few: with the same outcome.
@Suite struct RecordGroupsTests {
  private let directory = TestDirectory()

  /// All that a recording says when it is read so many records at a time.
  private struct Outcome: Equatable {
    var tags: [TimeTag] = []
    var overflowRecords = 0
    var markers = 0
    var warnings: [String] = []
  }

  private func read(_ path: String, atATime maximum: Int) throws -> Outcome {
    let reader = try RecordingReader(path: path)
    var outcome = Outcome()
    var tags: [TimeTag] = []
    while try reader.read(into: &tags, maximum: maximum) > 0 { outcome.tags += tags }
    outcome.overflowRecords = reader.overflowRecords
    outcome.markers = reader.markers
    outcome.warnings = reader.warnings
    return outcome
  }

  /// Photons, plain overflows and anything at all (markers, overflows that count in other ways, records without a meaning),
  /// with so many of each thousand.
  @Test(arguments: RecordType.allCases, [(0, 0), (20, 0), (200, 0), (900, 0), (100, 10), (0, 1000)])
  func sameOutcome(_ type: RecordType, _ share: (overflows: UInt64, others: UInt64)) throws {
    var chance = FixedGenerator(state: UInt64(type.rawValue) &+ share.overflows)
    let isPicoHarp = type.hardware == "PicoHarp 300"
    let records = (0..<5_000).map { _ -> UInt32 in
      let record = UInt32(truncatingIfNeeded: chance.next())
      let kind = chance.next() % 1000
      if kind < share.others { return chance.next() % 2 == 0 ? record : record | 0xF000_0000 }
      if kind < share.others + share.overflows {
        return isPicoHarp ? 0xF000_0000 : 0xFE00_0000 | (record & 0x1FF_FFFF) >> (record >> 27)
      }
      return isPicoHarp ? record % 0xF000_0000 : record & 0x7FFF_FFFF
    }
    let path = directory.file("a.ptu")
    write(
      HandAssembledFile(type: type.rawValue, mode: Int64(type.mode.rawValue), records: records).bytes, to: path)
    let (many, single) = (try read(path, atATime: 1 << 16), try read(path, atATime: 1))
    #expect(many.tags.count == single.tags.count)
    let isSame = many == single
    #expect(isSame)
    #expect(try read(path, atATime: 37) == single)
    if share == (200, 0) { #expect((800...1200).contains(single.overflowRecords)) }
  }
}
