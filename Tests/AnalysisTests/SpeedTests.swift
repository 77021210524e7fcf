import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// Speeds, on demand: `ANTIBUNCH_SPEED=1 swift test -c release --filter SpeedTests`.
@Suite(.serialized, .disabled(if: getenv("ANTIBUNCH_SPEED") == nil, "set ANTIBUNCH_SPEED=1 to measure"))
struct SpeedTests {
  static func seconds() -> Double {
    var t = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
    return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
  }

  @Test("tags per second of the pair counter, ±1 µs in 1 ns bins", arguments: [1e5, 1e6, 5e6])
  func pairs(rate: Double) throws {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    var time = 0.0
    let tags = (0..<8_000_000).map { _ -> TimeTag in
      time += gsl_ran_exponential(rng, 1e12 / (2 * rate))
      return TimeTag(macroTime: Int64(time / 4), channel: gsl_rng_uniform(rng) < 0.5 ? 0 : 1)
    }
    let clock = TagClock(SyntheticStream.header2)
    var best = Double.infinity
    var total = 0
    for _ in 0..<7 {
      let start = Self.seconds()
      var h = PairHistogram(firstEdge: -16_000_000, binWidth: 16_000, binCount: 2000)
      let splitter = ChannelSplitter(first: 0, second: 1)
      try play(tags, blocks: 65536) {
        let mark = splitter.splitTimes($0, clock: clock)
        h.consume(first: splitter.first, second: splitter.second, watermark: mark)
      }
      h.finish()
      best = min(best, Self.seconds() - start)
      total = h.total
    }
    print("pairs at \(rate) Hz per channel: \(Double(tags.count) / best / 1e6) M tags/s, \(total) pairs")
    var start = Self.seconds()
    let splitter = ChannelSplitter(first: 0, second: 1)
    try play(tags, blocks: 65536) { _ = splitter.splitTimes($0, clock: clock) }
    print("split: \(Double(tags.count) / (Self.seconds() - start) / 1e6) M tags/s")
    start = Self.seconds()
    var survey = RecordingSurvey(header: SyntheticStream.header2)
    try play(tags, blocks: 65536) { survey.consume($0) }
    print("survey: \(Double(tags.count) / (Self.seconds() - start) / 1e6) M tags/s")
  }

  @Test("seconds of a whole pulsed analysis")
  func whole() throws {
    let stream = PulsedCorrelationTests.slow
    var start = Self.seconds()
    _ = try analyzeG2(header: SyntheticStream.header2) { try play(stream.t2, blocks: 65536, $0) }
    print("T2 of \(stream.t2.count) photons: \(Self.seconds() - start) s")
    start = Self.seconds()
    _ = try analyzeG2(header: stream.header3) { try play(stream.t3, blocks: 65536, $0) }
    print("T3: \(Self.seconds() - start) s")
  }
}
