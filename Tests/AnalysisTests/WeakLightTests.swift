import Analysis
import CGSL
import Testing
import TimeTags

/// Changes of light so weak that the span of four million cells is longer than a clock of 64 bits.
@Suite struct WeakLightTests {
  @Test("switches of a source of few counts per second are found", arguments: [10.0, 5, 0.2])
  func changes(meanHz: Double) throws {
    // some five hundred photons in each stay, so that every switch is beyond doubt
    let seconds = 1e4 / meanHz
    let stream = SwitchingStream(ratesHz: [1.9 * meanHz, 0.1 * meanHz], seconds: seconds, seed: 21) { _, _ in
      0.1 * seconds
    }
    let found = try ChangePointTests.changes(stream, seconds: seconds)
    #expect(stream.switches.count == 9)
    #expect(found.count == 9)
    let tolerance = Int64(100 / meanHz * SwitchingStream.ticksPerSecond)
    #expect(ChangePointTests.matched(found, stream.switches, tolerance: tolerance) == 9)
  }
}
