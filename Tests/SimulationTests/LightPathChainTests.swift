import Bench
import CGSL
import Emitters
import Light
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("The chain of light by wavelength, false-alarm probability 1e-6 per comparison")
struct LightPathChainTests {
  static func table(_ rows: [(Double, Double)]) -> Transmission {
    .table(EfficiencyCurve(wavelengthsNanometers: rows.map(\.0), values: rows.map(\.1)))
  }

  /// Every element depends on the wavelength: coupling, a loss, a tabulated and a soft filter, a lossy splitter whose ratio
  /// turns over the line, a filter in one arm.
  static var path: LightPath {
    let first = EfficiencyCurve(wavelengthsNanometers: [580, 640], values: [0.2, 0.8])
    let loss = LightPath.Element(name: "beamsplitter", transmission: table([(590, 0.95), (650, 0.75)]))
    return LightPath(
      route: .waveguide, coupling: table([(590, 0.2), (630, 0.5)]),
      losses: [
        .init(name: "guide", transmission: table([(600, 0.7), (620, 0.9)])), .init(name: "fibre", transmission: 0.8),
      ],
      filters: [
        .init(name: "long-pass", transmission: table([(560, 0.2), (590, 0.3), (600, 0.9), (700, 0.95)])),
        .init(
          name: "band-pass",
          transmission: .bandPass(
            SpectralFilter(
              centerNanometers: 618, bandwidthNanometers: 50, transmission: 0.9, leak: 0.05, edgeOrder: 3))),
      ],
      arms: [
        .init(share: .table(first), elements: [loss]),
        .init(
          share: .table(first.complement),
          elements: [
            loss,
            .init(
              name: "arm filter",
              transmission: .bandPass(SpectralFilter(centerNanometers: 612, bandwidthNanometers: 16, leak: 0.01))),
          ]),
      ])
  }

  /// An emitter whose biexciton shines to the blue, a band that is stated at the sample, one at the filter, laser light.
  static var bench: Bench {
    var test = TestBench(absorbed: 1, charged: nil, durationSeconds: 1)
    test.yields = (0.8, 0.4)
    var bench = test.bench
    bench.emitters[0].states[0].scheme.transitions[1].line = Spectrum(centerNanometers: 597, fwhmNanometers: 20)
    bench.path = path
    bench.background = [
      BackgroundComponent(
        name: "guide", spectrum: Spectrum(centerNanometers: 640, fwhmNanometers: 60), rateHz: 2e6,
        at: .sample(coupling: table([(600, 0.02), (680, 0.2)])), decays: [.init(share: 1, lifetimeNanoseconds: 3)]),
      TestBench.slowBand,
      BackgroundComponent(
        name: "laser leak", spectrum: Spectrum(centerNanometers: 532, fwhmNanometers: 1), rateHz: 6e8,
        at: .sample(coupling: .constant(1e-2)), decays: [.init(share: 1, lifetimeNanoseconds: 0)]),
    ]
    return bench
  }

  /// A line so narrow that each element has one value: the product by hand.
  @Test(arguments: [601.0, 610, 625])
  func productByHand(wavelength: Double) {
    let bench = Self.bench
    let line = Spectrum(centerNanometers: wavelength, fwhmNanometers: 1e-6)
    func between(_ a: (Double, Double), _ b: (Double, Double)) -> Double {
      a.1 + (b.1 - a.1) * (wavelength - a.0) / (b.0 - a.0)
    }
    let coupling = between((590, 0.2), (630, 0.5))
    let guide = wavelength > 620 ? 0.9 : between((600, 0.7), (620, 0.9))
    let longPass = between((600, 0.9), (700, 0.95))
    let bandPass = 0.05 + (0.9 - 0.05) * gsl_sf_exp(-gsl_sf_log(2) * gsl_pow_6(abs(wavelength - 618) / 25))
    let first = between((580, 0.2), (640, 0.8))
    let splitter = between((590, 0.95), (650, 0.75))
    let arm = wavelength >= 604 && wavelength <= 620 ? 1 : 0.01
    let efficiency = between((500, 0.5), (700, 0.7))
    let common = longPass * bandPass * splitter * efficiency
    let found = bench.detectionProbabilities(ofEmitted: line)
    #expect(abs(found[0] / (coupling * guide * 0.8 * common * first) - 1) < 1e-6)
    #expect(abs(found[1] / (coupling * guide * 0.8 * common * (1 - first) * arm) - 1) < 1e-6)
    // A component at the sample has its own coupling, one at the filter none of the losses.
    let atFilter = bench.detectionShares(of: line)
    #expect(abs(atFilter[0] / (common * first) - 1) < 1e-6)
    var component = bench.background[0]
    component.spectrum = line
    #expect(
      abs(
        bench.detectionShares(of: component)[0] / (between((600, 0.02), (680, 0.2)) * guide * 0.8 * common * first) - 1)
        < 1e-6)
  }

  /// Records per cause and detector: prediction, fast engine, reference engine, which steps each photon from element to
  /// element at its own wavelength.
  @Test func enginesAndPredictionAgree() {
    let bench = Self.bench
    let comparison = EngineComparison(bench, seed: 11)
    comparison.labels()
    comparison.expectAlike("origin and detector", classes: 10) { stream, i in
      Int(stream.truths[i].origin) * 2 + Int(stream.tags[i].channel)
    }
    let predictor = Predictor(bench: bench)
    let rates = predictor.componentRatesHz
    for stream in [comparison.fast, comparison.reference] {
      let counts = stream.countsByOrigin
      #expect(counts[..<5].allSatisfy { $0 > 1_000 }, "\(counts)")
      for i in 0..<5 { expectPoisson(counts[i], mean: rates[i].rateHz * bench.durationSeconds, "\(rates[i].name)") }
      for d in 0..<2 {
        expectPoisson(
          stream.tags.count { $0.channel == d }, mean: predictor.recordedRatesHz[d] * bench.durationSeconds,
          "channel \(d)")
      }
    }
    #expect(rates[4].name == "laser leak")
  }

  /// The comparison above must be able to fail: one element of the simulated bench is not as predicted.
  @Test func aWrongElementIsSeen() {
    let bench = Self.bench
    let right = Predictor(bench: bench)
    var wrong = [Bench](repeating: bench, count: 5)
    wrong[0].path.coupling = .constant(0.35)
    wrong[1].path.arms[1].elements.removeLast()
    for arm in 0..<2 { wrong[2].path.arms[arm].elements.removeFirst() }
    wrong[3].path.filters.removeFirst()
    wrong[4].background[0].place = .filter
    for (i, var bench) in wrong.enumerated() {
      for engine in [Simulator.Engine.fast, .reference] {
        // The reference engine steps through every photon; a tenth of the time shows the same.
        if engine == .reference { bench.durationSeconds /= 10 }
        let stream = Stream(bench, seed: 3, engine: engine)
        let worst = zip(stream.countsByOrigin, right.componentRatesHz.prefix(5)).map { count, component in
          let mean = component.rateHz * bench.durationSeconds
          return abs(Double(count) - mean) / mean.squareRoot()
        }.max()!
        #expect(worst > 4.9, "element \(i), \(engine)")
      }
    }
  }

  /// What a detector sees by wavelength adds up to its clicks.
  @Test func spectraAddUpToRates() {
    var bench = Self.bench
    bench.background.removeLast()
    let predictor = Predictor(bench: bench)
    let step = 0.05
    let wavelengths = (0..<8_000).map { 450 + step * (Double($0) + 0.5) }
    for d in 0..<2 {
      let seen = predictor.spectrum(atDetector: d, wavelengthsNanometers: wavelengths)
      let sum = (seen.signal.reduce(0, +) + seen.background.reduce(0, +)) * step
      #expect(abs(sum / predictor.recordedRatesHz[d] - 1) < 1e-3)
    }
  }
}
