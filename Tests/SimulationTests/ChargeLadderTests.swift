import Bench
import CGSL
import Detectors
import Emitters
import Light
import Prediction
import Simulation
import Testing
import TimeTags

/// Charging driven by excitation: a biexciton may eject a carrier (Auger ionisation), the charged dot has its own
/// ladder, and recovers after a while in the dark or in the light. All of it is one level scheme, with two levels that
/// rest between pulses.
@Suite("Charging from the biexciton, false-alarm probability 1e-6 per comparison")
struct ChargeLadderTests {
  static func bench(repetitionRateHz: Double, recovery: Double, duration: Double) -> Bench {
    let line = Spectrum(centerNanometers: 610, fwhmNanometers: 28)
    let scheme = LevelScheme(
      levels: ["0", "X", "XX", "0+", "X+"],
      transitions: [
        .init(from: 1, to: 0, ratePerNanosecond: 1 / 20.0, quantumYield: 0.8, line: line),
        .init(from: 2, to: 1, ratePerNanosecond: 1 / 0.5, quantumYield: 0.1, line: line),
        .init(from: 2, to: 4, ratePerNanosecond: 0.8, quantumYield: 0, line: nil),
        .init(from: 4, to: 3, ratePerNanosecond: 1 / 2.0, quantumYield: 0.2, line: line),
        .init(from: 3, to: 0, ratePerNanosecond: 1 / recovery, quantumYield: 0, line: nil),
      ],
      absorptions: [.init(from: 0, to: 1), .init(from: 1, to: 2), .init(from: 3, to: 4, weight: 1.3)])
    var test = TestBench(repetitionRateHz: repetitionRateHz, coupling: 0.5, charged: nil)
    test.durationSeconds = duration
    var bench = test.bench
    bench.emitters = [
      Emitter(
        name: "dot", states: [.init(name: "all", scheme: scheme, dwell: nil)],
        absorption: .meanPhotonsPerPulse(0.6))
    ]
    return bench
  }

  static let benches = [
    bench(repetitionRateHz: 5e6, recovery: 3_000, duration: 4),
    bench(repetitionRateHz: 5e6, recovery: 150, duration: 4),
    bench(repetitionRateHz: 80e6, recovery: 3_000, duration: 0.4),
  ]

  /// Charging bunches the light, so the noise of each count is estimated from 25 stretches (Student's t).
  @Test(arguments: benches)
  func photonsPerTransition(_ bench: Bench) {
    let stream = Stream(bench)
    let rates = Predictor(bench: bench).componentRatesHz
    for origin in [0, 1, 3] {
      var counts = [Double](repeating: 0, count: 25)
      for truth in stream.truths where Int(truth.origin) == origin {
        counts[min(24, Int(Double(truth.detectionTime) / 16e12 / bench.durationSeconds * 25))] += 1
      }
      let mean = counts.reduce(0, +) / 25
      let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 24
      let expected = rates[origin].rateHz * bench.durationSeconds / 25
      let t = (mean - expected) / (variance / 25).squareRoot()
      #expect(gsl_cdf_tdist_Q(abs(t), 24) > falseAlarm / 2, "\(rates[origin].name): \(mean) against \(expected)")
    }
  }

  /// The side peaks fall with the memory of the charge, and the centre with the ladder; both are predicted. The pairs are
  /// correlated through the charge, so a tenth is added to their Poisson variance.
  @Test(arguments: benches[..<2])
  func bunchingAcrossPulses(_ bench: Bench) {
    let counts = Stream(bench).coincidencesByPulse(period: 200, upTo: 20)
    let predictor = Predictor(bench: bench)
    let pulses = bench.durationSeconds * 5e6
    let pairs = predictor.pairMeans(0, 1)
    for k in -20...20 {
      let expected = pairs[abs(k)] * pulses
      #expect(abs(Double(counts[k + 20]) - expected) < 4.9 * (1.1 * expected).squareRoot(), "peak \(k)")
    }
    // Where the charge lasts over many pulses, bunching is there to be seen.
    if bench == Self.benches[0] { #expect(pairs[1] / pairs[20] > 1.05) }
  }

  @Test(arguments: benches)
  func enginesAgree(_ bench: Bench) {
    var bench = bench
    bench.durationSeconds /= 8
    let fast = Stream(bench, seed: 31).countsByOrigin
    let reference = Stream(bench, seed: 31, engine: .reference).countsByOrigin
    for origin in [0, 1, 3] {
      // The charge correlates photons: five instead of 4.9 deviations of √(3 n).
      let (a, b) = (Double(fast[origin]), Double(reference[origin]))
      #expect(abs(a - b) < 5 * (3 * (a + b)).squareRoot(), "origin \(origin): \(a) and \(b)")
    }
  }
}
