import CGSL
import Detectors
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Drifting dark counts")
struct DarkCountDriftTests {
  /// Counts in each third of the recording against the integral of the rate; two-sided, 1e-6 per count.
  @Test(arguments: DarkCountDrift.Law.allCases, [(20_000.0, 2_000.0), (1_000.0, 15_000.0), (20_000.0, 0.0)])
  func countsFollowTheRate(_ law: DarkCountDrift.Law, rates: (first: Double, last: Double)) {
    var detector = PoissonBench.ideal
    detector.darkCountRateHz = rates.first
    detector.darkCountDrift = DarkCountDrift(law: law, finalRateHz: rates.last, seconds: 8)
    let bench = PoissonBench(detector, rateHz: 0, durationSeconds: 15).bench
    let times = Stream(bench).truths.map { Double($0.detectionTime) / 16e12 }
    func mean(upTo t: Double) -> Double {
      let change = rates.last - rates.first
      return switch law {
      case .linear: t < 8 ? rates.first * t + change * t * t / 16 : rates.last * t - change * 4
      case .settling: rates.last * t - change * 8 * (1 - gsl_sf_exp(-t / 8))
      }
    }
    for third in 0..<3 {
      let (start, end) = (Double(5 * third), Double(5 * third + 5))
      let expected = mean(upTo: end) - mean(upTo: start)
      let count = times.count { start <= $0 && $0 < end }
      if expected < 1e-6 { #expect(count == 0) } else { expectPoisson(count, mean: expected, "\(start) s") }
    }
    #expect(abs(Predictor(bench: bench).recordedRatesHz[0] * 15 / mean(upTo: 15) - 1) < 1e-9)
  }
}
