import Bench
import CGSL
import Simulation
import Testing
import TimeTags

@Suite("Fast engine against the step-by-step reference engine, false-alarm probability 1e-6 per comparison")
struct ReferenceEngineTests {
  static let benches = [
    TestBench(coupling: 0.9, durationSeconds: 0.5),
    TestBench(repetitionRateHz: 80e6, absorbed: 0.8, coupling: 0.9, yields: (0.8, 0.4), durationSeconds: 0.04),
  ]

  /// Two Poisson counts of the same mean: the share of one in the sum is binomial.
  func expectAlike(_ a: Int, _ b: Int, ratio: Double = 1, _ what: Comment) {
    let p = ratio / (1 + ratio)
    let below = gsl_cdf_binomial_P(UInt32(a), p, UInt32(a + b))
    let above = a == 0 ? 1 : gsl_cdf_binomial_Q(UInt32(a - 1), p, UInt32(a + b))
    #expect(below > falseAlarm / 2 && above > falseAlarm / 2, "\(what): \(a) and \(b)")
  }

  @Test(arguments: benches)
  func sameCountsPerOrigin(_ test: TestBench) {
    // The slow trajectory has its own stream: both engines see the same one.
    let fast = Stream(test.bench, seed: 11)
    let reference = Stream(test.bench, seed: 11, engine: .reference)
    #expect(fast.changes == reference.changes)
    for (i, origin) in fast.origins.origins.enumerated() {
      expectAlike(fast.countsByOrigin[i], reference.countsByOrigin[i], "\(origin.name)")
    }
  }

  @Test(arguments: benches)
  func sameDecay(_ test: TestBench) {
    let period = 1e9 / test.repetitionRateHz
    func decay(_ stream: Stream) -> [Int] {
      var bins = [Int](repeating: 0, count: 50)
      for truth in stream.truths {
        let time = Double(truth.detectionTime) / 16_000
        bins[Int((time / period - (time / period).rounded(.down)) * 50)] += 1
      }
      return bins
    }
    let fast = decay(Stream(test.bench, seed: 12))
    let reference = decay(Stream(test.bench, seed: 12, engine: .reference))
    for i in 0..<50 where fast[i] + reference[i] > 0 { expectAlike(fast[i], reference[i], "phase bin \(i)") }
  }

  @Test(arguments: benches)
  func sameCoincidences(_ test: TestBench) {
    let period = 1e9 / test.repetitionRateHz
    let fast = Stream(test.bench, seed: 13).coincidencesByPulse(period: period, upTo: 3)
    let reference = Stream(test.bench, seed: 13, engine: .reference).coincidencesByPulse(period: period, upTo: 3)
    for k in 0..<7 { expectAlike(fast[k], reference[k], "pulse difference \(k - 3)") }
  }
}
