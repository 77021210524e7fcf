import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// What is counted before a measurement, and the measurement that does without: the same whatever the threads, and the same as
/// record by record.
@Suite struct FirstPassTests {
  /// A recording with everything that can be in it.
  struct Case: Sendable, CustomTestStringConvertible {
    var type: RecordType
    var oddity = Oddity.none
    var testDescription: String { "\(type.name), \(oddity)" }

    enum Oddity: Sendable { case none, outOfOrder, truncated, darkBeginning, nothingButOverflows, empty }
  }

  static let cases =
    [RecordType.picoHarp300T2, .hydraHarpV1T2, .hydraHarpV2T2, .hydraHarpV1T3, .multiHarpT3].map { Case(type: $0) }
    + [.outOfOrder, .truncated, .darkBeginning, .nothingButOverflows, .empty].flatMap { oddity in
      [.hydraHarpV2T2, .hydraHarpV2T3].map { Case(type: $0, oddity: oddity) }
    }

  @Test("the same counts, times and nanotimes on any number of threads", arguments: cases)
  func sameCounts(_ one: Case) throws {
    let path = "/tmp/antibunch-first-\(getpid())-\(abs(one.testDescription.hashValue)).ptu"
    defer { unlink(path) }
    try Self.write(one, to: path)
    let reader = try RecordingReader(path: path, allowTruncated: true)
    func pass(_ threads: Int, isByBlock: Bool) throws -> FirstPass {
      try firstPass(reader.header, isByBlock ? reader.blocks() : nil, threads: threads) { body in
        let again = try RecordingReader(path: path, allowTruncated: true)
        var tags: [TimeTag] = []
        while try again.read(into: &tags, maximum: 1 << 14) > 0 { try tags.withUnsafeBufferPointer(body) }
      }
    }
    let expected = try pass(1, isByBlock: false)
    let isEmpty = one.oddity == .empty || one.oddity == .nothingButOverflows
    #expect(expected.survey.photons.reduce(0, +) > 30_000 || isEmpty)
    #expect(expected.survey.markers > 10 || isEmpty)
    for threads in [2, 5] {
      let found = try pass(threads, isByBlock: true)
      #expect(found.survey.summary(overflows: 7) == expected.survey.summary(overflows: 7), "\(threads) threads")
      #expect(found.survey.firstTicks == expected.survey.firstTicks)
      #expect(found.survey.lastTicks == expected.survey.lastTicks)
      #expect(found.nanotimes == expected.nanotimes)
    }
  }

  @Test("markers are counted apart from photons and sync events, and each channel by itself")
  func kinds() {
    var survey = RecordingSurvey(header: SyntheticStream.header2)
    let tags =
      [TimeTag(macroTime: 5, channel: 3), TimeTag(macroTime: 6, channel: 3), TimeTag(macroTime: 7, channel: 255)]
      + [TimeTag(macroTime: 8, channel: 3, kind: .marker), TimeTag(macroTime: 9, channel: 0, kind: .sync)]
    tags.withUnsafeBufferPointer { survey.consume($0) }
    tags.withUnsafeBufferPointer { survey.consume(TagBlock(rebasing: $0[1...])) }
    #expect(survey.photons[3] == 3 && survey.photons[255] == 2 && survey.photons.reduce(0, +) == 5)
    #expect(survey.markers == 2 && survey.syncs == 2 && survey.channelsByActivity == [3, 255])
  }

  /// Which photons are in which channel, from a recording's beginning to its end.
  struct Channels: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The probabilities of the channels at the beginning and later.
    var early: [Double]
    var late: [Double]
    /// The photons before it is late.
    var turn = 300_000
    var asked: [UInt8]? = nil
    var isOutOfOrder = false
    /// Whether there is nothing to measure.
    var isRefused = false
  }

  static let channels = [
    Channels(testDescription: "two", early: [0.5, 0.5], late: [0.6, 0.4]),
    Channels(testDescription: "a weak third", early: [0.05, 0.5, 0.45], late: [0.1, 0.4, 0.5]),
    Channels(
      testDescription: "a third that is the busiest later", early: [0.5, 0.45, 0.05], late: [0.1, 0.4, 0.5],
      turn: 100_000),
    Channels(testDescription: "three alike", early: [0.3, 0.3, 0.4], late: [0.3, 0.3, 0.4]),
    Channels(
      testDescription: "asked for the weaker ones", early: [0.1, 0.1, 0.8], late: [0.1, 0.1, 0.8], asked: [1, 0]),
    Channels(testDescription: "the second later", early: [1, 0], late: [0.5, 0.5]),
    Channels(testDescription: "photons out of order", early: [0.5, 0.5], late: [0.5, 0.5], isOutOfOrder: true),
    Channels(testDescription: "one only", early: [1], late: [1], isRefused: true),
    Channels(
      testDescription: "asked for one without photons", early: [0.5, 0.5], late: [0.5, 0.5], asked: [0, 7],
      isRefused: true),
    Channels(
      testDescription: "asked for one twice", early: [0.5, 0.5], late: [0.5, 0.5], asked: [1, 1], isRefused: true),
  ]

  @Test(
    "a measurement that is told nothing finds the channels and the light as it does record by record",
    arguments: channels)
  func toldNothing(_ one: Channels) throws {
    let path = "/tmp/antibunch-told-\(getpid())-\(abs(one.testDescription.hashValue)).ptu"
    defer { unlink(path) }
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    var time = 0.0
    let tags = (0..<400_000).map { i -> TimeTag in
      time += gsl_ran_exponential(rng, 1e6)
      var chance = gsl_rng_uniform(rng)
      let weights = i < one.turn ? one.early : one.late
      let channel = weights.firstIndex {
        chance -= $0
        return chance < 0
      }
      let kind = i % 1009 == 0 ? TimeTag.Kind.marker : .photon
      return TimeTag(macroTime: Int64(time), channel: kind == .marker ? 2 : UInt8(channel ?? 0), kind: kind)
    }
    try Self.write(tags, .hydraHarpV2T2, to: path)
    if one.isOutOfOrder { try Self.swapRecords(of: path) }
    for excitation in [nil, Excitation.cw] where one.asked == nil || excitation == nil {
      let reader = try RecordingReader(path: path)
      func result(_ threads: Int, isByBlock: Bool) -> (result: Result<CorrelationResult, any Error>, plays: Int) {
        var options = CorrelationOptions(
          channels: one.asked.map { ($0[0], $0[1]) }, excitation: excitation, binPs: 10_000, rangePs: 1e6)
        options.threads = threads
        var plays = 0
        let result = Result {
          try analyzeG2(header: reader.header, options: options, blocks: isByBlock ? reader.blocks() : nil) {
            plays += 1
            let again = try RecordingReader(path: path)
            var tags: [TimeTag] = []
            while try again.read(into: &tags, maximum: 1 << 14) > 0 { try tags.withUnsafeBufferPointer($0) }
          }
        }
        return (result, plays)
      }
      let expected = result(1, isByBlock: false).result
      for threads in [2, 3] {
        let found = result(threads, isByBlock: true)
        switch (expected, found.result) {
        case (.success(let expected), .success(let result)):
          #expect(result.coincidences == expected.coincidences, "\(threads) threads")
          #expect(result.photons == expected.photons && result.channels == expected.channels)
          #expect(result.durationS == expected.durationS && result.normalized == expected.normalized)
          #expect(result.decision == expected.decision && result.periodPs == expected.periodPs)
          #expect(!one.isRefused)
          if one.turn == 100_000 { #expect(result.channels == [1, 2]) }
          // nothing is played record by record
          #expect(found.plays == 0 || one.isOutOfOrder)
        case (.failure(let expected), .failure(let error)):
          #expect(one.isRefused)
          #expect("\(error)" == "\(expected)")
        default: Issue.record("\(expected) and \(found.result)")
        }
      }
    }
  }

  @Test("pulses are found in blocks as they are record by record, and told the same")
  func pulses() throws {
    let stream = SyntheticStream(
      periodPs: 200_000, pulses: 2_000_000, rate: 0.05, pairs: 0.1, lifetimePs: 20_000, delayPs: 3000, seed: 5)
    let path = "/tmp/antibunch-pulses-\(getpid()).ptu"
    defer { unlink(path) }
    try Self.write(stream.t2, .picoHarp300T2, to: path)
    let reader = try RecordingReader(path: path)
    func result(_ threads: Int, isByBlock: Bool) throws -> CorrelationResult {
      var options = CorrelationOptions()
      options.threads = threads
      return try analyzeG2(header: reader.header, options: options, blocks: isByBlock ? reader.blocks() : nil) {
        let again = try RecordingReader(path: path)
        var tags: [TimeTag] = []
        while try again.read(into: &tags, maximum: 1 << 14) > 0 { try tags.withUnsafeBufferPointer($0) }
      }
    }
    let expected = try result(1, isByBlock: false)
    #expect(expected.excitation == .pulsed && expected.sidePeakMean ?? 0 > 100)
    for threads in [1, 2, 5] {
      let found = try result(threads, isByBlock: true)
      #expect(found.coincidences == expected.coincidences && found.centerCounts == expected.centerCounts)
      #expect(found.periodPs == expected.periodPs && found.decision == expected.decision)
      #expect(found.g2Zero == expected.g2Zero && found.photons == expected.photons)
    }
  }

  @Test("the delays that a period is looked for in end at the same block on any number of threads")
  func periodDelays() throws {
    let path = "/tmp/antibunch-delays-\(getpid()).ptu"
    defer { unlink(path) }
    try Self.write(Self.poisson(800_000, meanStep: 1e6), .hydraHarpV2T2, to: path)
    let reader = try RecordingReader(path: path)
    let blocks = try #require(reader.blocks())
    func delays(_ enough: Int, threads: Int) throws -> [Int] {
      try #require(
        try pairDelays(
          in: blocks, channels: (0, 1), enough: enough, clock: TagClock(reader.header), threads: threads))
    }
    let (some, all) = (try delays(5_000_000, threads: 1), try delays(.max, threads: 1))
    let (few, many) = (some.reduce(0, +), all.reduce(0, +))
    #expect(few >= 5_000_000 && few < 8_000_000 && many > 10_000_000)
    for threads in [2, 3, 20] {
      #expect(try delays(5_000_000, threads: threads) == some)
      #expect(try delays(.max, threads: threads) == all)
    }
    // record by record
    var histogram = PeriodSearch.histogram()
    let splitter = ChannelSplitter(first: 0, second: 1)
    let again = try RecordingReader(path: path)
    var tags: [TimeTag] = []
    while try again.read(into: &tags) > 0 {
      tags.withUnsafeBufferPointer { tags in
        let watermark = splitter.splitTimes(tags, clock: TagClock(reader.header))
        histogram.consume(first: splitter.first, second: splitter.second, watermark: watermark)
      }
    }
    histogram.finish()
    #expect(histogram.counts == all)
  }

  /// Photons in two channels.
  private static func poisson(_ count: Int, meanStep: Double) -> [TimeTag] {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    var time = 0.0
    return (0..<count).map { _ in
      time += gsl_ran_exponential(rng, meanStep)
      return TimeTag(macroTime: Int64(time), channel: UInt8(gsl_rng_uniform_int(rng, 2)))
    }
  }

  private static func write(_ tags: [TimeTag], _ type: RecordType, to path: String) throws {
    let writer = try PTUWriter(
      path: path, recordType: type,
      settings: PTUWriterSettings(
        creationTime: CreationTime(unixSeconds: 1_000_000_000), identifier: (1, 2), syncRateHz: 5e6,
        nanotimeUnitPicoseconds: type.mode == .t3 ? 80 : 4))
    try writer.append(tags)
    try writer.finish(acquisitionTimeSeconds: 1)
  }

  /// Exchanges neighbours here and there.
  private static func swapRecords(of path: String) throws {
    let file = try #require(fopen(path, "r+"))
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    for place in stride(from: size - 4 * 60_000, to: size - 4, by: 4 * 997) {
      var records = [UInt32](repeating: 0, count: 2)
      fseek(file, place, SEEK_SET)
      fread(&records, 4, 2, file)
      records.swapAt(0, 1)
      fseek(file, place, SEEK_SET)
      fwrite(records, 4, 2, file)
    }
  }

  private static func write(_ one: Case, to path: String) throws {
    let (isT3, isPicoHarp) = (one.type.mode == .t3, one.type == .picoHarp300T2)
    let period = Double(one.type.overflowPeriod)
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    var tags = poisson(one.oddity == .empty ? 0 : 80_000, meanStep: period / 5)
    for i in tags.indices {
      if i % 97 == 13 {
        tags[i].kind = isT3 || isPicoHarp || i % 2 == 0 ? .marker : .sync
        tags[i].channel = tags[i].kind == .marker ? 3 : 0
        // the low bits of a PicoHarp's marker are no time
        if isPicoHarp { tags[i].macroTime &= ~15 }
      } else {
        if isT3 { tags[i].nanotime = UInt16(gsl_rng_uniform_int(rng, 3000)) }
        if !isPicoHarp, i % 5 == 0 { tags[i].channel = UInt8(gsl_rng_uniform_int(rng, 60)) }
      }
      if one.oddity == .darkBeginning { tags[i].macroTime += Int64(period) * 2 }
    }
    try write(tags, one.type, to: path)
    if one.oddity == .outOfOrder { try swapRecords(of: path) }
    let file = try #require(fopen(path, "r+"))
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    switch one.oddity {
    case .none, .empty, .outOfOrder: break
    case .truncated: #expect(ftruncate(fileno(file), size - 4 * 1000 - 3) == 0)
    case .darkBeginning, .nothingButOverflows:
      // two blocks and more of overflows, or all
      let start = size - 4 * 80_000
      let overflows = [UInt32](repeating: 0xFE00_0001, count: one.oddity == .darkBeginning ? 40_000 : 200_000)
      if one.oddity == .darkBeginning {
        // in front of the rest, of which as much falls away
        var rest = [UInt32](repeating: 0, count: (size - start) / 4)
        fseek(file, start, SEEK_SET)
        fread(&rest, 4, rest.count, file)
        fseek(file, start, SEEK_SET)
        fwrite(overflows, 4, overflows.count, file)
        fwrite(rest, 4, rest.count, file)
        #expect(ftruncate(fileno(file), size) == 0)
      } else {
        // the header's length is where the records begin
        let records = try Recording.load(path).records
        fseek(file, size - 4 * records, SEEK_SET)
        fwrite(overflows, 4, min(records, overflows.count), file)
      }
    }
  }
}
