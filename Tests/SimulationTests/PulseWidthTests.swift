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

/// Pulses that take time: what is absorbed early may shine and be excited again in the same pulse.
@Suite("Pulses that take time, false-alarm probability 1e-6 per comparison")
struct PulseWidthTests {
  static func ladder(_ shape: PulseShape?, absorbed: Double, repetitionRateHz: Double = 5e6) -> Bench {
    var test = TestBench(repetitionRateHz: repetitionRateHz, absorbed: absorbed, coupling: 0.8, charged: nil)
    test.yields = (0.8, 0.3)
    test.durationSeconds = repetitionRateHz > 1e7 ? 0.02 : 0.2
    var bench = test.bench
    bench.background = [TestBench.slowBand]
    bench.excitation.pulseShape = shape
    return bench
  }

  /// A resonantly driven two-level emitter whose every photon is detected.
  static func driven(_ shape: PulseShape?, area: Double, lifetime: Double = 0.7) -> Bench {
    var bench = TestBench(repetitionRateHz: 76e6, coupling: 1, charged: nil).bench
    let line = Spectrum(centerNanometers: 610, fwhmNanometers: 1)
    bench.emitters = [
      Emitter(
        name: "dot",
        states: [
          .init(
            name: "all",
            scheme: LevelScheme(
              levels: ["g", "X"],
              transitions: [.init(from: 1, to: 0, ratePerNanosecond: 1 / lifetime, quantumYield: 1, line: line)]),
            dwell: nil)
        ], absorption: .coherentPulse(areaRadians: area))
    ]
    bench.path.losses = []
    bench.path.filters = []
    for d in 0..<2 { bench.detectors[d].efficiency = .init(constant: 1) }
    bench.excitation.pulseShape = shape
    bench.durationSeconds = 0.002
    return bench
  }

  static let ladders = [
    ladder(PulseShape(form: .rectangular, fwhmNanoseconds: 1), absorbed: 0.7),
    ladder(PulseShape(form: .gaussian, fwhmNanoseconds: 2), absorbed: 2),
    ladder(PulseShape(form: .rectangular, fwhmNanoseconds: 60), absorbed: 5),
    ladder(PulseShape(form: .gaussian, fwhmNanoseconds: 1), absorbed: 0.8, repetitionRateHz: 80e6),
  ]
  static let drives = [
    driven(PulseShape(form: .rectangular, fwhmNanoseconds: 0.07), area: .pi),
    driven(PulseShape(form: .gaussian, fwhmNanoseconds: 0.1), area: 2 * .pi),
    driven(PulseShape(form: .rectangular, fwhmNanoseconds: 2), area: 9 * .pi),
    driven(nil, area: 0.6 * .pi),
  ]

  @Test(arguments: ladders + drives)
  func simulationFollowsPrediction(_ bench: Bench) {
    let predictor = Predictor(bench: bench)
    let stream = Stream(bench)
    let pulses = bench.durationSeconds * bench.excitation.repetitionRateHz!
    let counts = stream.countsByOrigin
    for (i, component) in predictor.componentRatesHz.enumerated() where component.rateHz > 0 {
      // At most a few photons per pulse: no noisier than Poisson, or, with several absorbed, a fifth noisier.
      let mean = component.rateHz * bench.durationSeconds
      #expect(
        abs(Double(counts[i]) - mean) < 4.9 * (1.2 * mean).squareRoot(),
        "\(component.name): \(counts[i]) against \(mean)")
    }
    let found = stream.coincidencesByPulse(period: bench.excitation.periodNanoseconds!, upTo: 3)
    let pairs = predictor.pairMeans(0, 1)
    for k in -3...3 {
      let mean = pairs[abs(k)] * pulses
      #expect(
        abs(Double(found[k + 3]) - mean) < 4.9 * (2.5 * mean).squareRoot() + 3,
        "peak \(k): \(found[k + 3]) against \(mean)")
    }
    // The decay, by twentieths of the period.
    let period = bench.excitation.periodNanoseconds!
    var decay = [Double](repeating: 0, count: 20)
    for truth in stream.truths {
      // Times are cut to sixteenths of a picosecond, pulses as well.
      let time = Double(truth.detectionTime + 1) / 16_000 / period
      decay[Int((time - time.rounded(.down)) * 20)] += 1
    }
    let intensity = zip(predictor.clickIntensity(0, steps: 400), predictor.clickIntensity(1, steps: 400)).map(+)
    for i in 0..<20 {
      let fine = intensity[(20 * i)..<(20 * i + 20)].reduce(0, +)
      let mean = fine * period / 400 * pulses
      #expect(abs(decay[i] - mean) < 4.9 * (1.2 * mean).squareRoot() + 3, "decay \(i): \(decay[i]) against \(mean)")
    }
  }

  @Test(arguments: ladders + drives)
  func enginesAgree(_ bench: Bench) {
    var bench = bench
    bench.durationSeconds /= 4
    let comparison = EngineComparison(bench, seed: 17)
    comparison.labels()
    comparison.decay()
    comparison.correlation()
    comparison.peaks()
  }

  /// For a square pi pulse of length T, g2(0) is γT/4 in first order. The figures are ⟨n(n − 1)⟩/⟨n⟩² from derivatives of
  /// the generating function of the photon number, calculated once outside of this project with SciPy.
  @Test func reExcitationWithinAPiPulse() {
    func g2(_ gammaT: Double) -> Double {
      var bench = Self.driven(PulseShape(form: .rectangular, fwhmNanoseconds: gammaT), area: .pi, lifetime: 1)
      bench.excitation.mode = .pulsed(repetitionRateHz: 2e7)
      return Predictor(bench: bench).g2Zero!
    }
    #expect(abs(g2(0.02) - 0.004948) < 1e-5)
    #expect(abs(g2(0.1) - 0.023752) < 1e-5)
    for gammaT in [1e-4, 1e-3] { #expect(abs(g2(gammaT) / (gammaT / 4) - 1) < 2 * gammaT) }
  }

  /// Without decay the excited population is sin²(area/2), however long the pulse takes.
  @Test(arguments: [0.3, 1, 1.7, 2, 3.2], [nil, 0.05] as [Double?])
  func rabiOscillation(_ turns: Double, width: Double?) {
    let shape = width.map { PulseShape(form: .gaussian, fwhmNanoseconds: $0) }
    var bench = Self.driven(shape, area: turns * .pi, lifetime: 1e4)
    bench.excitation.mode = .pulsed(repetitionRateHz: 1e4)
    let excited = Predictor(bench: bench).meanDetectedPhotonsPerPulse
    let exact = gsl_pow_2(gsl_sf_sin(turns * .pi / 2))
    #expect(abs(excited - exact) < 1e-4)
  }

  /// A wide pulse of a weak laser in the limit: as an instantaneous one, delayed by its middle.
  @Test func shortPulsesAreInstantaneous() {
    let short = Self.ladder(PulseShape(form: .gaussian, fwhmNanoseconds: 1e-5), absorbed: 0.7)
    let instant = Self.ladder(nil, absorbed: 0.7)
    let (a, b) = (Predictor(bench: short), Predictor(bench: instant))
    #expect(abs(a.g2Zero! / b.g2Zero! - 1) < 1e-4)
    #expect(abs(a.signalFraction / b.signalFraction - 1) < 1e-4)
  }

  /// Background alone, excited by a wide pulse.
  @Test(arguments: [
    PulseShape(form: .gaussian, fwhmNanoseconds: 20), PulseShape(form: .rectangular, fwhmNanoseconds: 60),
  ])
  func backgroundOfAWidePulse(_ shape: PulseShape) {
    var bench = TestBench(coupling: 1, charged: nil).bench
    bench.emitters = []
    bench.excitation.pulseShape = shape
    bench.background = [
      BackgroundComponent(
        name: "glass", spectrum: TestBench.slowBand.spectrum, rateAtFilterHz: 200_000,
        decays: [.init(share: 1, lifetimeNanoseconds: 2)])
    ]
    bench.durationSeconds = 2
    let stream = Stream(bench)
    let predictor = Predictor(bench: bench)
    var counts = [Int](repeating: 0, count: 40)
    for truth in stream.truths {
      let time = Double(truth.detectionTime + 1) / 16_000 / 200
      counts[Int((time - time.rounded(.down)) * 40)] += 1
    }
    let intensity = zip(predictor.clickIntensity(0, steps: 400), predictor.clickIntensity(1, steps: 400)).map(+)
    for i in 0..<40 {
      let mean = intensity[(10 * i)..<(10 * i + 10)].reduce(0, +) / 2 * 5e6 * bench.durationSeconds
      if mean > 1 { expectPoisson(counts[i], mean: mean, "\(shape.form) cell \(i)") }
    }
  }

  /// Half of the maximum is where the width says: the share of a Gaussian's energy within one full width.
  @Test func widthOfAGaussianPulse() {
    let slices = PulseShape(form: .gaussian, fwhmNanoseconds: 2).slices
    let within = slices[8..<16].reduce(0) { $0 + $1.energy }  // the middle third of three full widths
    let s = gsl_sf_log(2).squareRoot()
    #expect(abs(within - gsl_sf_erf(s) / gsl_sf_erf(3 * s)) < 2e-3, "\(within)")
    let area = slices[8..<16].reduce(0) { $0 + $1.area }
    let a = s / 2.0.squareRoot()
    #expect(abs(area - gsl_sf_erf(a) / gsl_sf_erf(3 * a)) < 2e-3, "\(area)")
  }
}
