import Bench
import CGSL
import Emitters
import Light
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

/// What blinking, wandering lines and bleaching do to coincidences at delays from milliseconds to seconds.
///
/// Each of 16 seeds gives an unbiased estimate of the normalised correlation, because it is divided by the predicted and
/// not by the measured rates; a two-sided Student test of their mean, 15 degrees of freedom.
@Suite("Bunching at long delays, false-alarm probability 1e-6 per comparison")
struct BunchingTests {
  static func emitter(_ dwells: [DwellLaw], yields: [Double] = [0.8, 0.1, 0.4]) -> Emitter {
    let line = Spectrum(centerNanometers: 610, fwhmNanometers: 10)
    let states = (0..<max(1, dwells.count)).map { i in
      Emitter.SlowState(
        name: "\(i)",
        scheme: LevelScheme(
          levels: ["0", "X"],
          transitions: [.init(from: 1, to: 0, ratePerNanosecond: 0.05, quantumYield: yields[i], line: line)]),
        dwell: dwells.isEmpty ? nil : dwells[i])
    }
    return Emitter(name: "dot", states: states, meanAbsorbedPhotonsPerPulse: 0.1)
  }

  struct Case: CustomStringConvertible {
    var description: String
    var emitter: Emitter
    /// Seconds.
    var lags: [Double]
    var duration = 40.0
    /// What the numerical inversion may be off, relative to the bunching itself.
    var inversion = 0.0
  }

  static let cases: [Case] = {
    var cases = [
      Case(
        description: "exponential dwells",
        emitter: emitter([.exponential(meanSeconds: 0.03), .exponential(meanSeconds: 0.01)]),
        lags: [0.002, 0.01, 0.05, 0.3])
    ]
    var branching = emitter([
      .exponential(meanSeconds: 0.03), .exponential(meanSeconds: 0.01), .exponential(meanSeconds: 0.1),
    ])
    branching.states[0].next = [0, 0.3, 0.7]
    branching.states[1].next = [1, 0, 0]
    branching.states[2].next = [0.5, 0.5, 0]
    cases.append(Case(description: "three states that branch", emitter: branching, lags: [0.002, 0.01, 0.05, 0.3]))
    let powerLaw = DwellLaw.powerLaw(exponent: 1.5, minimumSeconds: 0.002, cutoffSeconds: 0.2)
    cases.append(
      Case(
        description: "power laws", emitter: emitter([powerLaw, powerLaw]), lags: [0.001, 0.004, 0.02, 0.1, 0.5],
        inversion: 3e-3))
    cases.append(
      Case(
        description: "diffusion-controlled",
        emitter: emitter([
          .diffusionControlled(crossoverSeconds: 0.02, tailRateHz: 2),
          .diffusionControlled(crossoverSeconds: 0.005, tailRateHz: 10),
        ]), lags: [0.002, 0.01, 0.05, 0.3], inversion: 1e-3))
    var centres = emitter([])
    centres.centres = RecombinationCentre.spread(count: 5, ratePerNanosecond: 0.1, slowestHz: 2, fastestHz: 200)
    cases.append(Case(description: "recombination centres", emitter: centres, lags: [0.002, 0.02, 0.2]))
    for motion in SpectralDiffusion.Motion.allCases {
      var wandering = emitter([])
      wandering.spectralDiffusion = SpectralDiffusion(
        motion: motion, sigmaMillielectronvolts: 40, correlationSeconds: 0.05, positions: 9)
      cases.append(Case(description: "wandering line, \(motion)", emitter: wandering, lags: [0.002, 0.02, 0.1]))
    }
    var bleaching = emitter([])
    bleaching.bleaching = Bleaching(meanSeconds: 10, stages: 3, shiftMillielectronvolts: 60)
    cases.append(Case(description: "bleaching", emitter: bleaching, lags: [0.01, 3, 12]))
    return cases
  }()

  @Test(arguments: cases)
  func simulationFollowsPrediction(_ test: Case) {
    var bench = TestBench(coupling: 0.2, charged: nil).bench
    bench.path.filters = [
      .init(name: "filter", transmission: .bandPass(SpectralFilter(centerNanometers: 610, bandwidthNanometers: 30)))
    ]
    bench.emitters = [test.emitter]
    bench.durationSeconds = test.duration
    let predictor = Predictor(bench: bench)
    let bin = 5e-4
    let bins = Int(test.duration / bin)
    let means = (0..<2).map { predictor.recordedRatesHz[$0] * bin }
    var estimates = test.lags.map { _ in [Double]() }
    for seed in 1...16 {
      let stream = Stream(bench, seed: UInt64(seed))
      var counts = [[Double]](repeating: [Double](repeating: 0, count: bins), count: 2)
      for tag in stream.tags {
        counts[Int(tag.channel)][min(bins - 1, Int(Double(tag.macroTime) * 4e-12 / bin))] += 1
      }
      for (l, lag) in test.lags.enumerated() {
        let k = Int((lag / bin).rounded())
        var sum = 0.0
        for i in 0..<(bins - k) { sum += counts[0][i] * counts[1][i + k] + counts[1][i] * counts[0][i + k] }
        estimates[l].append(sum / Double(2 * (bins - k)) / (means[0] * means[1]))
      }
    }
    for (l, lag) in test.lags.enumerated() {
      let mean = estimates[l].reduce(0, +) / 16
      let variance = estimates[l].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 15
      // A bin's width rounds the curve: the mean over the triangle of two bins.
      let expected = [-0.5, -0.25, 0, 0.25, 0.5].enumerated().reduce(0.0) { sum, point in
        sum + [1, 2, 3, 2, 1][point.offset] / 9 * predictor.bunching(atDelaySeconds: lag + point.element * bin)!
      }
      let off = max(0, abs(mean - expected) - test.inversion * abs(expected - 1))
      let t = off / (variance / 16).squareRoot()
      #expect(gsl_cdf_tdist_Q(t, 15) > falseAlarm / 2, "\(test), \(lag) s: \(mean) against \(expected), t = \(t)")
    }
    // There is something to see.
    #expect(predictor.bunching(atDelaySeconds: test.lags[0])! > 1.05)
  }

  /// The random telegraph in closed form: 1 + (variance/mean²) e^(−t (1/a + 1/b)).
  @Test func telegraph() {
    var bench = TestBench(charged: nil).bench
    bench.emitters = [Self.emitter([.exponential(meanSeconds: 0.03), .exponential(meanSeconds: 0.01)])]
    let predictor = Predictor(bench: bench)
    #expect(predictor.isBunchingExact)
    let (p, q) = (0.75, 0.25)
    let mean = p * 0.8 + q * 0.1
    for lag in [1e-4, 0.01, 0.1] {
      let exact = 1 + p * q * 0.7 * 0.7 / (mean * mean) * gsl_sf_exp(-lag * (1 / 0.03 + 1 / 0.01))
      #expect(abs(predictor.bunching(atDelaySeconds: lag)! - exact) < 1e-9)
    }
  }
}
