import Bench
import CGSL
import Emitters
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Hidden variables, false-alarm probability 1e-6 per comparison")
struct HiddenVariablesTests {
  /// A stationary start. Which state a recording starts in, and how long that state still lasts.
  @Test func startsAtAnArbitraryInstant() {
    let m = 1.5, t0 = 1e-3
    let cutoffs = [0.2, 0.02]
    var bench = TestBench(coupling: 1e-6, charged: nil).bench
    bench.emitters = [
      BunchingTests.emitter(cutoffs.map { .powerLaw(exponent: m, minimumSeconds: t0, cutoffSeconds: $0) })
    ]
    bench.durationSeconds = 0.1
    func survival(_ t: Double, _ T: Double) -> Double {
      t <= t0 ? 1 : gsl_sf_gamma_inc(1 - m, t / T) / gsl_sf_gamma_inc(1 - m, t0 / T)
    }
    func beyond(_ t: Double, _ T: Double) -> Double {  // ∫_t^∞ of the survival, t ≥ t0
      T * gsl_sf_gamma_inc(2 - m, t / T) / gsl_sf_gamma_inc(1 - m, t0 / T) - t * survival(t, T)
    }
    let means = cutoffs.map { t0 + beyond(t0, $0) }
    let seeds = 3_000
    var rest = [[Double]](repeating: [], count: 2)
    for seed in 1...seeds {
      let changes = Stream(bench, seed: UInt64(seed), threads: 1).changes
      rest[Int(changes[0].state)].append(changes.count > 1 ? Double(changes[1].time) / 16e12 : .infinity)
    }
    func expectBinomial(_ k: Int, _ p: Double, _ n: Int, _ what: Comment) {
      let below = gsl_cdf_binomial_P(UInt32(k), p, UInt32(n))
      let above = k == 0 ? 1 : gsl_cdf_binomial_Q(UInt32(k - 1), p, UInt32(n))
      #expect(below > falseAlarm / 2 && above > falseAlarm / 2, "\(what): \(k) of \(n), \(p)")
    }
    expectBinomial(rest[0].count, means[0] / (means[0] + means[1]), seeds, "state 0")
    for s in 0..<2 {
      for t in [1e-3, 3e-3, 1e-2, 5e-2] {
        expectBinomial(rest[s].count { $0 > t }, beyond(t, cutoffs[s]) / means[s], rest[s].count, "\(s), \(t) s")
      }
    }
  }

  /// Two equal centres switch independently.
  @Test func variablesAreIndependent() {
    var bench = TestBench(coupling: 1e-6, charged: nil).bench
    bench.emitters = [BunchingTests.emitter([])]
    bench.emitters[0].centres = RecombinationCentre.spread(
      count: 2, ratePerNanosecond: 0.1, slowestHz: 100, fastestHz: 100)
    bench.durationSeconds = 100
    let seconds = Stream(bench).secondsPerState(4, duration: 100)
    // Each pair of values a quarter of the time; correlation time 5 ms over two, a relative error of about 1 %.
    for s in seconds { #expect(abs(s - 25) < 2, "\(seconds)") }
  }

  /// Dark after `meanSeconds` on average, dark being the state that cannot absorb.
  @Test func bleachedIsTheStateThatCannotAbsorb() {
    var emitter = BunchingTests.emitter([])
    emitter.bleaching = Bleaching(meanSeconds: 2, stages: 3)
    let dark = emitter.hiddenStates.indices.filter { emitter.hiddenStates[$0].scheme.absorptions.isEmpty }
    #expect(dark.count == 1)
    let way = emitter.hiddenVariables.last!.values
    let seconds = way.reduce(0.0) { sum, value in
      if case .exponential(let mean)? = value.dwell { sum + mean } else { sum }
    }
    #expect(abs(seconds - 2) < 1e-12)
    #expect(way.count == 4)
  }

  /// From every position x the mean motion is −x/τ (so the autocorrelation is e^(−t/τ)), the variance σ².
  @Test(arguments: SpectralDiffusion.Motion.allCases, [2, 5, 17])
  func wanderingForgetsExponentially(_ motion: SpectralDiffusion.Motion, _ positions: Int) {
    var emitter = BunchingTests.emitter([])
    let diffusion = SpectralDiffusion(
      motion: motion, sigmaMillielectronvolts: 12, correlationSeconds: 0.05, positions: positions)
    emitter.spectralDiffusion = diffusion
    let x = diffusion.shiftsMillielectronvolts
    for (j, value) in emitter.hiddenVariables[1].values.enumerated() {
      guard case .exponential(let dwell)? = value.dwell else { continue }
      let total = value.next.reduce(0, +)
      let drift = zip(value.next, x).reduce(0) { $0 + $1.0 / total * ($1.1 - x[j]) } / dwell
      #expect(abs(drift + x[j] / 0.05) < 1e-9, "\(motion) \(j): \(drift) against \(-x[j] / 0.05)")
    }
    let variance = zip(diffusion.shares, x).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
    #expect(abs(variance - 144) < 1e-9)
  }
}
