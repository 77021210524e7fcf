import Bench
import CGSL
import Detectors
import Prediction
import Simulation
import Testing
import TimeTags

/// A PicoHarp 300 in T3 against prediction: one dead time for both detectors.
@Suite("Routed detectors, false-alarm probability 1e-6 per comparison")
struct RoutedPredictionTests {
  /// About 100,000 records a second and detector: the other detector's clicks cost 0.7 %, the square of which does not
  /// show.
  private var bench: Bench {
    var test = TestBench(
      absorbed: 0.3, coupling: 0.4, charged: nil, background: [TestBench.slowBand], durationSeconds: 20)
    test.yields = (0.8, 0.4)
    test.detectorDeadTime = 22
    test.electronicsDeadTime = 86.4
    test.jitter = 0.35
    test.mode = .t3
    return test.bench
  }

  @Test func rates() {
    let bench = bench
    let stream = Stream(bench)
    let predictor = Predictor(bench: bench)
    var perInput = bench
    perInput.electronics.mode = .t2
    for d in 0..<2 {
      let count = stream.tags.count { $0.channel == d + 1 }
      expectPoisson(count, mean: predictor.recordedRatesHz[d] * bench.durationSeconds, "channel \(d + 1)")
      // A dead time per input would be told apart.
      let wrong = Predictor(bench: perInput).recordedRatesHz[d] * bench.durationSeconds
      #expect(abs(Double(count) - wrong) > 6 * wrong.squareRoot())
    }
  }

  /// A click and its flash come within one dead time: one record, and no coincidence.
  @Test(arguments: [0.0, 50, -50, 200]) func flashes(_ cable: Double) {
    var bench = bench
    bench.crosstalk = Crosstalk(strength: .probability(0.05), delayNanoseconds: 10)
    bench.detectors[1].delayNanoseconds += cable
    let stream = Stream(bench)
    let predictor = Predictor(bench: bench)
    for d in 0..<2 {
      let count = stream.tags.count { $0.channel == d + 1 }
      // Flashes of flashes and in dead times, 0.3 %, are left out beside a twentieth.
      let mean = predictor.recordedRatesHz[d] * bench.durationSeconds
      #expect(abs(Double(count) - mean) < 4.9 * mean.squareRoot() + 0.005 * mean, "channel \(d + 1): \(count), \(mean)")
    }
    let expected = predictor.correlationHistogram(binNanoseconds: 4, range: 400, durationSeconds: 1)
    for (delay, count) in zip(expected.delaysNanoseconds, expected.coincidences) where abs(delay) < 84 {
      #expect(count == 0, "\(delay) ns")
    }
    // Nor in bins that reach beyond the dead time, unless the cable makes up for it.
    func inWideBins(_ bench: Bench) -> Double {
      Predictor(bench: bench).correlationHistogram(binNanoseconds: 200, range: 400, durationSeconds: 1).coincidences
        .reduce(0, +)
    }
    let all = inWideBins(bench)
    bench.crosstalk = nil
    #expect((all - inWideBins(bench) > 1) == (cable == 200))
  }

  /// The centre peak is what lies beyond the dead time: hardly anything of a real coincidence.
  @Test func coincidences() {
    var bench = bench
    bench.detectors[1].delayNanoseconds += 7
    let stream = Stream(bench)
    let predictor = Predictor(bench: bench)
    let times = stream.tags.map { (Double($0.macroTime) * 200 + Double($0.nanotime - 1) * 0.064, Int($0.channel)) }
    // Delays of channel 2 after channel 1, in bins of 4 ns.
    let range = 4_200.0
    var counts = [Double](repeating: 0, count: 2 * 1_050 + 1)
    for (i, a) in times.enumerated() {
      var j = i + 1
      while j < times.count, times[j].0 - a.0 < range - 4 {
        if times[j].1 != a.1 {
          let delay = (times[j].0 - a.0) * (a.1 == 1 ? 1 : -1)
          counts[Int((delay / 4).rounded()) + 1_050] += 1
        }
        j += 1
      }
    }
    let expected = predictor.correlationHistogram(
      binNanoseconds: 4, range: range, durationSeconds: bench.durationSeconds)
    for (k, delay) in expected.delaysNanoseconds.enumerated() where abs(delay) < 300 {
      if abs(delay) < 84 {
        #expect(counts[k] == 0, "\(delay) ns")
      } else if abs(abs(delay) - 86.4) > 4 {
        // Losses to third clicks, about 2 %, are left out of the curve: a band for them beside Poisson's.
        let mean = expected.coincidences[k]
        #expect(abs(counts[k] - mean) < 4.9 * mean.squareRoot() + 0.04 * mean, "\(delay) ns: \(counts[k]), \(mean)")
      }
    }
    // The same windows of a period for the centre and the side peaks, moved by the cable of 7 ns.
    var areas = [Double](repeating: 0, count: 41)
    for (k, delay) in expected.delaysNanoseconds.enumerated() {
      let peak = Int(((delay - 7) / 200).rounded()) + 20
      if areas.indices.contains(peak) { areas[peak] += counts[k] }
    }
    let center = areas.remove(at: 20)
    let side = areas.reduce(0, +) / 40
    expectPoisson(Int(center), mean: predictor.g2Zero! * side, "centre")
    var perInput = bench
    perInput.electronics.mode = .t2
    #expect(abs(center - Predictor(bench: perInput).g2Zero! * side) > 10 * center.squareRoot())
  }
}
