import Testing
import TimeTags

/// Photons of two channels straight from records, against the tags that the same records decode into.
@Suite struct RankedBlockReaderTests {
  private let directory = TestDirectory()

  static let types: [RecordType] = [.picoHarp300T2, .hydraHarpV1T2, .hydraHarpV2T2]

  @Test("times, ranks and ends of every block, with vectors and without", arguments: types, [true, false])
  func sameAsTags(_ type: RecordType, usesVectors: Bool) throws {
    var chance = FixedGenerator(state: UInt64(type.rawValue))
    var time: Int64 = 0
    let isPicoHarp = type == .picoHarp300T2
    let tags = (0..<50_000).map { i -> TimeTag in
      // three stretches of darkness, and as dense as the units are elsewhere
      time +=
        i % 12_000 == 5_000 ? 20_000 * type.overflowPeriod : Int64(chance.next() % UInt64(type.overflowPeriod / 4))
      // groups with markers are not for vectors
      let isMarker = i % 97 == 0 && i % 9000 < 3000
      if isMarker && isPicoHarp { time &= ~15 }
      return TimeTag(
        macroTime: time, channel: UInt8(chance.next() % (isPicoHarp ? 2 : 3)) + (isMarker ? 1 : 0),
        kind: isMarker ? .marker : .photon)
    }
    let path = directory.file("ranked.ptu")
    let writer = try PTUWriter(
      path: path, recordType: type,
      settings: PTUWriterSettings(
        creationTime: CreationTime(unixSeconds: 1_000_000_000), identifier: (1, 2), syncRateHz: 1e6,
        nanotimeUnitPicoseconds: 4))
    try writer.append(tags)
    try writer.finish(acquisitionTimeSeconds: 1)

    let blocks = try #require(try RecordingReader(path: path).blocks())
    let reader = try #require(RankedBlockReader(blocks, first: 0, second: 1, usesVectors: usesVectors))
    var (before, next) = (Int64(0), 0)
    while let span = try reader.next() {
      // the block's tags: those not later than its last
      var own: [TimeTag] = []
      if let last = span.last {
        own = Array(tags[next...].prefix { $0.macroTime <= before + last })
        #expect(own.first?.macroTime == span.first.map { before + $0 } && own.last?.macroTime == before + last)
      }
      next += own.count
      #expect(reader.photonCount == own.count { $0.kind == .photon })
      #expect(Self.photons(reader.photons, before) == Self.photons(own))
      #expect(try reader.readOn(reach: 100 * type.overflowPeriod, limit: 1 << 16))
      let (all, beyond) = (Self.photons(reader.photons, before), Self.photons(reader.photonsBeyond, before))
      // what lies beyond counts its ranks from the block's end
      let ahead = Array(
        tags[next...].prefix { ahead in
          ahead.macroTime <= max(beyond.first.last?.time ?? 0, beyond.second.last ?? 0)
        })
      #expect(beyond == Self.photons(ahead))
      #expect(all == Self.photons(own + ahead))
      #expect(reader.isSound)
      before += span.passed
    }
    #expect(next == tags.count)
  }

  @Test("every step backwards is seen, wherever it stands, and equal times are none", arguments: types, [true, false])
  func stepsBackwards(_ type: RecordType, usesVectors: Bool) throws {
    var chance = FixedGenerator(state: 7)
    let isPicoHarp = type == .picoHarp300T2
    let overflow = isPicoHarp ? 0xF000_0000 : type == .hydraHarpV1T2 ? 0xFE00_0000 : 0xFE00_0001 as UInt32
    let (marker, shift) = isPicoHarp ? (0xF000_0001, 28) : (0x8200_0000 as UInt32, 25 as UInt32)
    // stretches of photons only, of photons and overflows, and of all kinds
    var time: UInt32 = 0
    var records: [UInt32] = []
    for i in 0..<2000 {
      let kind = i % 300 < 100 ? 2 : chance.next() % (i % 300 < 200 ? 5 : 8)
      if kind == 0 {
        records.append(overflow)
        time = 0
      } else if kind == 6 {
        records.append(marker | time & ~15)
      } else {
        time += UInt32(chance.next() % 3)
        records.append(UInt32(chance.next() % 3) << shift | time)
      }
    }
    let isPhoton = { (record: UInt32) in record < (isPicoHarp ? 0xF000_0000 : 0x8000_0000) }
    func isSound(_ records: [UInt32]) throws -> Bool {
      write(HandAssembledFile(type: type.rawValue, mode: 2, records: records).bytes, to: directory.file("steps.ptu"))
      let blocks = try #require(try RecordingReader(path: directory.file("steps.ptu")).blocks())
      let reader = try #require(RankedBlockReader(blocks, first: 0, second: 1, usesVectors: usesVectors))
      _ = try reader.next()
      #expect(reader.photonCount == records.count(where: isPhoton))
      return reader.isSound
    }
    #expect(try isSound(records))
    var tried = 0
    for i in 1..<records.count where isPhoton(records[i - 1]) && isPhoton(records[i]) {
      let mask = (1 as UInt32) << shift - 1
      let (earlier, later) = (records[i - 1] & mask, records[i] & mask)
      guard earlier < later else { continue }
      var swapped = records
      swapped.swapAt(i - 1, i)
      #expect(try !isSound(swapped), "records \(i - 1) and \(i)")
      tried += 1
    }
    #expect(tried > 500)
  }

  /// Times of both channels, and of the first how many of the second come before.
  private struct Photons: Equatable {
    struct Ranked: Equatable {
      var time: Int64
      var rank: Int
    }
    var first: [Ranked] = []
    var second: [Int64] = []
  }

  private static func photons(_ tags: [TimeTag]) -> Photons {
    var photons = Photons()
    for tag in tags where tag.kind == .photon {
      if tag.channel == 0 {
        photons.first.append(.init(time: tag.macroTime, rank: photons.second.count))
      } else if tag.channel == 1 {
        photons.second.append(tag.macroTime)
      }
    }
    return photons
  }

  private static func photons(_ ranked: RankedPhotons, _ before: Int64) -> Photons {
    Photons(
      first: (0..<ranked.firstCount).map { .init(time: before + ranked.first[$0], rank: Int(ranked.ranks[$0])) },
      second: (0..<ranked.secondCount).map { before + ranked.second[$0] })
  }
}
