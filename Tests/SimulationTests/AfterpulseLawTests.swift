import CGSL
import Detectors
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Laws of afterpulse delays")
struct AfterpulseLawTests {
  /// From the truth, the delay from a click to its own afterpulse against the law; two-sided, 1e-6.
  @Test func delaysBeyondTheDeadTime() {
    let table = TabulatedDensity(nanoseconds: [0, 10, 40, 50], densities: [0, 3, 1, 1])
    check(.exponentials([.init(share: 3, meanNanoseconds: 15), .init(share: 1, meanNanoseconds: 120)])) {
      1 - 0.75 * gsl_sf_exp(-min(700, $0 / 15)) - 0.25 * gsl_sf_exp(-min(700, $0 / 120))
    }
    // ∫ (e^(−t/b) − e^(−t/a)) / t from t on is E1(t/b) − E1(t/a).
    check(.powerLike(shortestNanoseconds: 20, longestNanoseconds: 500)) {
      let shortest = $0 < 10_000 ? gsl_sf_expint_E1($0 / 20) : 0
      return 1 - (gsl_sf_expint_E1($0 / 500) - shortest) / gsl_sf_log(25)
    }
    // Areas 15, 60 and 10 under the straight lines.
    check(.table(table)) { t in
      let inside: Double
      if t < 10 {
        inside = 0.15 * t * t
      } else if t < 40 {
        inside = 15 + 3 * (t - 10) - (t - 10) * (t - 10) / 30
      } else {
        inside = min(85, 75 + t - 40)
      }
      return inside / 85
    }
  }

  private func check(_ law: Afterpulsing.DelayLaw, _ expected: (Double) -> Double) {
    var detector = PoissonBench.ideal
    detector.darkCountRateHz = 10_000
    detector.deadTimeNanoseconds = 22
    detector.afterpulsing = Afterpulsing(probability: 0.3, delays: law)
    let stream = Stream(PoissonBench(detector, rateHz: 0, durationSeconds: 10).bench, seed: 3)
    let delays = stream.delays.map { $0 - 22 }
    #expect(delays.count > 40_000)
    let (found, bound) = distance(of: delays) { expected(max(1e-9, $0)) }
    #expect(found < bound, "\(law): distance \(found), bound \(bound)")
  }

  /// Counted from the click, what the dead time hides is lost: of exponential delays with τ a share e^(−t/τ) is seen.
  @Test func countedFromTheClick() {
    var detector = PoissonBench.ideal
    detector.darkCountRateHz = 10_000
    detector.deadTimeNanoseconds = 22
    detector.afterpulsing = Afterpulsing(
      probability: 0.3, delays: .exponential(meanNanoseconds: 30), start: .click)
    let bench = PoissonBench(detector, rateHz: 0, durationSeconds: 10).bench
    let stream = Stream(bench, seed: 4)
    let delays = stream.delays
    let (found, bound) = distance(of: delays) { -gsl_expm1(-max(0, $0 - 22) / 30) }
    #expect(found < bound)
    let seen = 0.3 * gsl_sf_exp(-22 / 30.0)
    let n = Double(stream.truths.count)
    #expect(abs(Double(delays.count) - n * seen) < 4.9 * (n * seen * (1 - seen)).squareRoot())
    let predicted = Predictor(bench: bench).recordedRatesHz[0] * 10
    // Clusters of a geometric number of clicks.
    let scatter = (100_000 * (1 + seen)).squareRoot() / (1 - seen)
    #expect(abs(n - predicted) < 4.9 * scatter, "\(n), predicted \(predicted)")
    #expect(abs(predicted / (100_000 / (1 - seen)) - 1) < 2e-3)
  }

  /// Afterpulses of afterpulses: of N clicks of their own come N/(1 − p) in all, with a geometric law of each family.
  @Test func generations() {
    var detector = PoissonBench.ideal
    detector.darkCountRateHz = 1_000
    detector.afterpulsing = Afterpulsing(probability: 0.4, meanDelayNanoseconds: 20)
    let bench = PoissonBench(detector, rateHz: 0, durationSeconds: 60).bench
    let stream = Stream(bench, seed: 5)
    let scatter = (60_000 * 1.4).squareRoot() / 0.6
    #expect(abs(Double(stream.tags.count) - 100_000) < 4.9 * scatter, "\(stream.tags.count)")
    var generation = [Int](repeating: 0, count: stream.truths.count)
    for (i, truth) in stream.truths.enumerated() where truth.parent >= 0 {
      #expect(truth.parent < i)
      generation[i] = generation[Int(truth.parent)] + 1
    }
    for g in 1...4 {
      let parents = Double(generation.count { $0 == g - 1 })
      let found = Double(generation.count { $0 == g })
      #expect(abs(found - 0.4 * parents) < 4.9 * (0.24 * parents).squareRoot(), "generation \(g)")
    }
    #expect(abs(Predictor(bench: bench).recordedRatesHz[0] / (1_000 / 0.6) - 1) < 1e-4)
  }
}

extension Stream {
  /// From each click that brought about another to that one, in nanoseconds, in the order of the latter.
  fileprivate var delays: [Double] {
    truths.filter { $0.parent >= 0 }.map {
      Double($0.detectionTime - truths[Int($0.parent)].detectionTime) / 16_000
    }
  }
}
