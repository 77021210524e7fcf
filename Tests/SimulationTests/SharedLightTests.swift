import Bench
import CGSL
import Detectors
import Emitters
import Light
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

/// Benches that differ in nothing but the filter see the same photons, and each of them is a correct draw.
@Suite("Shared light, false-alarm probability 1e-6 per comparison")
struct SharedLightTests {
  /// A biexciton to the blue of the exciton, so that the filter matters for both in different ways, and background.
  private func bench(center: Double = 630, bandwidth: Double, seconds: Double = 4) -> Bench {
    var test = TestBench(
      absorbed: 0.8, coupling: 0.5, yields: (0.8, 0.4), charged: nil, background: [TestBench.slowBand],
      durationSeconds: seconds)
    test.lifetimes.biexciton = 1
    var bench = test.bench
    bench.emitters[0].states[0].scheme.transitions[1].line = Spectrum(centerNanometers: 606, fwhmNanometers: 28)
    bench.path.filters = [
      .init(
        name: "filter",
        transmission: .bandPass(SpectralFilter(centerNanometers: center, bandwidthNanometers: bandwidth)))
    ]
    return bench
  }

  private func stream(_ bench: Bench, _ light: SharedLight, seed: UInt64 = 1, threads: Int = 1) -> Stream {
    Stream(Simulator(bench: bench, seed: seed, sharedLight: light), threads: threads)
  }

  /// Rates by cause and coincidences of each bench alone, against prediction.
  @Test func everyBenchIsDrawnRightly() throws {
    // A shifted filter is no subset of the others.
    let benches = [bench(bandwidth: 20), bench(bandwidth: 60), bench(center: 600, bandwidth: 30)]
    let light = try #require(SharedLight(benches))
    for bench in benches {
      let stream = stream(bench, light)
      let predictor = Predictor(bench: bench)
      let expected = predictor.componentRatesHz
      for (i, count) in stream.countsByOrigin.enumerated() where expected[i].rateHz > 0 {
        expectPoisson(count, mean: expected[i].rateHz * bench.durationSeconds, "\(expected[i].name)")
      }
      let counts = stream.coincidencesByPulse(period: 200, upTo: 20)
      let side = predictor.coincidencesPerSidePeak!
      expectPoisson(counts[20], mean: side * predictor.g2Zero!, "centre peak")
      for k in (0...40) where k != 20 { expectPoisson(counts[k], mean: side, "side peak \(k - 20)") }
    }
  }

  /// Without anything behind the photons a narrower filter's clicks are some of a wider one's.
  @Test func aNarrowerFilterSeesASubset() throws {
    let benches = [bench(bandwidth: 30, seconds: 0.2), bench(bandwidth: 33, seconds: 0.2)]
    // A third one passes most: neither of the two keeps all photons.
    let light = try #require(SharedLight(benches + [bench(bandwidth: 60, seconds: 0.2)]))
    let times = benches.map { bench in
      Set(stream(bench, light).tags.map { Int($0.macroTime) * 2 + Int($0.channel) })
    }
    #expect(times[0].count > 10_000)
    #expect(times[0].count < times[1].count)
    #expect(times[0].isSubset(of: times[1]))
  }

  @Test func threadsChangeNothing() throws {
    let benches = [bench(bandwidth: 30, seconds: 0.5), bench(bandwidth: 60, seconds: 0.5)]
    let light = try #require(SharedLight(benches))
    #expect(stream(benches[0], light).tags == stream(benches[0], light, threads: 4).tags)
  }

  /// The difference of g2(0) between neighbouring filters scatters less than that of independent recordings.
  ///
  /// Of the coincidences n of the narrower filter among those N of the wider, the logarithm of n/N has the variance
  /// 1/n − 1/N if they are the same photons, and 1/n + 1/N if not. 40 seeds each: the ratio of the variances over the expected
  /// one has the F distribution with 39 and 39 degrees of freedom.
  @Test func differencesAreResolved() throws {
    let benches = [bench(bandwidth: 40, seconds: 0.3), bench(bandwidth: 42, seconds: 0.3)]
    let light = try #require(SharedLight(benches + [bench(bandwidth: 60, seconds: 0.3)]))
    let seeds = 40
    let logarithms = benches.map { bench in
      (0..<seeds).map { seed in
        let counts = stream(bench, light, seed: UInt64(seed)).coincidencesByPulse(period: 200, upTo: 1)
        return gsl_sf_log(Double(counts[1]))
      }
    }
    func variance(shift: Int) -> Double {
      let differences = (0..<seeds).map { logarithms[0][$0] - logarithms[1][($0 + shift) % seeds] }
      return gsl_stats_variance(differences, 1, seeds)
    }
    let predicted = benches.map { bench in
      let predictor = Predictor(bench: bench)
      return predictor.coincidencesPerSidePeak! * predictor.g2Zero!
    }
    let expected = (1 / predicted[0] + 1 / predicted[1]) / (1 / predicted[0] - 1 / predicted[1])
    let ratio = variance(shift: 1) / variance(shift: 0) / expected
    let freedom = Double(seeds - 1)
    #expect(expected > 8)
    #expect(ratio > gsl_cdf_fdist_Pinv(falseAlarm / 2, freedom, freedom), "\(ratio) of \(expected)")
    #expect(ratio < gsl_cdf_fdist_Qinv(falseAlarm / 2, freedom, freedom), "\(ratio) of \(expected)")
  }

  @Test func whatChangesEmissionIsNotShared() {
    let first = bench(bandwidth: 30)
    var brighter = first
    brighter.emitters[0].absorption = .meanPhotonsPerPulse(0.9)
    #expect(SharedLight([first, brighter]) == nil)
    var faster = first
    faster.excitation = Excitation(wavelengthNanometers: 532, repetitionRateHz: 10e6)
    var longerBackground = first
    longerBackground.background[0].decays[0] = .init(share: 0.6, lifetimeNanoseconds: 3)
    var moreBackground = first
    moreBackground.background[0].rateHz *= 2
    var darker = first
    darker.path.losses.append(.init(name: "splice", transmission: 0.5))
    #expect(
      SharedLight.groups([first, brighter, moreBackground, faster, darker, longerBackground, brighter])
        == [[0, 2, 4], [1, 6], [3], [5]])
    #expect(SharedLight([first, moreBackground, darker]) != nil)
  }

  /// Two beamsplitters that together send more than all light to both detectors: no envelope lets through what both need.
  @Test func noEnvelopePassesMoreThanAllLight() {
    func split(_ first: Double) -> Bench {
      var bench = bench(bandwidth: 200)
      bench.path.coupling = .constant(1)
      bench.path.losses = []
      for d in 0..<2 {
        bench.detectors[d].efficiency = EfficiencyCurve(wavelengthsNanometers: [500, 700], values: [1, 1])
      }
      bench.path.arms = [.init(share: .constant(first)), .init(share: .constant(1 - first))]
      return bench
    }
    #expect(SharedLight([split(0.1), split(0.9)]) == nil)
    #expect(SharedLight([split(0.5), split(0.5)]) != nil)
  }
}
