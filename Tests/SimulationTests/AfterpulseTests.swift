import Bench
import CGSL
import Simulation
import Testing
import TimeTags

@Suite("Afterpulses")
struct AfterpulseTests {
  /// Kolmogorov and Smirnov, two-sided false-alarm probability 1e-6: from the truth, the delay from a click to its own
  /// afterpulse, beyond the dead time, is exponential with the stated mean.
  @Test func delayFromTheParentIsExponential() {
    var test = TestBench(coupling: 1e-3, durationSeconds: 5)
    test.darkCountRateHz = 20_000
    test.detectorDeadTime = 22
    test.afterpulsing = 0.2
    test.afterpulseDelay = 30
    test.jitter = 0.35
    let stream = Stream(test.bench, seed: 21)

    let delays = stream.truths.filter { $0.parent >= 0 }.map { child in
      let parent = stream.truths[Int(child.parent)]
      return Double(child.detectionTime - parent.detectionTime) / 16_000 - test.detectorDeadTime
    }.sorted()
    // One afterpulse in five clicks, and in five afterpulses: 50,000. Those that meet another click's dead time (one in a
    // thousand) are lost, which the test does not see.
    let n = Double(delays.count)
    #expect(abs(n - 50_000) < 2_000)
    var distance = 0.0
    for (i, delay) in delays.enumerated() {
      let expected = gsl_cdf_exponential_P(max(0, delay), test.afterpulseDelay)
      distance = max(distance, expected - Double(i) / n, Double(i + 1) / n - expected)
    }
    // P(distance > d) ≤ 2 exp(−2 n d²) (Massart, Ann. Probab. 18, 1269, 1990).
    let bound = (gsl_sf_log(2 / falseAlarm) / (2 * n)).squareRoot()
    #expect(distance < bound, "distance \(distance), bound \(bound)")
    // Every afterpulse whose parent was recorded names it.
    let afterpulses = stream.countsByOrigin.enumerated().filter {
      stream.origins.origins[$0.offset].kind == .afterpulse
    }
    #expect(afterpulses.reduce(0) { $0 + $1.element } == delays.count)
  }
}
