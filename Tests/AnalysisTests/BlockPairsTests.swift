import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// Pairs counted block by block on several threads against the counter that takes the records as they go by.
@Suite struct BlockPairsTests {
  /// How records are stamped, and with what disorder.
  struct Case: Sendable, CustomTestStringConvertible {
    var type: RecordType
    var rateHz: Double
    var rangePs: Double
    /// A block is 16,384 records.
    var photons = 60_000
    var channels = 3 as UInt8
    var testDescription: String { "\(type.name), \(rateHz) Hz, ±\(rangePs) ps" }
  }

  static let cases = [
    Case(type: .hydraHarpV2T2, rateHz: 2e5, rangePs: 1e6),
    Case(type: .hydraHarpV2T2, rateHz: 2e6, rangePs: 1e6),
    Case(type: .hydraHarpV1T2, rateHz: 2e3, rangePs: 1e9),
    // partners far behind the end of a block
    Case(type: .hydraHarpV2T2, rateHz: 2e6, rangePs: 2e9),
    // hundreds of thousands of records behind a block: the counter that takes them as they go by
    Case(type: .hydraHarpV2T2, rateHz: 2e7, rangePs: 5e9, photons: 100_000, channels: 40),
    Case(type: .picoHarp300T2, rateHz: 1e6, rangePs: 3e6),
    Case(type: .hydraHarpV2T3, rateHz: 2e6, rangePs: 1e6),
    Case(type: .picoHarp300T3, rateHz: 1e6, rangePs: 2e6),
    Case(type: .hydraHarpV1T3, rateHz: 1e4, rangePs: 1e6),
  ]

  @Test("the same pairs, photons and time on any number of threads", arguments: cases)
  func samePairs(_ one: Case) throws {
    let path = "/tmp/antibunch-blocks-\(getpid())-\(abs(one.testDescription.hashValue)).ptu"
    defer { unlink(path) }
    try Self.write(one, to: path)
    let reader = try RecordingReader(path: path)
    func result(_ threads: Int, isByBlock: Bool) throws -> CorrelationResult {
      var options = CorrelationOptions(
        channels: one.type == .picoHarp300T2 ? (0, 1) : (1, 2), excitation: .cw, binPs: one.rangePs / 1000,
        rangePs: one.rangePs)
      options.threads = threads
      return try analyzeG2(header: reader.header, options: options, blocks: isByBlock ? reader.blocks() : nil) {
        let again = try RecordingReader(path: path)
        var tags: [TimeTag] = []
        while try again.read(into: &tags) > 0 { try tags.withUnsafeBufferPointer($0) }
      }
    }
    let expected = try result(1, isByBlock: false)
    #expect(expected.coincidences.reduce(0, +) > 100)
    for threads in [1, 2, 5] {
      let found = try result(threads, isByBlock: true)
      #expect(found.coincidences == expected.coincidences, "\(threads) threads")
      #expect(found.photons == expected.photons)
      #expect(found.durationS == expected.durationS)
      #expect(found.normalized == expected.normalized)
    }
  }

  /// T2 streams with everything that can be odd, and the bins they are counted in.
  struct OddCase: Sendable, CustomTestStringConvertible {
    var type: RecordType
    var binPs: Double
    var rangePs: Double
    var channels: (first: UInt8, second: UInt8) = (0, 1)
    var testDescription: String { "\(type.name), channels \(channels), bins of \(binPs) ps up to \(rangePs) ps" }
  }

  static let oddCases = [
    OddCase(type: .hydraHarpV2T2, binPs: 1000, rangePs: 1e6),
    OddCase(type: .hydraHarpV2T2, binPs: 2, rangePs: 500),
    // a range that is no whole number of the file's 4 ps
    OddCase(type: .picoHarp300T2, binPs: 1, rangePs: 998),
    OddCase(type: .picoHarp300T2, binPs: 4, rangePs: 500),
    OddCase(type: .hydraHarpV1T2, binPs: 100, rangePs: 20_000, channels: (1, 0)),
    OddCase(type: .multiHarpT2, binPs: 100, rangePs: 20_000, channels: (3, 1)),
    // a channel with next to nothing in it
    OddCase(type: .multiHarpT2, binPs: 100, rangePs: 20_000, channels: (1, 9)),
  ]

  @Test(
    "the same of streams with equal times, steps to the edges, bursts, darkness, markers and sync events",
    arguments: oddCases)
  func oddStreams(_ one: OddCase) throws {
    let path = "/tmp/antibunch-odd-\(getpid())-\(abs(one.testDescription.hashValue)).ptu"
    defer { unlink(path) }
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    let isPicoHarp = one.type == .picoHarp300T2
    let unit = isPicoHarp ? 4.0 : 1
    let (range, period) = (Int64(one.rangePs / unit), one.type.overflowPeriod)
    let steps: [Int64] = [
      0, 0, 1, 2, range - 1, range, range + 1, range / 2, period - 1, period, 3 * period, 40 * period,
    ]
    var time: Int64 = 0
    var tags: [TimeTag] = []
    while tags.count < 60_000 {
      let isBurst = gsl_rng_uniform(rng) < 0.001
      if isBurst {
        for _ in 0..<200 {
          time += Int64(gsl_rng_uniform_int(rng, 3))
          tags.append(TimeTag(macroTime: time, channel: min(one.channels.second, 3)))
        }
      }
      let isRare = gsl_rng_uniform(rng) < 0.05
      time +=
        isRare
        ? steps[Int(gsl_rng_uniform_int(rng, UInt(steps.count)))] : Int64(gsl_ran_exponential(rng, Double(range)))
      let kind = gsl_rng_uniform_int(rng, 50)
      // the low bits of a PicoHarp's marker are no time
      if kind == 0 {
        tags.append(TimeTag(macroTime: isPicoHarp ? time & ~15 : time, channel: 1, kind: .marker))
      } else if kind == 1, !isPicoHarp {
        tags.append(TimeTag(macroTime: time, channel: 0, kind: .sync))
      } else {
        tags.append(TimeTag(macroTime: time, channel: UInt8(gsl_rng_uniform_int(rng, isPicoHarp ? 2 : 4))))
      }
    }
    // whole blocks without that channel
    if one.channels.second > 8 {
      for i in stride(from: 20_001, to: 60_000, by: 20_000) { tags[i].channel = one.channels.second }
    }
    let settings = PTUWriterSettings(
      creationTime: CreationTime(unixSeconds: 1_000_000_000), identifier: (1, 2), syncRateHz: 1e6,
      nanotimeUnitPicoseconds: 4)
    let writer = try PTUWriter(path: path, recordType: one.type, settings: settings)
    // a marker may be earlier than the photon before it
    try writer.append(isPicoHarp ? tags.sorted { $0.macroTime < $1.macroTime } : tags)
    try writer.finish(acquisitionTimeSeconds: Double(time) * unit * 1e-12)
    let pairs = try compare(path, one, plays: 0)
    if one.channels.second < 8 { #expect(pairs > 100) }
    if isPicoHarp { return }
    // photons in disorder are beyond the blocks
    try swapPhotons(path)
    _ = try compare(path, one, plays: 1)
  }

  /// Both ways of counting on a file; the blocks must do with so many plays of the whole.
  ///
  /// - Returns: the pairs.
  private func compare(_ path: String, _ one: OddCase, plays: Int) throws -> Int {
    let reader = try RecordingReader(path: path)
    func result(_ threads: Int, isByBlock: Bool) throws -> (CorrelationResult, plays: Int) {
      var options = CorrelationOptions(
        channels: one.channels, excitation: .cw, binPs: one.binPs, rangePs: one.rangePs)
      options.threads = threads
      var plays = 0
      let result = try analyzeG2(
        header: reader.header, options: options, blocks: isByBlock ? reader.blocks() : nil
      ) {
        plays += 1
        let again = try RecordingReader(path: path)
        var tags: [TimeTag] = []
        while try again.read(into: &tags) > 0 { try tags.withUnsafeBufferPointer($0) }
      }
      return (result, plays)
    }
    let (expected, _) = try result(1, isByBlock: false)
    for threads in [1, 3] {
      let (found, ownPlays) = try result(threads, isByBlock: true)
      #expect(ownPlays == plays)
      #expect(found.coincidences == expected.coincidences, "\(threads) threads")
      #expect(found.photons == expected.photons)
      #expect(found.durationS == expected.durationS)
    }
    return expected.coincidences.reduce(0, +)
  }

  /// Exchanges two photons of a HydraHarp file, one right behind the other and later.
  private func swapPhotons(_ path: String) throws {
    let file = try #require(fopen(path, "r+"))
    defer { fclose(file) }
    fseek(file, -4 * 50_000, SEEK_END)
    var records: [UInt32] = [0, 0]
    repeat {
      fread(&records, 4, 2, file)
      fseek(file, -4, SEEK_CUR)
    } while (records[0] | records[1]) >> 31 == 1 || records[0] & 0x1FF_FFFF >= records[1] & 0x1FF_FFFF
    records.swapAt(0, 1)
    fseek(file, -4, SEEK_CUR)
    fwrite(records, 4, 2, file)
  }

  @Test("blocks are handed out once and in order, and the bar is told")
  func handedOut() throws {
    let path = "/tmp/antibunch-blocks-\(getpid()).ptu"
    defer { unlink(path) }
    try Self.write(Self.cases[0], to: path)
    let all = try Recording.load(path)
    let (first, last) = (Recorder(), try #require(all.tags.last))
    let reader = try RecordingReader(path: path)
    let blocks = try #require(reader.blocks { first.seen.append($0) })
    let (one, two) = (RecordBlockReader(blocks), RecordBlockReader(blocks))
    var tags: [TimeTag] = []
    while let block = try one.next() {
      tags += block
      guard let other = try two.next() else { break }
      tags += other
      // what lies beyond a block is what the next one begins with
      let own = other.count
      if let further = try two.readOn(), further.count > own { #expect(all.tags[tags.count] == further[own]) }
    }
    #expect(tags == all.tags)
    #expect(tags.last == last)
    #expect(first.seen.last == all.records && first.seen == first.seen.sorted())
  }

  private final class Recorder: @unchecked Sendable { var seen: [Int] = [] }

  /// Poissonian photons in three channels with markers between them; in T3 those of one pulse are in no order.
  private static func write(_ one: Case, to path: String) throws {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    let isT3 = one.type.mode == .t3
    let sync = 5e6
    let settings = PTUWriterSettings(
      creationTime: CreationTime(unixSeconds: 1_000_000_000), identifier: (1, 2), syncRateHz: sync,
      nanotimeUnitPicoseconds: isT3 ? 64 : 4)
    let unit =
      isT3 ? 1 / sync : one.type == .picoHarp300T2 ? 4e-12 : one.type == .hydraHarpV1T2 ? 0.5e-12 : 1e-12
    let channels: [UInt8] = one.type == .picoHarp300T2 ? [0, 1] : Array(1...one.channels)
    var time = 0.0
    let tags = (0..<one.photons).map { i in
      time += gsl_ran_exponential(rng, 1 / one.rateHz / unit)
      if i % 1009 == 0 {
        // the low bits of a PicoHarp's marker are no time
        return TimeTag(macroTime: Int64(time) & (one.type == .picoHarp300T2 ? ~15 : ~0), channel: 3, kind: .marker)
      }
      return TimeTag(
        macroTime: Int64(time), nanotime: isT3 ? UInt16(gsl_rng_uniform_int(rng, 3000)) : 0,
        channel: channels[Int(gsl_rng_uniform_int(rng, UInt(channels.count)))])
    }
    let writer = try PTUWriter(path: path, recordType: one.type, settings: settings)
    try writer.append(tags)
    try writer.finish(acquisitionTimeSeconds: time * unit)
  }
}
