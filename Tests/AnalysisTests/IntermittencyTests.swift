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

  @Test("the share of longer stays is the integral of the law, for exponents and cut-offs of all sizes")
  func longer() throws {
    var fit = try #require(PowerLawFit((1...20).map { Double($0) }, shortest: 1))
    for exponent in [0.5, 0.9, 1, 1.001, 1.005, 1.015, 1.1, 1.3, 1.4999, 1.5, 1.7, 2, 2.5] {
      for cutoff in [3.0, 100, 1e4, 1e8] {
        (fit.exponent, fit.cutoffSeconds) = (exponent, cutoff)
        // Simpson's rule over the logarithm of the time
        func integral(from a: Double) -> Double {
          let n = 20_000
          let step = log(50 * cutoff / a) / Double(n)
          return (0...n).reduce(0) { sum, i in
            let t = a * exp(step * Double(i))
            return sum + (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2) * pow(t, 1 - exponent) * exp(-t / cutoff) * step
              / 3
          }
        }
        let truth = integral(from: 2.5) / integral(from: 1)
        #expect(abs(fit.longer(than: 2.5) / truth - 1) < 1e-8, "exponent \(exponent), cut-off \(cutoff)")
      }
    }
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

  @Test("exponents of on and off times through photons and change points, 24 seeds: mean pull 0, width 1 (1e-6 each)")
  func exponents() throws {
    var pulls: [Double] = []
    for seed in 1...24 as ClosedRange<UInt> {
      let stream = SwitchingStream(ratesHz: [60_000, 2000], seconds: 10, seed: 50 + seed) { rng, level in
        SwitchingStream.powerLaw(rng, exponent: level == 0 ? 1.6 : 1.3, shortest: 2e-3, cutoff: 0.1)
      }
      let tags = stream.tags
      let result = try analyzeBlinking(header: SwitchingStream.header) { try play(tags, blocks: 65536, $0) }
      for (stays, truth) in [(result.onTimes, 1.6), (result.offTimes, 1.3)] {
        let law = try #require(stays?.law)
        // without a cut-off it is the exponent of another law; leaving out many would bias the rest
        if law.cutoffSeconds != nil { pulls.append((law.exponent - truth) / law.exponentUncertainty) }
      }
    }
    let (mean, deviation) = DecayMoments.moments(pulls)
    let n = Double(pulls.count)
    print("exponents: \(pulls.count) pulls, mean \(mean), width \(deviation)")
    #expect(pulls.count >= 46)
    #expect(abs(mean) < 4.89 / n.squareRoot())
    #expect(abs(deviation - 1) < 4.89 / (2 * n).squareRoot())
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

  @Test("light without levels: the criterion takes all twelve, and the result says so; with levels it does not")
  func noLevels() throws {
    for levels in [3, 400] {
      var rates = [60_000.0, 8000, 25_000]
      if levels > 3 {
        rates = (0..<levels).map { 5000 + 95_000 * (Double($0) * 0.618_034).truncatingRemainder(dividingBy: 1) }
      }
      let stream = SwitchingStream(ratesHz: rates, seconds: 20, seed: 9) { rng, _ in
        0.02 + gsl_ran_exponential(UnsafePointer<gsl_rng>(rng), 0.03)
      }
      let tags = stream.tags
      let result = try analyzeBlinking(header: SwitchingStream.header) { try play(tags, blocks: 65536, $0) }
      #expect(result.levelsAtLimit == (levels > 3))
      // where levels exist the search ends early
      #expect((result.levelCriterion.count == 12) == (levels > 3))
      var two = BlinkingOptions()
      two.levels = 2
      let given = try analyzeBlinking(header: SwitchingStream.header, options: two) {
        try play(tags, blocks: 65536, $0)
      }
      #expect(!given.levelsAtLimit)
    }
  }

  enum DecayMoments {
    static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
      let mean = values.reduce(0, +) / Double(values.count)
      return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot())
    }
  }
}
