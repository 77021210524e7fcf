import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// The fit of all peaks on a flat background.
@Suite struct PeakFitTests {
  /// A third of all counts is flat background, of which the fit is not told.
  @Test("g2(0) of the emitter alone out of strong flat background (false alarm 1e−6)")
  func strongBackground() throws {
    var stream = SyntheticStream(
      periodPs: 200_000, pulses: 60_000_000, rate: 0.006, pairs: 0.0003, lifetimePs: 20_000, delayPs: 237_000, seed: 21)
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    var pulse = 0.0
    while true {
      pulse += gsl_ran_exponential(rng, 1 / 0.003)
      if pulse >= 6e7 { break }
      stream.t3.append(
        TimeTag(
          macroTime: Int64(pulse), nanotime: UInt16((pulse - pulse.rounded(.down)) * 12_500),
          channel: gsl_rng_uniform(rng) < 0.5 ? 0 : 1))
    }
    stream.t3.sort { ($0.macroTime, $0.nanotime) < ($1.macroTime, $1.nanotime) }
    let result = try analyzeG2(header: stream.header3, options: CorrelationOptions(estimator: .peakFit)) {
      try play(stream.t3, blocks: 65536, $0)
    }
    let fit = try #require(result.peakFit)
    // pairs 2 · 0.006 · 0.0003 over (0.006 · 1.0003)²
    let truth = 2 * 0.0003 / 0.006
    #expect(abs(fit.value - truth) < 4.89 * fit.uncertainty)
    #expect(fit.uncertainty < 0.05)
    #expect(result.g2Zero == fit.value)
    #expect(fit.interval.low < fit.value && fit.value < fit.interval.high)
    #expect(fit.interval95.low < fit.interval.low && fit.interval.high < fit.interval95.high)
    // one lifetime is enough, and it is the emitter's
    #expect(fit.lifetimesNs.count == 1)
    #expect(abs(fit.lifetimesNs[0] - 20) < 0.4)
    // flat: b² + 2 s b of (s + b)²
    let flat = fit.flatCountsPerPeriod / (fit.flatCountsPerPeriod + fit.sidePeakCounts)
    #expect(abs(flat - (1 - 4.0 / 9)) < 0.02)
    #expect(abs(fit.deviance / Double(fit.degreesOfFreedom) - 1) < 0.3)
    // the ratio of peak areas has the background in it
    let raw = try #require(result.estimates["peak_areas"])
    #expect(abs(raw.value - (1 - 4.0 / 9 * (1 - truth))) < 4.89 * raw.uncertainty)
  }

  @Test("a gate is refused")
  func gated() {
    let stream = PulsedCorrelationTests.slow
    let options = CorrelationOptions(gate: TimeGate(startNs: 2, stopNs: 60), estimator: .peakFit)
    #expect(throws: AnalysisError.self) {
      try analyzeG2(header: stream.header3, options: options) { try play(stream.t3, blocks: 65536, $0) }
    }
  }
}
