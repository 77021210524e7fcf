import Bench
import CGSL
import Detectors
import Emitters
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Simulated decays against predicted ones, false-alarm probability 1e-6")
struct DecayAgreementTests {
  /// The T3 histogram of one detector with jitter and diffusion tail, against the expected counts of every bin.
  @Test func nanotimesFollowThePredictedHistogram() {
    var test = TestBench(absorbed: 0.5, coupling: 0.4, charged: nil, background: [TestBench.slowBand], mode: .t3)
    test.jitter = 0.35
    var bench = test.bench
    bench.detectors.removeLast()
    bench.path.splitting = [1]
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
}
