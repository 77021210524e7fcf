import Bench
import Emitters
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Several emitters in one spot, and none; false-alarm probability 1e-6 per comparison")
struct ManyEmittersTests {
  static func bench(_ count: Int, repetitionRateHz: Double = 1e6) -> Bench {
    var test = TestBench(repetitionRateHz: repetitionRateHz, absorbed: 0.5, coupling: 0.6, charged: nil)
    test.yields = (0.8, 0)
    var bench = test.bench
    let dot = bench.emitters[0]
    bench.emitters = (0..<count).map { i in
      var copy = dot
      copy.name = "dot \(i + 1)"
      return copy
    }
    return bench
  }

  /// N equal single-photon emitters: g2(0) = 1 − 1/N.
  @Test(arguments: 1...4)
  func predictedG2(_ count: Int) {
    let g2 = Predictor(bench: Self.bench(count, repetitionRateHz: 1e5)).g2Zero!
    #expect(abs(g2 - (1 - 1 / Double(count))) < 1e-6)
  }

  @Test(arguments: 1...3)
  func simulatedCoincidences(_ count: Int) {
    let bench = Self.bench(count)
    let stream = Stream(bench)
    let counts = stream.coincidencesByPulse(period: 1_000, upTo: 5)
    let pairs = Predictor(bench: bench).pairMeans(0, 1)
    let pulses = bench.durationSeconds * 1e6
    for k in -5...5 { expectPoisson(counts[k + 5], mean: max(pairs[abs(k)] * pulses, 1e-9), "peak \(k)") }
    // Every emitter's photons carry its number.
    for (i, n) in stream.countsByOrigin.enumerated() where stream.origins.origins[i].name.hasSuffix("X→0") {
      expectPoisson(n, mean: Predictor(bench: bench).componentRatesHz[i].rateHz * bench.durationSeconds)
    }
    #expect(Set(stream.origins.origins.map(\.emitter)).subtracting([-1]).count == count)
  }

  /// An empty spot: background and dark counts are Poisson light, g2 = 1.
  @Test func emptySpot() {
    var bench = Self.bench(0)
    bench.background = [TestBench.slowBand]
    let predictor = Predictor(bench: bench)
    #expect(abs(predictor.g2Zero! - 1) < 1e-12)
    #expect(predictor.signalFraction == 0)
    let stream = Stream(bench)
    expectPoisson(stream.tags.count { $0.channel == 0 }, mean: predictor.recordedRatesHz[0] * bench.durationSeconds)
  }
}
