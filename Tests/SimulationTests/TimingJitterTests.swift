import CGSL
import Detectors
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Measured response and walk")
struct TimingJitterTests {
  /// Edges less arrivals against the table, in the middle of a 4 ps step; two-sided, 1e-6.
  @Test func measuredResponse() {
    var detector = PoissonBench.ideal
    detector.delayNanoseconds = 5
    let response = TabulatedDensity(nanoseconds: [-0.5, 0, 0.25, 2], densities: [0, 4, 1, 0])
    detector.jitter = TimingJitter(response: response)
    let stream = Stream(PoissonBench(detector, rateHz: 200_000).bench)
    let (found, bound) = distance(of: stream.shifts.map { $0 - 5 }) { t in
      // Areas 1, 0.625 and 0.875.
      switch t {
      case ..<(-0.5): 0
      case ..<0: 4 * (t + 0.5) * (t + 0.5) / 2.5
      case ..<0.25: (1 + 4 * t - 6 * t * t) / 2.5
      default: 1 - (2 - t) * (2 - t) / 3.5 / 2.5
      }
    }
    #expect(found < bound, "distance \(found), bound \(bound)")
    let mean = stream.shifts.reduce(0, +) / Double(stream.shifts.count) - 5
    #expect(abs(response.meanNanoseconds - mean) < 0.01)
  }

  /// With the time t since the last click at least the dead time and beyond it exponential, the mean of A e^(−t/τ) is
  /// A e^(−d/τ) R τ / (1 + R τ), and of its square the same with τ/2; 4.9 standard deviations.
  @Test(arguments: [2e5, 4e6])
  func walkWithTheRate(_ rate: Double) {
    var detector = PoissonBench.ideal
    detector.deadTimeNanoseconds = 20
    detector.jitter.walk = TimingJitter.Walk(shiftNanoseconds: 0.8, timeConstantNanoseconds: 100)
    let stream = Stream(PoissonBench(detector, rateHz: rate).bench)
    func mean(_ shift: Double, _ tau: Double) -> Double {
      shift * gsl_sf_exp(-20 / tau) * rate * 1e-9 * tau / (1 + rate * 1e-9 * tau)
    }
    let (first, second) = (mean(0.8, 100), mean(0.64, 50))
    let shifts = stream.shifts
    let found = shifts.reduce(0, +) / Double(shifts.count)
    let scatter = ((second - first * first) / Double(shifts.count)).squareRoot()
    #expect(abs(found - first) < 4.9 * scatter + 1e-5)
    // Click by click.
    let times = stream.truths.map { Double($0.detectionTime) / 16_000 }
    for i in stride(from: 1, to: min(shifts.count, 50_000), by: 97) {
      let expected = 0.8 * gsl_sf_exp(-min(700, (times[i] - times[i - 1]) / 100))
      #expect(abs(shifts[i] - expected) < 0.0025)
    }
  }
}

extension Stream {
  /// From each arrival to the middle of its record's 4 ps step, in nanoseconds.
  fileprivate var shifts: [Double] {
    zip(tags, truths).map { Double($0.macroTime * 4 + 2) / 1e3 - Double($1.detectionTime) / 16e3 }
  }
}
