import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// Levels, stays and noise on streams whose truth is known.
@Suite struct IntermittencyTests {
  @Test("exponents and cut-offs are unbiased, their errors right: 400 sets, 4.5 standard deviations (false alarm 4e-5)")
  func powerLaw() throws {
    var pulls: [Double] = []
    var cutoffPulls: [Double] = []
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, 7)
    for _ in 0..<400 {
      let dwells = (0..<600).map { _ in
        SwitchingStream.powerLaw(OpaquePointer(rng), exponent: 1.5, shortest: 1e-3, cutoff: 0.2)
      }
      let fit = try #require(PowerLawFit(dwells, shortest: 1e-3))
      pulls.append((fit.exponent - 1.5) / fit.exponentUncertainty)
      let cutoff = try #require(fit.cutoffSeconds)
      let sigma = try #require(fit.cutoffSecondsUncertainty)
      cutoffPulls.append((log(cutoff) - log(0.2)) / (sigma / cutoff))
    }
    let (mean, deviation) = DecayMoments.moments(pulls)
    let (cutoffMean, cutoffDeviation) = DecayMoments.moments(cutoffPulls)
    print("power law pulls \(mean) \(deviation), cut-off \(cutoffMean) \(cutoffDeviation)")
    // bias at most a tenth of the statistical error beyond chance; 400 pulls: mean to 0.05, deviation to 0.035
    #expect(abs(mean) < 0.1 + 4.5 * 0.05)
    #expect(abs(deviation - 1) < 4.5 * 0.036)
    #expect(abs(cutoffMean) < 0.15 + 4.5 * 0.05)
    #expect(abs(cutoffDeviation - 1) < 0.05 + 4.5 * 0.036)
  }

  @Test("a censored stay counts as one that lasts longer")
  func censored() throws {
    var means: [Double] = []
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, 8)
    for _ in 0..<2000 {
      // a recording of 0.3 s of stays: the last one is cut
      var dwells: [Double] = []
      var left = 0.3
      while true {
        let next = SwitchingStream.powerLaw(OpaquePointer(rng), exponent: 1.8, shortest: 1e-3, cutoff: 1e9)
        if next > left { break }
        left -= next
        dwells.append(next)
      }
      guard let fit = PowerLawFit(dwells, censored: left, shortest: 1e-3), fit.cutoffSeconds == nil else { continue }
      means.append((fit.exponent - 1.8) / fit.exponentUncertainty)
    }
    let (mean, _) = DecayMoments.moments(means)
    print("censored pulls \(mean) of \(means.count)")
    #expect(abs(mean) < 0.25)
  }

  @Test(
    "whole analysis of simulated dots: levels, exponents of on and off times, share of time",
    arguments: 1...3 as ClosedRange<UInt>)
  func dots(seed: UInt) throws {
    let stream = SwitchingStream(ratesHz: [100_000, 5000], seconds: 60, seed: seed) { rng, level in
      SwitchingStream.powerLaw(
        rng, exponent: level == 0 ? 1.7 : 1.4, shortest: 2e-3, cutoff: level == 0 ? 0.3 : 1)
    }
    let tags = stream.tags
    let result = try analyzeBlinking(header: SwitchingStream.header) { try play(tags, blocks: 65536, $0) }
    let right = ChangePointTests.matched(
      result.changePoints.timesS.map { Int64(($0 * SwitchingStream.ticksPerSecond).rounded()) + stream.times[0] },
      stream.switches, tolerance: Int64(300e-6 * SwitchingStream.ticksPerSecond))
    print(
      "dots: \(right) of \(stream.switches.count), found \(result.changePoints.count), levels \(result.levels.map(\.rateHz))"
    )
    #expect(result.levels.count == 2)
    for (level, truth) in zip(result.levels, [100_000.0, 5000]) {
      #expect(abs(level.rateHz - truth) < 5 * level.rateHzUncertainty + 0.002 * truth)
    }
    let on = try #require(result.onTimes?.law)
    let off = try #require(result.offTimes?.law)
    print(
      "on \(on.exponent) ± \(on.exponentUncertainty) \(on.cutoffSeconds ?? .nan), off \(off.exponent) ± \(off.exponentUncertainty) \(off.cutoffSeconds ?? .nan); resolution \(result.resolutionS ?? .nan); threshold \(result.threshold?.onTimes.law?.exponent ?? .nan)"
    )
    // false alarm 6e-7 each
    #expect(abs(on.exponent - 1.7) < 5 * on.exponentUncertainty)
    #expect(abs(off.exponent - 1.4) < 5 * off.exponentUncertainty)
    #expect((on.cutoffSeconds ?? 9) < 3)
    #expect(Double(right) > 0.99 * Double(stream.switches.count))
  }

  @Test("the number of levels is found: three, 8000 to 60 000 Hz, and one in steady light")
  func levels() throws {
    for count in [1, 3] {
      let stream = SwitchingStream(ratesHz: Array([60_000.0, 8000, 25_000].prefix(count)), seconds: 20, seed: 5) {
        rng, _ in
        count == 1 ? 100 : gsl_ran_exponential(UnsafePointer<gsl_rng>(rng), 0.05)
      }
      let tags = stream.tags
      let result = try analyzeBlinking(header: SwitchingStream.header) { try play(tags, blocks: 65536, $0) }
      print("levels \(result.levels.map { ($0.rateHz, $0.shareOfTime) }) criterion \(result.levelCriterion)")
      #expect(result.levels.count == count)
      #expect((result.onTimes == nil) == (count == 1))
    }
  }

  @Test("a telegraph's autocorrelation and spectrum are the closed forms")
  func telegraph() throws {
    // rates 50 000 and 0: G(τ) = e^(−τ/T) for equal mean stays s, T = s/2
    let stream = SwitchingStream(ratesHz: [50_000, 1e-3], seconds: 400, seed: 6) { rng, _ in
      gsl_ran_exponential(UnsafePointer<gsl_rng>(rng), 0.1)
    }
    let tags = stream.tags
    var options = BlinkingOptions(binSeconds: 1e-3)
    options.levels = 2
    let result = try analyzeBlinking(header: SwitchingStream.header, options: options) {
      try play(tags, blocks: 65536, $0)
    }
    let correlation = try #require(result.autocorrelation)
    // 400 s hold some 4000 correlation times: ⟨n⟩² is uncertain to 3 %
    for (delay, value) in zip(correlation.delayS, correlation.value) where delay < 0.2 {
      #expect(abs(value - exp(-delay / 0.05)) < 0.1, "\(delay) \(value)")
    }
    let spectrum = try #require(result.powerSpectrum)
    for (f, density) in zip(spectrum.frequencyHz, spectrum.densityPerHz) where f > 0.3 && f < 100 {
      let truth = 4 * 0.05 / (1 + pow(2 * .pi * f * 0.05, 2)) + spectrum.shotNoisePerHz
      #expect(abs(density / truth - 1) < 0.4, "\(f) \(density) \(truth)")
    }
  }

  enum DecayMoments {
    static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
      let mean = values.reduce(0, +) / Double(values.count)
      return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot())
    }
  }
}
