import Bench
import Emitters
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Bursts of pulses, false-alarm probability 1e-6 per comparison")
struct BurstTests {
  static func bench(_ burst: Excitation.Burst, repetitionRateHz: Double) -> Bench {
    var test = TestBench(repetitionRateHz: repetitionRateHz, absorbed: 0.8, coupling: 0.8, charged: nil)
    test.yields = (0.8, 0.3)
    test.background = [TestBench.slowBand]
    test.darkCountRateHz = 3_000
    test.durationSeconds = 20e6 / repetitionRateHz
    var bench = test.bench
    bench.excitation.burst = burst
    return bench
  }
  static let benches = [
    bench(.init(pulses: 3, outOf: 10), repetitionRateHz: 5e6),
    bench(.init(pulses: 1, outOf: 2), repetitionRateHz: 80e6),
    bench(.init(pulses: 40, outOf: 1_000), repetitionRateHz: 20e6),
    bench(.init(pulses: 7, outOf: 7), repetitionRateHz: 5e6),
  ]

  /// Rates by cause and coincidence peaks, which now depend on the distance in the cycle.
  @Test(arguments: benches)
  func simulationFollowsPrediction(_ bench: Bench) {
    let predictor = Predictor(bench: bench)
    let stream = Stream(bench)
    for (i, component) in predictor.componentRatesHz.enumerated() where component.rateHz > 0 {
      let mean = component.rateHz * bench.durationSeconds
      #expect(
        abs(Double(stream.countsByOrigin[i]) - mean) < 4.9 * (1.2 * mean).squareRoot(),
        "\(component.name): \(stream.countsByOrigin[i]) against \(mean)")
    }
    let pulses = bench.durationSeconds * bench.excitation.repetitionRateHz!
    let found = stream.coincidencesByPulse(period: bench.excitation.periodNanoseconds!, upTo: 20)
    let pairs = predictor.pairMeans(0, 1)
    for k in -20...20 {
      let mean = pairs[abs(k)] * pulses
      #expect(
        abs(Double(found[k + 20]) - mean) < 4.9 * (2.5 * mean).squareRoot() + 3,
        "peak \(k): \(found[k + 20]) against \(mean)")
    }
  }

  @Test(arguments: benches)
  func enginesAgree(_ bench: Bench) {
    var bench = bench
    bench.durationSeconds /= 10
    let comparison = EngineComparison(bench, seed: 23)
    comparison.labels()
    comparison.decay()
    comparison.correlation()
  }

  /// All of a train is a burst without gaps.
  @Test func fullBurstIsASteadyTrain() {
    var steady = Self.benches[3]
    steady.excitation.burst = nil
    #expect(abs(Predictor(bench: Self.benches[3]).g2Zero! / Predictor(bench: steady).g2Zero! - 1) < 1e-9)
  }
}
