import Bench
import CGSL
import Emitters
import Prediction
import Testing

/// Bunching and scatter of rates where they have a closed form.
@Suite("Closed forms of slow processes")
struct ClosedFormBunchingTests {
  /// Dwells written as a power law of exponent 0 are exponential: the inversion against the telegraph's closed form.
  @Test func inversionOfExponentials() {
    var bench = TestBench(charged: nil).bench
    func law(_ mean: Double) -> DwellLaw { .powerLaw(exponent: 0, minimumSeconds: 1e-9, cutoffSeconds: mean) }
    bench.emitters = [BunchingTests.emitter([law(0.03), law(0.01)])]
    let predictor = Predictor(bench: bench)
    #expect(!predictor.isBunchingExact)
    let (p, q) = (0.75, 0.25)
    let mean = p * 0.8 + q * 0.1
    for lag in [1e-4, 1e-3, 0.005, 0.01, 0.02] {
      let excess = p * q * 0.49 / (mean * mean)
      let exact = 1 + excess * gsl_sf_exp(-lag * (1 / 0.03 + 1 / 0.01))
      let found = predictor.bunching(atDelaySeconds: lag)!
      #expect(abs(found - exact) < 3e-4 * excess, "\(lag): \(found) \(exact)")
    }
  }

  /// One stage of bleaching in closed form.
  @Test func bleachingInClosedForm() {
    var bench = TestBench(charged: nil).bench
    bench.emitters = [BunchingTests.emitter([])]
    bench.emitters[0].bleaching = Bleaching(meanSeconds: 10)
    bench.durationSeconds = 40
    let predictor = Predictor(bench: bench)
    let mean = 10 / 40.0 * -gsl_expm1(-4)
    for lag in [0.1, 3, 12, 30] {
      let pair = 10 / (40 - lag) * gsl_sf_exp(-lag / 10) * -gsl_expm1(-(40 - lag) / 10)
      let found = predictor.bunching(atDelaySeconds: lag)!
      #expect(abs(found / (pair / (mean * mean)) - 1) < 1e-9, "\(lag): \(found) against \(pair / (mean * mean))")
    }
  }

  /// The random telegraph's time average: variance 2 σ² τ/T (1 − τ/T (1 − e^(−T/τ))).
  @Test func telegraphNoise() {
    var bench = TestBench(charged: nil).bench
    bench.emitters = [BunchingTests.emitter([.exponential(meanSeconds: 0.03), .exponential(meanSeconds: 0.01)])]
    let predictor = Predictor(bench: bench)
    let rate = predictor.recordedRatesHz[0]
    let tau = 1 / (1 / 0.03 + 1 / 0.01)
    let (p, q) = (0.75, 0.25)
    let mean = p * 0.8 + q * 0.1
    let variance = p * q * 0.49 / (mean * mean) * rate * rate
    for seconds in [0.001, 0.02, 1, 100] {
      let x = tau / seconds
      let exact = (2 * variance * x * (1 + x * gsl_expm1(-1 / x)) + rate / seconds).squareRoot()
      let found = predictor.rateStandardDeviationHz(0, overSeconds: seconds)
      #expect(abs(found / exact - 1) < 5e-3, "\(seconds): \(found) against \(exact)")
    }
  }
}
