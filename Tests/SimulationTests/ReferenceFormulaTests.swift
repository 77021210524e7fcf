import Bench
import CGSL
import Detectors
import Emitters
import Light
import Photonics
import Prediction
import Testing

/// Closed formulas of the field against the matrix prediction, where both are exact or the formula's neglect is known.
@Suite("Closed formulas")
struct ReferenceFormulaTests {
  static let line = Spectrum(centerNanometers: 610, fwhmNanometers: 28)

  /// An emitter on a slow train (nothing is left over), every photon detected, no losses.
  static func bench(
    _ transitions: [LevelScheme.Transition], levels: [String], absorbed: Double, period: Double = 1e4,
    background: [BackgroundComponent] = [], darkCountRateHz: Double = 0
  ) -> Bench {
    var test = TestBench(repetitionRateHz: 1e9 / period, coupling: 1, charged: nil)
    test.background = background
    test.darkCountRateHz = darkCountRateHz
    var bench = test.bench
    bench.path.losses = []
    bench.path.filters = []
    for d in 0..<2 { bench.detectors[d].efficiency = .init(constant: 1) }
    bench.emitters = [
      Emitter(
        name: "dot",
        states: [.init(name: "all", scheme: LevelScheme(levels: levels, transitions: transitions), dwell: nil)],
        meanAbsorbedPhotonsPerPulse: absorbed)
    ]
    return bench
  }

  static func ladder(
    _ yields: (Double, Double), lifetimes: (Double, Double) = (20.09, 1), absorbed: Double, period: Double = 1e4,
    background: [BackgroundComponent] = [], darkCountRateHz: Double = 0, lines: (Spectrum, Spectrum) = (line, line)
  ) -> Bench {
    bench(
      [
        .init(from: 1, to: 0, ratePerNanosecond: 1 / lifetimes.0, quantumYield: yields.0, line: lines.0),
        .init(from: 2, to: 1, ratePerNanosecond: 1 / lifetimes.1, quantumYield: yields.1, line: lines.1),
      ], levels: ["0", "X", "XX"], absorbed: absorbed, period: period, background: background,
      darkCountRateHz: darkCountRateHz)
  }

  /// Formula 1 with its printed values: e = (1, 0.04) at N = 0.1, 1, 3 and in saturation, 2 e1 e2/(e1 + e2)².
  @Test(arguments: [(0.1, 0.0412), (1, 0.0512), (3, 0.0664), (60, 0.0740)])
  func ladder(absorbed: Double, expected: Double) {
    #expect(abs(Predictor(bench: Self.ladder((1, 0.04), absorbed: absorbed)).g2Zero! - expected) < 6e-5)
  }

  /// Formula 1 with a third step.
  @Test func threeSteps() {
    let e = [0.9, 0.3, 0.1]
    let transitions = (0..<3).map { k in
      LevelScheme.Transition(
        from: k + 1, to: k, ratePerNanosecond: [0.05, 1, 4][k], quantumYield: e[k], line: Self.line)
    }
    let bench = Self.bench(transitions, levels: ["0", "X", "XX", "3X"], absorbed: 1.4)
    let atLeast = (0..<3).map { gsl_cdf_poisson_Q(UInt32($0), 1.4) }
    let mean = zip(e, atLeast).reduce(0) { $0 + $1.0 * $1.1 }
    var pairs = 0.0
    for k in 0..<3 { for j in 0..<k { pairs += 2 * atLeast[k] * e[j] * e[k] } }
    #expect(abs(Predictor(bench: bench).g2Zero! / (pairs / (mean * mean)) - 1) < 1e-9)
  }

  /// Formula 2: background. g_raw = 1 − ρ²(1 − g), and its inverse.
  @Test(arguments: [0.01, 0.1, 1])
  func background(_ share: Double) {
    let bare = Predictor(bench: Self.ladder((1, 0.1), absorbed: 0.2))
    let signal = bare.meanDetectedPhotonsPerPulse
    // The train has 1e5 pulses per second.
    let band = BackgroundComponent(
      name: "band", spectrum: Self.line, rateAtFilterHz: share * signal * 1e5,
      decays: [.init(share: 1, lifetimeNanoseconds: 2)])
    let predictor = Predictor(bench: Self.ladder((1, 0.1), absorbed: 0.2, background: [band]))
    let rho = 1 / (1 + share)
    #expect(abs(predictor.g2Zero! - (1 - rho * rho * (1 - bare.g2Zero!))) < 1e-9)
    #expect(abs(predictor.signalFraction - rho) < 1e-9)
    #expect(abs(predictor.g2ZeroBackgroundFree! - bare.g2Zero!) < 1e-12)
  }

  /// Formula 3: 100 dark counts per second and detector, full window of 200 ns; the floor of g2(0) at 1, 2, 5, 10 and 50
  /// kcps of signal per detector.
  @Test(arguments: [(1e3, 0.174), (2e3, 0.093), (5e3, 0.039), (1e4, 0.020), (5e4, 0.004)])
  func darkCountFloor(signal: Double, floor: Double) {
    let bench = Self.ladder((1, 0), absorbed: 2 * signal / 5e6, period: 200, darkCountRateHz: 100)
    // The exciton's tail reaches into the next pulse by 5e-5.
    #expect(abs(Predictor(bench: bench).g2Zero! - floor) < 1e-3)
  }

  /// Formula 5: near side peaks over far ones are 1/p_on for a dark off state, and g2(0) is e2/e1 only against the near ones.
  @Test func sidePeaksUnderBlinking() {
    var bench = Self.ladder((1, 0.2), absorbed: 0.01)
    let on = bench.emitters[0].states[0].scheme
    var off = on
    for i in off.transitions.indices { off.transitions[i].quantumYield = 0 }
    bench.emitters[0].states = [
      .init(name: "on", scheme: on, dwell: .exponential(meanSeconds: 0.4)),
      .init(name: "off", scheme: off, dwell: .exponential(meanSeconds: 0.6)),
    ]
    bench.durationSeconds = 1e4
    let predictor = Predictor(bench: bench)
    #expect(abs(predictor.bunching(atDelaySeconds: 1e-9)! - 1 / 0.4) < 1e-6)
    #expect(abs(predictor.bunching(atDelaySeconds: 100)! - 1) < 1e-9)
    #expect(abs(predictor.g2Zero! - 0.2) < 3e-3)
  }

  /// Formula 6: with the exciton alone the peaks are e^(−|t|/τ), and under slow switching the mixture of the states' shapes,
  /// weighted with the square of their light.
  @Test func peakShapes() {
    var bench = Self.ladder((1, 0), lifetimes: (20.09, 0.01), absorbed: 0.05, period: 2_000)
    let slow = bench.emitters[0].states[0].scheme
    var fast = slow
    fast.transitions[0].ratePerNanosecond = 1 / 3.39
    fast.transitions[0].quantumYield = 0.4
    bench.emitters[0].states = [
      .init(name: "on", scheme: slow, dwell: .exponential(meanSeconds: 0.3)),
      .init(name: "grey", scheme: fast, dwell: .exponential(meanSeconds: 0.1)),
    ]
    for d in 0..<2 { bench.detectors[d].delayNanoseconds = 0 }
    let curve = Predictor(bench: bench).correlationHistogram(binNanoseconds: 5, range: 2_100, durationSeconds: 1)
    func height(_ tau: Double) -> Double { curve.coincidences[curve.delaysNanoseconds.firstIndex(of: 2_000 + tau)!] }
    let (a, b) = (0.75 * 1 / 20.09, 0.25 * 0.16 / 3.39)
    for tau in [5.0, 10, 20, 40, 80] {
      let expected =
        (a * gsl_sf_exp(-tau / 20.09) + b * gsl_sf_exp(-tau / 3.39))
        / (a * gsl_sf_exp(-60 / 20.09) + b * gsl_sf_exp(-60 / 3.39))
      // The grid of the curve is 5 ns wide and averages.
      #expect(abs(height(tau) / height(60) / expected - 1) < 0.02, "\(tau) ns")
      #expect(abs(height(tau) / height(-tau) - 1) < 1e-9)
    }
  }

  /// Formula 8: jitter fills the dip of continuous excitation; 350 ps per detector, time constants of 1, 3, 12 and 20 ns.
  @Test(arguments: [(1.0, 0.148), (3, 0.054), (12, 0.014), (20, 0.008)])
  func jitterOnADip(constant: Double, expected: Double) {
    var bench = Self.bench(
      [.init(from: 1, to: 0, ratePerNanosecond: 0.9 / constant, quantumYield: 1, line: Self.line)], levels: ["g", "e"],
      absorbed: 1)
    bench.excitation.mode = .continuous
    bench.emitters[0].absorption = .ratePerNanosecond(0.1 / constant)
    for d in 0..<2 { bench.detectors[d].jitter = .init(fwhmNanoseconds: 0.35, tailShare: 0, tailNanoseconds: 0) }
    let found = Predictor(bench: bench).g2Zero(averagedWithin: 1e-6)!
    let s = 2.0.squareRoot() * 0.35 / 2.3548200450309493
    let x = s / (constant * 2.0.squareRoot())
    #expect(abs(found - (1 - gsl_sf_exp(x * x) * gsl_sf_erfc(x))) < 5e-4)
    #expect(abs(found - expected) < 2e-3)
  }

  /// Formula 12: a filter multiplies each yield with the line's overlap, g2(0) = e2 T2/(e1 T1) at low power; the Gaussian
  /// shares of REFERENCE (e) in 593 to 643 nm.
  @Test func spectralFilter() {
    let blue = Spectrum(centerNanometers: 586, fwhmNanometers: 28)
    var bench = Self.ladder((1, 0.1), absorbed: 1e-4, lines: (Self.line, blue))
    bench.path.filters = [
      .init(name: "filter", transmission: .bandPass(SpectralFilter(centerNanometers: 618, bandwidthNanometers: 50)))
    ]
    func share(_ line: Spectrum) -> Double {
      let sigma = line.fwhmNanometers / 2.3548200450309493
      return gsl_cdf_gaussian_P(643 - line.centerNanometers, sigma)
        - gsl_cdf_gaussian_P(593 - line.centerNanometers, sigma)
    }
    #expect(abs(Predictor(bench: bench).g2Zero! / (0.1 * share(blue) / share(Self.line)) - 1) < 2e-4)
    #expect(abs(share(Self.line) - 0.921) < 5e-4)
    for (center, fwhm, expected) in [(617.0, 59.5, 0.677), (676, 51.4, 0.065), (680, 51.4, 0.045)] {
      let band = Spectrum(centerNanometers: center, fwhmNanometers: fwhm)
      #expect(abs(bench.detectionShares(of: band).reduce(0, +) - share(band)) < 1e-9)
      #expect(abs(share(band) - expected) < 6e-4)
    }
  }

  /// Formula 13: a gate from t1 on at low power, g = (e2/e1) e^(−t1 (1/τxx − 2/τx)), and what it keeps.
  @Test(arguments: [0.5, 1, 2])
  func timeGate(_ start: Double) {
    let bench = Self.ladder((1, 0.2), lifetimes: (20.09, 1), absorbed: 1e-4, period: 2_000)
    let gated = Predictor(bench: bench).gated(fromNanoseconds: start, toNanoseconds: 2_000)!
    // Derived for e^(−t/τx) from the pulse on; after a biexciton the exciton starts later: exactly
    // the pair is e^(−t1/τxx) and the single e^(−t1/τx).
    let exact = 0.2 * gsl_sf_exp(-start) / gsl_pow_2(gsl_sf_exp(-start / 20.09))
    #expect(abs(gated.g2Zero / exact - 1) < 1e-3)
    #expect(abs(gated.signalKept - gsl_sf_exp(-start / 20.09)) < 1e-4)
  }

  /// What a gate that reaches round the end of the period keeps is what the one between its stop and its start leaves.
  @Test func roundGate() throws {
    let bench = Self.ladder((1, 0.2), lifetimes: (20.09, 1), absorbed: 1e-4, period: 100)
    let predictor = Predictor(bench: bench)
    for origin in [nil, 0.5] {
      let found = try #require(predictor.gated([(60, 2), (2, 60)], recordedAfter: origin))
      let (round, rest) = (try #require(found[0]), try #require(found[1]))
      #expect(abs(round.signalKept + rest.signalKept - 1) < 1e-9)
      // 2 ns after the pulse and those from 60 ns on, of light that decays in 20 ns and 100 ns of period
      func before(_ time: Double) -> Double {
        (1 - gsl_sf_exp(-(time + (origin ?? 0)) / 20.09)) / (1 - gsl_sf_exp(-100 / 20.09))
      }
      #expect(abs(round.signalKept - (1 - before(60) + before(2))) < 1e-3)
      // pairs of one pulse come within its first nanoseconds
      #expect(round.g2Zero > 2 * rest.g2Zero)
    }
  }

  /// Light that decays by a power law to milliseconds: what is left of thousands of earlier pulses counts, too.
  @Test func gateOfSlowLight() {
    var bench = Self.ladder((1, 0), absorbed: 1e-3, period: 200)
    bench.emitters = []
    bench.background = [
      BackgroundComponent(
        name: "traps", spectrum: Self.line, rateAtFilterHz: 1e3,
        decays: [.init(share: 1, law: .powerLaw(exponent: 1.2, fromNanoseconds: 10, toNanoseconds: 5e6))])
    ]
    let predictor = Predictor(bench: bench)
    func kept(_ start: Double, _ stop: Double) -> Double {
      predictor.gated(fromNanoseconds: start, toNanoseconds: stop)!.backgroundKept
    }
    #expect(abs(kept(0, 200) - 1) < 1e-9)
    #expect(abs(kept(0, 50) + kept(50, 200) - 1) < 1e-9)
    // mostly flat, with a little more of it early
    #expect(kept(0, 50) > 0.25 && kept(0, 50) < 0.6)
  }

  /// The gates of formula 14's table, in ns, and the signal they keep.
  static let gates: [(start: Double, stop: Double, kept: Double)] = [
    (1, 200, 0.897), (2, 200, 0.813), (5, 200, 0.63), (10, 200, 0.444), (0, 60, 0.979), (2, 60, 0.791),
  ]

  /// Decays of the background in ns, and g2(0) in each of ``gates``.
  static let table: [(Double, [Double])] = [
    (0.5, [0.156, 0.142, 0.14, 0.14, 0.242, 0.143]), (1, [0.183, 0.158, 0.141, 0.14, 0.242, 0.158]),
    (3, [0.221, 0.205, 0.172, 0.149, 0.242, 0.207]), (10, [0.241, 0.241, 0.237, 0.224, 0.242, 0.243]),
    (20, [0.246, 0.25, 0.261, 0.272, 0.237, 0.247]), (1000, [0.25, 0.26, 0.287, 0.333, 0.175, 0.181]),
    (1e9, [0.25, 0.26, 0.288, 0.334, 0.173, 0.179]),
  ]

  /// Formula 14: the gating table (raw 0.24, true 0.14, ρ 0.94, shares 0.2/0.8 for 3.05/16.53 ns), by decay of the background
  /// in ns, gates in the order of ``gates``; flat light has a decay of a second.
  @Test(arguments: table)
  func gatingTable(decay: Double, expected: [Double]) {
    for (gate, expected) in zip(Self.gates, expected) {
      checkGate(decay: decay, start: gate.start, stop: gate.stop, expected: expected, kept: gate.kept)
    }
  }

  private func checkGate(decay: Double, start: Double, stop: Double, expected: Double, kept: Double) {
    // The table keeps g = 0.14 fixed, so that the gate changes ρ alone: the folded background is predicted, the signal's
    // share that of the two exponentials.
    var bench = Self.ladder((1, 0), absorbed: 1e-3, period: 200)
    bench.emitters = []
    let (slow, fast) = (1 / 16.53, 1 / 3.05)
    func signal(_ t: Double) -> Double { 1 - 0.2 * gsl_sf_exp(-t * fast) - 0.8 * gsl_sf_exp(-t * slow) }
    let keptSignal = signal(stop) - signal(start)
    bench.background = [
      BackgroundComponent(
        name: "band", spectrum: Self.line, rateAtFilterHz: 1e3, decays: [.init(share: 1, lifetimeNanoseconds: decay)])
    ]
    let keptBackground = Predictor(bench: bench).gated(fromNanoseconds: start, toNanoseconds: stop)!.backgroundKept
    let (s, b) = (0.94 * keptSignal, 0.06 * keptBackground)
    let rho = s / (s + b)
    #expect(abs(keptSignal - kept) < 1e-3)
    #expect(abs(1 - rho * rho * (1 - 0.14) - expected) < 1.5e-3)
  }
}
