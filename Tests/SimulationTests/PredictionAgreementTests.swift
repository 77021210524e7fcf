import Bench
import CGSL
import Detectors
import Emitters
import Prediction
import Simulation
import Testing
import TimeTags

/// Every comparison's probability of failing although both sides are right.
let falseAlarm = 1e-6

/// A two-sided Poisson test of a count.
func expectPoisson(
  _ count: Int, mean: Double, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
  let below = gsl_cdf_poisson_P(UInt32(count), mean)
  let above = count == 0 ? 1 : gsl_cdf_poisson_Q(UInt32(count - 1), mean)
  #expect(
    below > falseAlarm / 2 && above > falseAlarm / 2,
    "\(comment ?? "count") \(count), expected \(mean), \((Double(count) - mean) / mean.squareRoot()) standard deviations",
    sourceLocation: sourceLocation)
}

@Suite("Simulation against prediction, false-alarm probability 1e-6 per comparison")
struct PredictionAgreementTests {
  /// Photon numbers per transition and slow state, given the drawn slow trajectory.
  ///
  /// Counts are sub-Poissonian here (at most a few photons per pulse, many pulses), so a Poisson test is conservative
  /// on the side of fluctuations; a broken rate fails by tens of standard deviations (see `brokenPhysicsIsSeen`).
  @Test(arguments: [
    TestBench(),  // regime of the paper
    TestBench(absorbed: 3, coupling: 0.9, yields: (0.9, 0.5)),  // many multi-photon pulses
    TestBench(repetitionRateHz: 80e6, absorbed: 0.5),  // more than half of the excitation is left over
    TestBench(repetitionRateHz: 80e6, absorbed: 3, coupling: 0.9, yields: (0.9, 0.5), durationSeconds: 0.2),
    TestBench(absorbed: 1e-3, coupling: 1),
  ])
  func photonsPerTransition(_ test: TestBench) {
    let bench = test.bench
    let stream = Stream(bench)
    let seconds = stream.secondsPerState(2, duration: bench.durationSeconds)
    let counts = stream.countsByOrigin
    let rates = Predictor(bench: bench).componentRatesHz
    let shares = Predictor(bench: bench).stateShares[0]
    for i in 0..<4 {
      let mean = rates[i].rateHz / shares[i / 2] * seconds[i / 2]
      expectPoisson(counts[i], mean: mean, "\(rates[i].name)")
    }
  }

  @Test func coincidencesByPulse() throws {
    var test = TestBench(absorbed: 0.8, coupling: 0.9, charged: nil, durationSeconds: 4)
    test.yields = (0.8, 0.3)
    let bench = test.bench
    let counts = Stream(bench).coincidencesByPulse(period: 200, upTo: 20)
    let predictor = Predictor(bench: bench)
    let rates = predictor.recordedRatesHz
    let side = rates[0] * rates[1] / 5e6 * bench.durationSeconds
    expectPoisson(counts[20], mean: side * predictor.g2Zero!, "centre peak")
    for k in (0...40) where k != 20 { expectPoisson(counts[k], mean: side, "side peak \(k - 20)") }
  }

  /// REFERENCE formula 1: Poisson absorption up a ladder of two steps.
  @Test(arguments: [0.1, 0.5, 1, 3])
  func ladderFormula(absorbed: Double) {
    var test = TestBench(repetitionRateHz: 1e5, absorbed: absorbed, charged: nil)
    test.yields = (1, 0.2)
    let atLeast = (gsl_cdf_poisson_Q(0, absorbed), gsl_cdf_poisson_Q(1, absorbed))
    let mean = atLeast.0 * 1 + atLeast.1 * 0.2
    let expected = 2 * atLeast.1 * 0.2 / (mean * mean)
    #expect(abs(Predictor(bench: test.bench).g2Zero! / expected - 1) < 1e-6)
  }

  @Test func recordsWithBackgroundDeadTimeAndAfterpulses() {
    var test = TestBench(absorbed: 0.3, coupling: 0.5, charged: nil, background: [TestBench.slowBand])
    test.darkCountRateHz = 5_000
    test.detectorDeadTime = 22
    test.electronicsDeadTime = 86
    test.afterpulsing = 0.02
    test.jitter = 0.35
    let bench = test.bench
    let stream = Stream(bench)
    let predictor = Predictor(bench: bench)
    for d in 0..<2 {
      let count = stream.tags.count { $0.channel == d }
      expectPoisson(count, mean: predictor.recordedRatesHz[d] * bench.durationSeconds, "channel \(d)")
    }
    let byOrigin = stream.countsByOrigin
    let rates = predictor.componentRatesHz
    // Dead time takes 0.2 % at most; background and dark counts are compared within that and their Poisson noise.
    for i in 2..<rates.count {
      let mean = rates[i].rateHz * bench.durationSeconds
      #expect(abs(Double(byOrigin[i]) - mean) < 4.9 * mean.squareRoot() + 0.01 * mean, "\(rates[i].name)")
    }
  }

  /// REFERENCE formula 9: afterpulses raise g2(0).
  @Test func afterpulsesRaiseTheCentre() {
    var test = TestBench(absorbed: 0.5, coupling: 0.9, charged: nil, durationSeconds: 4)
    test.yields = (0.8, 0.1)
    test.afterpulsing = 0.03
    test.afterpulseDelay = 400
    test.detectorDeadTime = 22
    let bench = test.bench
    let stream = Stream(bench)
    var counts = stream.coincidencesByPulse(period: 200, upTo: 20)
    let center = counts.remove(at: 20)
    let side = Double(counts.reduce(0, +)) / 40
    let predicted = Predictor(bench: bench).g2Zero!
    // Afterpulses repeat coincidences, so counts are a little wider than Poisson: 5.5 instead of 4.9 deviations.
    let sigma = (Double(center) + predicted * predicted * side / 40).squareRoot()
    #expect(abs(Double(center) - predicted * side) < 5.5 * sigma)
    // The effect is far outside that band.
    var without = bench
    for d in 0..<2 { without.detectors[d].afterpulsing.probability = 0 }
    #expect(abs(Double(center) - Predictor(bench: without).g2Zero! * side) > 8 * sigma)
  }

  /// The tests above must be able to fail: the physics is broken on purpose in the simulated bench only.
  @Test func brokenPhysicsIsSeen() {
    let right = TestBench()
    var wrongLifetime = TestBench(repetitionRateHz: 80e6, absorbed: 0.5)
    let rightFast = wrongLifetime
    wrongLifetime.lifetimes.exciton *= 1.05
    var wrongYield = right
    wrongYield.yields.biexciton *= 1.1
    for (simulated, predicted) in [(wrongLifetime, rightFast), (wrongYield, right)] {
      let bench = simulated.bench
      let stream = Stream(bench)
      let seconds = stream.secondsPerState(2, duration: bench.durationSeconds)
      let predictor = Predictor(bench: predicted.bench)
      let worst = (0..<4).map { i -> Double in
        let mean = predictor.componentRatesHz[i].rateHz / predictor.stateShares[0][i / 2] * seconds[i / 2]
        return abs(Double(stream.countsByOrigin[i]) - mean) / mean.squareRoot()
      }.max()!
      #expect(worst > 4.9)
    }
  }
}
