import Analysis
import Glibc
import Testing
import TimeTags

/// On demand: `ANTIBUNCH_SPEED=1 swift test -c release --filter IntermittencySpeedTests`.
@Suite(.serialized, .disabled(if: getenv("ANTIBUNCH_SPEED") == nil, "set ANTIBUNCH_SPEED=1 to measure"))
struct IntermittencySpeedTests {
  @Test("photons per second of the change points on workload W5, and on steady light")
  func changes() throws {
    for steady in [false, true] {
      let seconds = 10.0
      let stream = SwitchingStream(ratesHz: steady ? [100_000] : [194_000, 9700], seconds: seconds, seed: 1) { rng, _ in
        steady ? 100 : SwitchingStream.powerLaw(rng, exponent: 1.5, shortest: 1e-3, cutoff: 2)
      }
      let tags = stream.tags
      var best = Double.infinity
      var found = 0
      for _ in 0..<7 {
        var t0 = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t0)
        var search = ChangePoints(
          clock: TagClock(SwitchingStream.header), channels: [0], photons: tags.count,
          end: Int64(seconds * SwitchingStream.ticksPerSecond), falseAlarms: 0.05)
        try play(tags, blocks: 65536) { search.consume($0) }
        search.finish()
        var t1 = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t1)
        best = min(best, Double(t1.tv_sec - t0.tv_sec) + 1e-9 * Double(t1.tv_nsec - t0.tv_nsec))
        found = search.changes.count
      }
      print(
        "change points, \(steady ? "steady" : "W5"): \(Double(tags.count) / best / 1e6) M photons/s, "
          + "\(found) of \(stream.switches.count)")
    }
  }
}
