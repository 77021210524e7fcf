import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// Changes of rate in streams whose switches are known.
@Suite struct ChangePointTests {
  /// The changes found in a stream.
  static func changes(
    _ stream: SwitchingStream, seconds: Double, falseAlarms: Double = 0.05, capacity: Int = 1 << 20,
    threads: Int = 1
  ) throws -> [Int64] {
    var search = ChangePoints(
      clock: TagClock(SwitchingStream.header), channels: [0], photons: stream.times.count,
      end: Int64(seconds * SwitchingStream.ticksPerSecond), falseAlarms: falseAlarms, capacity: capacity,
      threads: threads)
    try play(stream.tags, blocks: 65536) { search.consume($0) }
    search.finish()
    for change in search.changes {
      // photons before it, counted block by block
      #expect(change.photons == 0 || stream.times[change.photons - 1] < change.ticks)
      #expect(change.photons == stream.times.count || stream.times[change.photons] >= change.ticks)
    }
    return search.changes.map(\.ticks)
  }

  /// True switches with a change found within `tolerance` ticks, each change used once.
  static func matched(_ found: [Int64], _ truth: [Int64], tolerance: Int64) -> Int {
    var count = 0
    var i = 0
    for change in truth {
      while i < found.count, found[i] < change - tolerance { i += 1 }
      if i < found.count, found[i] <= change + tolerance {
        count += 1
        i += 1
      }
    }
    return count
  }

  @Test("workload W5: a million photons, on and off 20 to 1, power-law stays from 1 ms")
  func workload() throws {
    var found = 0
    var right = 0
    var all = 0
    for seed in 1...4 as ClosedRange<UInt> {
      let seconds = 10.0
      let stream = SwitchingStream(ratesHz: [194_000, 9700], seconds: seconds, seed: seed) { rng, _ in
        SwitchingStream.powerLaw(rng, exponent: 1.5, shortest: 1e-3, cutoff: 2)
      }
      let changes = try Self.changes(stream, seconds: seconds)
      found += changes.count
      all += stream.switches.count
      right += Self.matched(changes, stream.switches, tolerance: Int64(200e-6 * SwitchingStream.ticksPerSecond))
    }
    print("W5: found \(found), right \(right) of \(all)")
    #expect(Double(right) / Double(all) > 0.97)
    #expect(Double(right) / Double(found) > 0.97)
  }

  @Test("steady light: false alarms are at most what is stated, and not far below (600 recordings at 0.5)")
  func falseAlarms() throws {
    var found = 0
    for seed in 1...600 as ClosedRange<UInt> {
      let stream = SwitchingStream(ratesHz: [2000], seconds: 2, seed: seed) { _, _ in 100 }
      found += try Self.changes(stream, seconds: 2, falseAlarms: 0.5).count
    }
    print("false alarms: \(found) in 600 at 0.5")
    // 300 stated; overlapping windows make it fewer. Above 300 + 4.5·√300 or below 30: false alarm under 1e-5.
    #expect(found < 378)
    #expect(found > 30)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var onHz: Double
    var contrast: Double
    var recall: Double
    var testDescription: String { "\(onHz) Hz, on over off \(contrast)" }
  }

  @Test(
    "precision and recall over contrast and rate, stays of 20 ms and more",
    arguments: [
      Case(onHz: 100_000, contrast: 20, recall: 0.995), Case(onHz: 100_000, contrast: 3, recall: 0.995),
      Case(onHz: 100_000, contrast: 1.3, recall: 0.99), Case(onHz: 100_000, contrast: 1.1, recall: 0.3),
      Case(onHz: 10_000, contrast: 20, recall: 0.99),
      Case(onHz: 10_000, contrast: 3, recall: 0.97), Case(onHz: 2000, contrast: 20, recall: 0.97),
      Case(onHz: 2000, contrast: 3, recall: 0.55),
      Case(onHz: 500, contrast: 20, recall: 0.4),
    ])
  func precision(example: Case) throws {
    let seconds = 40.0
    let stream = SwitchingStream(ratesHz: [example.onHz, example.onHz / example.contrast], seconds: seconds, seed: 11) {
      rng, _ in
      0.02 + gsl_ran_exponential(UnsafePointer<gsl_rng>(rng), 0.08)
    }
    let found = try Self.changes(stream, seconds: seconds)
    // within twice the stretch that carries ten nats
    let (a, b) = (example.onHz, example.onHz / example.contrast)
    let nats = min(a * log(a / b) - a + b, b * log(b / a) + a - b)
    let right = Self.matched(found, stream.switches, tolerance: Int64(20 / nats * SwitchingStream.ticksPerSecond))
    let recall = Double(right) / Double(stream.switches.count)
    let precision = Double(right) / Double(found.count)
    print("\(example): recall \(recall), precision \(precision), \(found.count) of \(stream.switches.count)")
    #expect(recall > example.recall)
    #expect(precision > 0.96)
  }

  @Test("a dark stay of 10 ms within seconds of light, where halving the record sees nothing")
  func shortStay() throws {
    var stays = [2.0, 0.01, 3]
    let stream = SwitchingStream(ratesHz: [50_000, 2000], seconds: 5.01, seed: 3) { _, _ in stays.removeFirst() }
    let found = try Self.changes(stream, seconds: 5.01)
    #expect(found.count == 2)
    #expect(Self.matched(found, stream.switches, tolerance: Int64(1e-3 * SwitchingStream.ticksPerSecond)) == 2)
  }

  @Test("stretches held one after another give what the whole gives")
  func stretches() throws {
    let stream = SwitchingStream(ratesHz: [40_000, 2000], seconds: 10, seed: 4) { rng, _ in
      0.01 + gsl_ran_exponential(UnsafePointer<gsl_rng>(rng), 0.05)
    }
    let whole = try Self.changes(stream, seconds: 10)
    let parts = try Self.changes(stream, seconds: 10, capacity: 20_000)
    #expect(Self.matched(parts, whole, tolerance: 0) > whole.count * 98 / 100)
    #expect(abs(parts.count - whole.count) <= 2)
  }

  @Test("threads change nothing: stays so short that changes reach from one thread's windows into the next one's")
  func threads() throws {
    for seed in 1...4 as ClosedRange<UInt> {
      let stream = SwitchingStream(ratesHz: [200_000, 20_000, 100_000], seconds: 2, seed: seed) { rng, _ in
        SwitchingStream.powerLaw(rng, exponent: 1.5, shortest: 3e-4, cutoff: 0.1)
      }
      let one = try Self.changes(stream, seconds: 2, capacity: 100_000)
      #expect(one.count > 200)
      for threads in [2, 3, 8] {
        #expect(try Self.changes(stream, seconds: 2, capacity: 100_000, threads: threads) == one, "\(threads) threads")
      }
    }
  }

  @Test("the quickest way to the strongest change finds what trying every photon finds")
  func everyPhoton() throws {
    for seed in 1...60 as ClosedRange<UInt> {
      var rates = seed % 3 == 0 ? [3000.0] : [3000, 3000 / Double(1 + seed % 5)]
      if seed % 2 == 0 { rates.reverse() }
      let stream = SwitchingStream(ratesHz: rates, seconds: 1, seed: seed) { _, _ in 0.37 }
      let end = Int64(SwitchingStream.ticksPerSecond)
      let n = Double(stream.times.count)
      var best = 2.0
      var place: Int64?
      for (i, time) in stream.times.enumerated() {
        let share = Double(time) / Double(end)
        guard share >= 1 / n, share <= 1 - 1 / n else { continue }
        for (k, at) in [(Double(i), time), (Double(i + 1), time + 1)] {
          func term(_ x: Double, _ y: Double) -> Double { x > 0 ? x * log(x / y) : 0 }
          let ratio = term(k, n * share) + term(n - k, n * (1 - share))
          if ratio > best { (best, place) = (ratio, at) }
        }
      }
      let found = stream.times.withUnsafeBufferPointer {
        PhotonWindow(times: $0, first: 0, last: $0.count, start: 0, end: end).strongestChange(above: 2)
      }
      #expect(found?.time == place)
      #expect(abs((found?.ratio ?? 2) - best) < 1e-9 * best)
    }
  }
}
