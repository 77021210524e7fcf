import Testing
import TimeTags

/// How fast records become tags, from the page cache; only on request, because machines differ.
@Suite(.enabled(if: environment("ANTIBUNCH_SPEED") != nil, "set ANTIBUNCH_SPEED to measure"), .serialized)
struct DecodeSpeed {
  @Test(arguments: [RecordType.picoHarp300T2, .picoHarp300T3, .hydraHarpV2T2, .hydraHarpV2T3])
  func decode(_ type: RecordType) throws {
    let directory = TestDirectory()
    let path = directory.file("a.ptu")
    let writer = try PTUWriter(path: path, recordType: type, settings: .forTests())
    // Irregular gaps of on average a third of a period: one record in four is an overflow.
    var state: UInt64 = 1
    var time: Int64 = 0
    let first = type.photonChannels.lowerBound
    var tags: [TimeTag] = []
    let writing = try ContinuousClock().measure {
      for _ in 0..<50 {
        tags.removeAll(keepingCapacity: true)
        for _ in 0..<400_000 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          time += Int64(state >> 33) % (type.overflowPeriod * 2 / 3)
          tags.append(TimeTag(macroTime: time, channel: first + UInt8(state >> 63)))
        }
        try writer.append(tags)
      }
      try writer.finish(acquisitionTimeSeconds: 0)
    }
    var best = Duration.seconds(1000)
    var records = 0
    var sum: Int64 = 0
    for _ in 0..<7 {
      let reader = try RecordingReader(path: path)
      let duration = try ContinuousClock().measure {
        while try reader.read(into: &tags) > 0 { sum &+= tags[0].macroTime }
      }
      best = min(best, duration)
      records = reader.recordsRead
    }
    print(
      "\(type.name): \(records) records, read in \(best), \(Double(records) / (best / .seconds(1)) / 1e6) M/s,",
      "generated and written in \(writing), checksum \(sum)")
  }
}
