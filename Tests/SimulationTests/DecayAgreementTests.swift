import Bench
import CGSL
import Detectors
import Emitters
import Light
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Simulated decays against predicted ones, false-alarm probability 1e-6")
struct DecayAgreementTests {
  /// Trap luminescence from 10 ns to 1 ms, ten times a laser period's length five thousand times over.
  @Test func powerLawBackgroundFoldsIntoThePeriod() {
    var test = TestBench(absorbed: 0, charged: nil, mode: .t3)
    test.background = [
      BackgroundComponent(
        name: "traps", spectrum: TestBench.slowBand.spectrum, rateAtFilterHz: 1_500_000,
        decays: [.init(share: 1, law: .powerLaw(exponent: 1.5, fromNanoseconds: 10, toNanoseconds: 1e6))])
    ]
    var bench = test.bench
    bench.detectors.removeLast()
    bench.path.arms = [.init(share: .constant(1))]
    bench.detectors[0].delayNanoseconds = 0
    let stream = Stream(bench)
    var counts = [Int](repeating: 0, count: 250)
    for truth in stream.truths {
      let time = Double(truth.detectionTime) / 16_000 / 200
      counts[min(249, Int((time - time.rounded(.down)) * 250))] += 1
    }
    let expected = Predictor(bench: bench).clickIntensity(0, steps: 250).map {
      $0 * 0.8 * 5e6 * bench.durationSeconds
    }
    let chiSquare = zip(counts, expected).reduce(0.0) {
      $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) / $1.1
    }
    #expect(gsl_cdf_chisq_Q(chiSquare, 250) > falseAlarm / 2, "\(chiSquare) over 250")
    #expect(gsl_cdf_chisq_P(chiSquare, 250) > falseAlarm / 2, "\(chiSquare) over 250")
  }

  /// The T3 histogram of one detector with jitter and diffusion tail, against the expected counts of every bin.
  @Test func nanotimesFollowThePredictedHistogram() {
    var test = TestBench(absorbed: 0.5, coupling: 0.4, charged: nil, background: [TestBench.slowBand], mode: .t3)
    test.jitter = 0.35
    var bench = test.bench
    bench.detectors.removeLast()
    bench.path.arms = [.init(share: .constant(1))]
    bench.detectors[0].jitter.tailShare = 0.15
    bench.detectors[0].jitter.tailNanoseconds = 0.3
    let stream = Stream(bench)
    let bins = 3125  // 200 ns in 64 ps
    var counts = [Int](repeating: 0, count: bins + 2)
    for tag in stream.tags { counts[Int(tag.nanotime)] += 1 }
    let expected = Predictor(bench: bench).decayHistogram(
      steps: bins, delayNanoseconds: bench.detectors[0].delayNanoseconds, durationSeconds: bench.durationSeconds)
    var chiSquare = 0.0
    for i in 0..<bins {
      // Nanotimes count from 1.
      let difference = Double(counts[i + 1]) - expected[i]
      chiSquare += difference * difference / expected[i]
    }
    #expect(expected.min()! > 5)
    #expect(gsl_cdf_chisq_Q(chiSquare, Double(bins)) > falseAlarm / 2, "\(chiSquare) over \(bins)")
    #expect(gsl_cdf_chisq_P(chiSquare, Double(bins)) > falseAlarm / 2, "\(chiSquare) over \(bins)")
  }

  /// Afterpulses, and theirs, fold into the period: with a dead time a step at its end, without it none.
  @Test(arguments: [(0.1, 30.0), (0.3, 400)])
  func afterpulses(_ probability: Double, _ meanDelay: Double) {
    var test = TestBench(absorbed: 0.05, coupling: 0.1, charged: nil, mode: .t3, durationSeconds: 60)
    test.lifetimes.exciton = 10
    test.darkCountRateHz = 500
    test.detectorDeadTime = 22
    test.jitter = 0.35
    test.afterpulsing = probability
    test.afterpulseDelay = meanDelay
    var bench = test.bench
    bench.detectors.removeLast()
    bench.path.arms = [.init(share: .constant(1))]
    let stream = Stream(bench)
    let bins = 3125
    var counts = [Double](repeating: 0, count: bins + 2)
    for tag in stream.tags { counts[Int(tag.nanotime)] += 1 }
    func chiSquare(_ bench: Bench) -> Double {
      let expected = Predictor(bench: bench).decayHistogram(
        steps: bins, delayNanoseconds: bench.detectors[0].delayNanoseconds, durationSeconds: bench.durationSeconds)
      // Bins of eight, so that none is nearly empty.
      return stride(from: 0, to: bins - 5, by: 8).reduce(0) { sum, first in
        let mean = expected[first..<first + 8].reduce(0, +)
        let difference = counts[first + 1..<first + 9].reduce(0, +) - mean
        return sum + difference * difference / mean
      }
    }
    let found = chiSquare(bench)
    #expect(gsl_cdf_chisq_Q(found, 390) > falseAlarm / 2, "\(found) over 390")
    #expect(gsl_cdf_chisq_P(found, 390) > falseAlarm / 2, "\(found) over 390")
    // One generation alone is told apart.
    bench.detectors[0].afterpulsing.probability = probability / (1 + probability)
    #expect(gsl_cdf_chisq_Q(chiSquare(bench), 390) < falseAlarm / 2)
  }

  /// Light of 0.05 ns shows the detector's response alone: Gaussian and tail.
  @Test func responseOfAPromptSignal() {
    var test = TestBench(absorbed: 0, charged: nil, mode: .t3)
    test.jitter = 0.35
    test.background = [
      BackgroundComponent(
        name: "prompt", spectrum: TestBench.slowBand.spectrum, rateAtFilterHz: 300_000,
        decays: [.init(share: 1, lifetimeNanoseconds: 0.05)])
    ]
    test.darkCountRateHz = 20_000
    var bench = test.bench
    bench.detectors.removeLast()
    bench.path.arms = [.init(share: .constant(1))]
    bench.detectors[0].jitter.tailShare = 0.15
    bench.detectors[0].jitter.tailNanoseconds = 0.3
    let stream = Stream(bench)
    let bins = 3125
    var counts = [Double](repeating: 0, count: bins + 2)
    for tag in stream.tags { counts[Int(tag.nanotime)] += 1 }
    let expected = Predictor(bench: bench).decayHistogram(
      steps: bins, delayNanoseconds: bench.detectors[0].delayNanoseconds, durationSeconds: bench.durationSeconds)
    // From 1.5 ns before the delay of 5 ns to 8 ns after it.
    let range = 55..<200
    let chiSquare = range.reduce(0.0) {
      let difference = counts[$1 + 1] - expected[$1]
      return $0 + difference * difference / expected[$1]
    }
    #expect(range.map { expected[$0] }.min()! > 5)
    #expect(gsl_cdf_chisq_Q(chiSquare, Double(range.count)) > falseAlarm / 2, "\(chiSquare) over \(range.count)")
    #expect(gsl_cdf_chisq_P(chiSquare, Double(range.count)) > falseAlarm / 2, "\(chiSquare) over \(range.count)")
  }
}
