import CGSL
import Detectors
import Prediction
import Simulation
import Testing
import TimeTags

/// Dead time, recovery and twilight counts under Poisson light, where rates are known exactly. False-alarm probability
/// below 1e-6 for each count: a renewal process with a dead time scatters less than a Poisson process of its rate.
@Suite("Dead time and recovery")
struct DeadTimeTests {
  /// Photons and dark counts take different ways through the pass; each is tried.
  @Test(arguments: [true, false])
  func nonParalysable(isLight: Bool) {
    // REFERENCE formula 10: 1/(1 + R t).
    let stream = check(rate: 8e6, isLight: isLight, expected: 8e6 / 1.4) { $0.deadTimeNanoseconds = 50 }
    // Not a sixteenth of a picosecond less.
    let times = stream.truths.map(\.detectionTime)
    let isNeverShort = zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 800_000 }
    #expect(isNeverShort)
  }

  @Test(arguments: [true, false])
  func paralysable(isLight: Bool) {
    check(rate: 8e6, isLight: isLight, expected: 8e6 * gsl_sf_exp(-0.4)) {
      $0.deadTimeNanoseconds = 50
      $0.deadTimeKind = .paralysable
    }
  }

  /// No rate brings more than one click per dead time.
  @Test func saturation() {
    check(rate: 2e8, isLight: false, seconds: 0.05, expected: 2e8 / (1 + 2e8 * 22e-9)) { $0.deadTimeNanoseconds = 22 }
  }

  @Test(arguments: [true, false])
  func exponentialRecovery(isLight: Bool) {
    // The mean wait ∫ exp(−R (t − τ (1 − e^(−t/τ)))) dt by Simpson's rule, with times in nanoseconds.
    let (rate, tau) = (10e-3, 40.0)
    let wait = simpson(upTo: 3_000) { gsl_sf_exp(-rate * ($0 + tau * gsl_expm1(-$0 / tau))) }
    check(rate: rate * 1e9, isLight: isLight, expected: 1e9 / (30 + wait)) {
      $0.deadTimeNanoseconds = 30
      $0.recovery = .exponential(timeConstantNanoseconds: tau)
    }
  }

  @Test func tabulatedRecovery() {
    // Blind for 20 ns more, then rising evenly to 1/2 within 40 ns, then full: the integral of the efficiency by hand.
    let rate = 10e-3
    func seen(_ t: Double) -> Double {
      t < 20 ? 0 : t < 60 ? (t - 20) * (t - 20) / 160 : 10 + t - 60
    }
    let wait = simpson(upTo: 3_000) { gsl_sf_exp(-rate * seen($0)) }
    check(rate: rate * 1e9, isLight: true, expected: 1e9 / (30 + wait)) {
      $0.deadTimeNanoseconds = 30
      $0.recovery = .table(nanoseconds: [20, 60], efficiencies: [0, 0.5])
    }
  }

  @Test(arguments: [true, false])
  func twilight(isLight: Bool) {
    // A cycle is the dead time, and unless a photon comes in the window (R p w = 0.12) one mean gap.
    let rate = 10e-3
    let expected = 1e9 / (50 + gsl_sf_exp(-rate * 20 * 0.6) / rate)
    let stream = check(rate: rate * 1e9, isLight: isLight, expected: expected) {
      $0.deadTimeNanoseconds = 50
      $0.twilight = TwilightCounts(windowNanoseconds: 20, probability: 0.6)
    }
    // They come at the very end of the dead time: independent trials, one per click.
    let times = stream.truths.map(\.detectionTime)
    let share = 1 - gsl_sf_exp(-0.12)
    let n = Double(times.count - 1)
    let found = Double(zip(times, times.dropFirst()).count { (a: Int64, b: Int64) in b - a == 800_000 })
    #expect(abs(found - n * share) < 4.9 * (n * share * (1 - share)).squareRoot())
  }

  /// Holds simulated counts and the prediction against an exact rate.
  @discardableResult
  private func check(
    rate: Double, isLight: Bool, seconds: Double = 0.5, expected: Double, _ change: (inout SinglePhotonDetector) -> Void
  ) -> Stream {
    var detector = PoissonBench.ideal
    change(&detector)
    if !isLight { detector.darkCountRateHz = rate }
    let bench = PoissonBench(detector, rateHz: isLight ? rate : 0, durationSeconds: seconds).bench
    let stream = Stream(bench)
    let mean = expected * seconds
    #expect(abs(Double(stream.tags.count) - mean) < 4.9 * mean.squareRoot(), "\(stream.tags.count), expected \(mean)")
    #expect(abs(Predictor(bench: bench).recordedRatesHz[0] / expected - 1) < 1e-4)
    return stream
  }

  private func simpson(upTo end: Double, _ f: (Double) -> Double) -> Double {
    let n = 60_000
    let step = end / Double(n)
    var sum = f(0) + f(end)
    for i in 1..<n { sum += f(Double(i) * step) * (i % 2 == 0 ? 2 : 4) }
    return sum * step / 3
  }
}
