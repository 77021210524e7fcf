import Analysis
import Bench
import CGSL
import Detectors
import Emitters
import Light
import Photonics
import Simulation
import Testing
import TimeTags

/// What `lifetime` finds in simulated streams against the truth they were simulated with.
@Suite("Lifetimes of simulated streams")
struct LifetimeRecoveryTests {
  static let period = 50.0
  static let lifetimes = (short: 1.2, long: 8.0)
  /// Of the photons, not of the amplitudes.
  static let shortShare = 0.3

  /// One detector that sees light of known decays, in T3 mode with bins of 64 ps.
  static func bench(
    _ jitter: TimingJitter, _ decays: [BackgroundComponent.Decay], rateHz: Double, darkHz: Double, seconds: Double,
    deadNs: Double = 0
  ) -> Bench {
    var detector = PoissonBench.ideal
    detector.jitter = jitter
    detector.darkCountRateHz = darkHz
    detector.deadTimeNanoseconds = deadNs
    detector.delayNanoseconds = 5
    var bench = PoissonBench(detector, rateHz: rateHz, durationSeconds: seconds).bench
    bench.excitation = Excitation(wavelengthNanometers: 532, repetitionRateHz: 1e9 / period)
    bench.background[0].decays = decays
    bench.electronics.mode = .t3
    bench.electronics.binning = 16
    return bench
  }

  static func histogram(_ bench: Bench, seed: UInt64, firstOnly: Bool = false) -> FoldedDecay {
    // the period's whole bins; a quarter of one is left over
    var counts = [Int](repeating: 0, count: 781)
    var last = UInt64.max
    for tag in Stream(bench, seed: seed).tags {
      defer { last = UInt64(tag.macroTime) }
      if firstOnly, UInt64(tag.macroTime) == last { continue }
      let bin = Int(tag.nanotime) - bench.electronics.firstNanotimeBin
      if bin < counts.count { counts[bin] += 1 }
    }
    return FoldedDecay(counts: counts, binPs: 64, periodPs: period * 1e3)
  }

  static let jitters: [(name: String, jitter: TimingJitter)] = [
    ("Gaussian", TimingJitter(fwhmNanoseconds: 0.35, tailShare: 0, tailNanoseconds: 0)),
    ("Gaussian with tail", TimingJitter(fwhmNanoseconds: 0.35, tailShare: 0.15, tailNanoseconds: 0.3)),
    (
      "measured",
      TimingJitter(response: TabulatedDensity(nanoseconds: [-0.6, -0.1, 0.1, 0.4, 1.5], densities: [0, 4, 5, 1, 0]))
    ),
    (
      "Gaussian with walk",
      TimingJitter(
        fwhmNanoseconds: 0.35, tailShare: 0, tailNanoseconds: 0,
        walk: .init(shiftNanoseconds: 0.3, timeConstantNanoseconds: 100))
    ),
  ]

  /// The response is recorded on the same bench with scattered laser light (3 million photons). Of n pulls the mean lies within
  /// 4.89/√n of 0 and the standard deviation within 4.89/√(2n) of 1; the intervals of both lifetimes cover the truth as often as
  /// they say within 4.89 standard deviations: false alarm 1e−6 each, two-sided.
  @Test("fits through a recorded response are unbiased and their intervals hold", arguments: jitters.indices)
  func recordedResponse(_ index: Int) throws {
    let jitter = Self.jitters[index].jitter
    let response = Self.histogram(
      Self.bench(
        jitter, [.init(share: 1, lifetimeNanoseconds: 0)], rateHz: 300_000, darkHz: 100, seconds: 10),
      seed: 1000)
    let bench = Self.bench(
      jitter,
      [
        .init(share: Self.shortShare, lifetimeNanoseconds: Self.lifetimes.short),
        .init(share: 1 - Self.shortShare, lifetimeNanoseconds: Self.lifetimes.long),
      ], rateHz: 300_000, darkHz: 6000, seconds: 0.1)
    var options = LifetimeOptions(components: 2)
    options.response = .measured(response)
    options.findsIntervals = true
    let n = 80
    var pulls = [[Double]](repeating: [], count: 4)
    var covered = [0, 0]
    for seed in 1...UInt64(n) {
      let fit = try fitDecay(Self.histogram(bench, seed: seed), options: options)
      for (i, truth) in [Self.lifetimes.short, Self.lifetimes.long].enumerated() {
        let component = fit.components[i]
        pulls[i].append((component.lifetimeNs - truth) / (try #require(component.lifetimeNsUncertainty)))
        let interval = try #require(fit.intervals.first { $0.parameter == "lifetime_ns" && $0.component == i + 1 })
        if (interval.low68 ?? 0) <= truth, truth <= (interval.high68 ?? .infinity) { covered[0] += 1 }
        if (interval.low95 ?? 0) <= truth, truth <= (interval.high95 ?? .infinity) { covered[1] += 1 }
      }
      pulls[2].append(
        (fit.backgroundPerBin - 6000 * 0.1 * 0.064 / Self.period) / (try #require(fit.backgroundPerBinUncertainty)))
      pulls[3].append((try #require(fit.shiftPs)) / (try #require(fit.shiftPsUncertainty)))
    }
    for (name, values) in zip(["short", "long", "background", "shift"], pulls) {
      let mean = values.reduce(0, +) / Double(n)
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n - 1)).squareRoot()
      #expect(abs(mean) < 4.89 / Double(n).squareRoot(), "\(name): mean pull \(mean)")
      #expect(abs(deviation - 1) < 4.89 / Double(2 * n).squareRoot(), "\(name): s.d. of pulls \(deviation)")
    }
    for (hits, share) in zip(covered, [0.6827, 0.95]) {
      let bound = 4.89 * (share * (1 - share) / Double(2 * n)).squareRoot()
      #expect(abs(Double(hits) / Double(2 * n) - share) < bound, "\(hits) of \(2 * n) within \(share)")
    }
  }

  /// 4.89 standard deviations: false alarm 1e−6, two-sided.
  @Test("dead time of a detector at 0.1 to 1 counts per pulse", arguments: [0.1, 0.4, 1.0], [30.0, 77])
  func deadTime(_ mean: Double, _ dead: Double) throws {
    let seconds = 0.06
    let decay = Self.histogram(
      Self.bench(
        Self.jitters[0].jitter, [.init(share: 1, lifetimeNanoseconds: 8)], rateHz: mean * 1e9 / Self.period, darkHz: 0,
        seconds: seconds, deadNs: dead), seed: 5)
    try Self.expectCorrected(decay, .deadTime(ns: dead), periods: seconds * 1e9 / Self.period, farOff: mean > 0.2)
  }

  /// Classical photon timing keeps the first photon of a period; 4.89 standard deviations.
  @Test("one photon per period at 0.1 to 1 counts per pulse", arguments: [0.1, 0.4, 1.0])
  func onePerPeriod(_ mean: Double) throws {
    let seconds = 0.06
    let decay = Self.histogram(
      Self.bench(
        Self.jitters[0].jitter, [.init(share: 1, lifetimeNanoseconds: 8)], rateHz: mean * 1e9 / Self.period, darkHz: 0,
        seconds: seconds), seed: 6, firstOnly: true)
    try Self.expectCorrected(decay, .onePerPeriod, periods: seconds * 1e9 / Self.period, farOff: true)
  }

  static func expectCorrected(_ decay: FoldedDecay, _ pileUp: PileUp, periods: Double, farOff: Bool) throws {
    var options = LifetimeOptions(components: 1)
    options.response = .gaussian(fwhmNs: 0.35)
    let right = try fitDecay(decay, live: pileUp.liveShares(of: decay, periods: periods), options: options)
    let sigma = try #require(right.components[0].lifetimeNsUncertainty)
    #expect(abs(right.components[0].lifetimeNs - 8) < 4.89 * sigma, "\(right.components[0].lifetimeNs) ± \(sigma)")
    let wrong = try fitDecay(decay, options: options)
    if farOff {
      #expect(abs(wrong.components[0].lifetimeNs - 8) > 4.89 * sigma, "\(wrong.components[0].lifetimeNs) ± \(sigma)")
    }
  }
}
