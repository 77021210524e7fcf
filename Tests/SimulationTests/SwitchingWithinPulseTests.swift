import Bench
import CGSL
import Emitters
import Light
import Prediction
import Simulation
import Testing
import TimeTags

/// A slow state that is not slow: it changes within a laser period, and within a lifetime. Then the hidden state belongs to
/// the levels, and one scheme over both (0, X, 0*, X*) predicts everything exactly.
@Suite("States that change within a pulse, false-alarm probability 1e-6 per comparison")
struct SwitchingWithinPulseTests {
  struct Case: CustomStringConvertible {
    var repetitionRateHz = 5e6
    /// Mean dwells in ns.
    var dwells = (60.0, 25.0)
    var absorbed = 0.8
    var width: Double?
    var duration = 0.1
    var description: String { "\(repetitionRateHz / 1e6) MHz, dwells \(dwells), pulse \(width ?? 0) ns" }
  }
  static let cases = [
    Case(), Case(repetitionRateHz: 80e6, dwells: (30, 8), duration: 0.01),
    Case(dwells: (3, 2), duration: 0.04), Case(dwells: (60, 25), width: 20, duration: 0.05),
    Case(dwells: (5_000, 500), duration: 0.3),
  ]

  static let line = Spectrum(centerNanometers: 610, fwhmNanometers: 28)
  /// Lifetimes and yields of the two states.
  static let states: [(lifetime: Double, yield: Double)] = [(20, 0.8), (3, 0.3)]

  static func bench(_ test: Case, emitter: Emitter) -> Bench {
    var bench = TestBench(repetitionRateHz: test.repetitionRateHz, coupling: 0.6, charged: nil).bench
    bench.durationSeconds = test.duration
    bench.excitation.pulseShape = test.width.map { PulseShape(form: .rectangular, fwhmNanoseconds: $0) }
    bench.emitters = [emitter]
    return bench
  }

  static func switching(_ test: Case) -> Bench {
    let dwells = [test.dwells.0, test.dwells.1]
    let slow = zip(states, dwells).enumerated().map { i, state in
      Emitter.SlowState(
        name: "\(i)",
        scheme: LevelScheme(
          levels: ["0", "X"],
          transitions: [
            .init(from: 1, to: 0, ratePerNanosecond: 1 / state.0.lifetime, quantumYield: state.0.yield, line: line)
          ]),
        dwell: .exponential(meanSeconds: state.1 * 1e-9))
    }
    return bench(test, emitter: Emitter(name: "dot", states: slow, meanAbsorbedPhotonsPerPulse: test.absorbed))
  }

  static func oneScheme(_ test: Case) -> Bench {
    let (a, b) = (1 / test.dwells.0, 1 / test.dwells.1)
    func dark(_ from: Int, _ to: Int, _ rate: Double) -> LevelScheme.Transition {
      .init(from: from, to: to, ratePerNanosecond: rate, quantumYield: 0, line: nil)
    }
    let scheme = LevelScheme(
      levels: ["0", "X", "0*", "X*"],
      transitions: [
        .init(from: 1, to: 0, ratePerNanosecond: 1 / states[0].lifetime, quantumYield: states[0].yield, line: line),
        .init(from: 3, to: 2, ratePerNanosecond: 1 / states[1].lifetime, quantumYield: states[1].yield, line: line),
        dark(0, 2, a), dark(1, 3, a), dark(2, 0, b), dark(3, 1, b),
      ], absorptions: [.init(from: 0, to: 1), .init(from: 2, to: 3)])
    return bench(
      test,
      emitter: Emitter(
        name: "dot", states: [.init(name: "all", scheme: scheme, dwell: nil)],
        meanAbsorbedPhotonsPerPulse: test.absorbed))
  }

  /// Photons from either state, against the exact prediction; their noise from 40 stretches (Student).
  @Test(arguments: cases)
  func photonsPerState(_ test: Case) {
    let bench = Self.switching(test)
    let rates = Predictor(bench: Self.oneScheme(test)).componentRatesHz
    let stream = Stream(bench)
    for origin in 0..<2 {
      var counts = [Double](repeating: 0, count: 40)
      for truth in stream.truths where Int(truth.origin) == origin {
        counts[min(39, Int(Double(truth.detectionTime) / 16e12 / bench.durationSeconds * 40))] += 1
      }
      let mean = counts.reduce(0, +) / 40
      let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39
      let expected = rates[origin].rateHz * bench.durationSeconds / 40
      let t = (mean - expected) / (variance / 40).squareRoot()
      #expect(gsl_cdf_tdist_Q(abs(t), 39) > falseAlarm / 2, "state \(origin): \(mean) against \(expected)")
      #expect(mean > 100)
    }
  }

  /// The decay over the period, bin by bin, against the exact prediction.
  @Test(arguments: cases)
  func decay(_ test: Case) {
    let bench = Self.switching(test)
    let stream = Stream(bench, seed: 3)
    let period = 1e9 / test.repetitionRateHz
    var counts = [Double](repeating: 0, count: 25)
    for truth in stream.truths {
      let time = Double(truth.detectionTime) / 16_000 / period
      counts[Int((time - time.rounded(.down)) * 25)] += 1
    }
    let predictor = Predictor(bench: Self.oneScheme(test))
    let expected = zip(predictor.clickIntensity(0, steps: 25), predictor.clickIntensity(1, steps: 25)).map(+)
    let pulses = bench.durationSeconds * test.repetitionRateHz
    for i in 0..<25 {
      // Emitters with leftovers are a little off Poisson; a tenth more of variance covers it.
      let mean = expected[i] * period / 25 * pulses
      #expect(abs(counts[i] - mean) < 4.9 * (1.1 * mean).squareRoot() + 3, "bin \(i): \(counts[i]) against \(mean)")
    }
  }

  @Test(arguments: cases)
  func enginesAgree(_ test: Case) {
    let comparison = EngineComparison(Self.switching(test), seed: 8)
    comparison.labels()
    comparison.decay()
    comparison.correlation()
  }
}
