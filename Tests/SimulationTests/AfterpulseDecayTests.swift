import Analysis
import Bench
import Detectors
import Emitters
import Simulation
import Testing
import TimeTags

/// Lifetimes of engine recordings with strong afterpulsing and dead time, against the truth they were simulated with.
@Suite("Lifetimes with afterpulses")
struct AfterpulseDecayTests {
  static let darkHz = 2000.0
  static let seconds = 0.6

  /// One detector at 0.1 counts per pulse; a tenth of its clicks has an afterpulse, 60 ns after the dead time of 30 ns on average.
  static func bench(
    mode: TimingElectronics.Mode, rateHz: Double = 2e6, deadNs: Double = 30, seconds: Double = seconds
  ) -> Bench {
    var bench = LifetimeRecoveryTests.bench(
      TimingJitter(fwhmNanoseconds: 0.35, tailShare: 0, tailNanoseconds: 0), [.init(share: 1, lifetimeNanoseconds: 8)],
      rateHz: rateHz, darkHz: darkHz, seconds: seconds, deadNs: deadNs)
    bench.detectors[0].afterpulsing = Afterpulsing(probability: 0.1, meanDelayNanoseconds: 60)
    bench.electronics.mode = mode
    if mode == .t2 { bench.electronics.binning = 1 }
    return bench
  }

  static func header(_ mode: TimingElectronics.Mode) -> RecordingHeader {
    mode == .t3
      ? RecordingHeader(
        format: "test", mode: .t3, recordType: .hydraHarpV2T3, macroTimeUnitSeconds: 50e-9, nanotimeUnitSeconds: 64e-12)
      : RecordingHeader(format: "test", mode: .t2, recordType: .picoHarp300T2, macroTimeUnitSeconds: 4e-12)
  }

  /// 4.89 standard deviations: false alarm 1e-6, two-sided, of the share and the delay too. The background is held besides to 5 % of
  /// what the afterpulses would add to it, and to as many deviations of their share where that is read from the recording.
  @Test(arguments: [
    (AfterpulseLevel.given(share: 0.1, decayNs: 60), TimingElectronics.Mode.t3), (.measured, .t3), (.measured, .t2),
  ])
  func againstTruth(level: AfterpulseLevel, mode: TimingElectronics.Mode) throws {
    let bench = Self.bench(mode: mode)
    let tags = Stream(bench, seed: 8).tags
    let header = Self.header(mode)
    var options = LifetimeOptions(components: 1)
    options.response = .gaussian(fwhmNs: 0.35)
    options.pileUp = .deadTime(ns: 30)
    if mode == .t2 { options.periodPs = 50_000 }
    func fit(_ options: LifetimeOptions) throws -> LifetimeResult {
      try analyzeLifetime(header: header, options: options) { body in try tags.withUnsafeBufferPointer(body) }
    }
    options.afterpulses = level
    let right = try fit(options)
    let sigma = try #require(right.components[0].lifetimeNsUncertainty)
    #expect(abs(right.components[0].lifetimeNs - 8) < 4.89 * sigma, "\(right.components[0].lifetimeNs) ± \(sigma)")
    let law = try #require(right.afterpulses.first)
    if level == .measured { try Self.expect(law) } else { #expect(law.share == 0.1 && law.meanDelayNs == 60) }
    let dark = Self.darkHz * Self.seconds * right.binWidthPs / 50_000
    let added = 0.1 * Double(right.counts) * right.binWidthPs / 50_000
    let tolerance =
      4.89 * (try #require(right.backgroundPerBinUncertainty))
      + (law.shareUncertainty.map { 4.89 * $0 / law.share } ?? 0.05) * added
    #expect(abs(right.backgroundPerBin - dark) < tolerance, "\(right.backgroundPerBin), \(dark)")
    guard mode == .t3 else { return }
    options.afterpulses = nil
    let wrong = try fit(options)
    #expect(abs(wrong.components[0].lifetimeNs - 8) > 4.89 * sigma, "\(wrong.components[0].lifetimeNs) ± \(sigma)")
  }

  /// 4.89 standard deviations: false alarm 1e-6, two-sided; these are to be small.
  private static func expect(_ law: AfterpulseLaw) throws {
    let (share, delay) = (try #require(law.shareUncertainty), try #require(law.meanDelayNsUncertainty))
    #expect(share < 0.005 && delay < 3, "\(law)")
    #expect(abs(law.share - 0.1) < 4.89 * share, "\(law)")
    #expect(abs(try #require(law.meanDelayNs) - 60) < 4.89 * delay, "\(law)")
  }

  /// The dead time hides a fiftieth to a tenth of the light. One longer than the afterpulses' delay clears the way for them: the clicks
  /// that would hide one are themselves hidden. Two recordings together: their mean to 4.89 of its deviations.
  @Test(arguments: [(0.5e6, 30.0), (4e6, 30), (0.8e6, 90)], [TimingElectronics.Mode.t3, .t2])
  func shareAtAnyRate(light: (rateHz: Double, deadNs: Double), mode: TimingElectronics.Mode) throws {
    var options = LifetimeOptions()
    options.pileUp = .deadTime(ns: light.deadNs)
    options.afterpulses = .measured
    if mode == .t2 { options.periodPs = 50_000 }
    let bench = Self.bench(mode: mode, rateHz: light.rateHz, deadNs: light.deadNs, seconds: 1.2e6 / light.rateHz)
    let laws = try (1...2).map { seed in
      let tags = Stream(bench, seed: UInt64(seed)).tags
      let folded = try foldDecay(header: Self.header(mode), options: options) { body in
        try tags.withUnsafeBufferPointer(body)
      }
      return try #require(folded.afterpulseLaws.first)
    }
    let pulls = try laws.map { ($0.share - 0.1) / (try #require($0.shareUncertainty)) }
    #expect(abs(pulls.reduce(0, +)) < 4.89 * 2.0.squareRoot(), "\(laws)")
  }

  /// Forty short recordings: the squares of share and delay over their uncertainties add up to a chi-square of 40 degrees of freedom;
  /// between its quantiles of 5e-7 and 1 − 5e-7, false alarm 1e-6 each, two-sided.
  @Test func uncertaintiesAreHonest() throws {
    var options = LifetimeOptions()
    options.pileUp = .deadTime(ns: 30)
    options.afterpulses = .measured
    let bench = Self.bench(mode: .t3, seconds: 0.05)
    var (ofShare, ofDelay) = (0.0, 0.0)
    for seed in 1...40 as ClosedRange<UInt64> {
      let tags = Stream(bench, seed: seed).tags
      let folded = try foldDecay(header: Self.header(.t3), options: options) { body in
        try tags.withUnsafeBufferPointer(body)
      }
      let law = try #require(folded.afterpulseLaws.first)
      let share = (law.share - 0.1) / (try #require(law.shareUncertainty))
      let delay = (try #require(law.meanDelayNs) - 60) / (try #require(law.meanDelayNsUncertainty))
      ofShare += share * share
      ofDelay += delay * delay
    }
    #expect(ofShare > 10.2 && ofShare < 99.9)
    #expect(ofDelay > 10.2 && ofDelay < 99.9)
  }

  @Test("a level that cannot be is refused, and a recording without afterpulses shows none")
  func without() throws {
    var bench = Self.bench(mode: .t3)
    bench.detectors[0].afterpulsing = Afterpulsing(probability: 0, meanDelayNanoseconds: 0)
    bench.durationSeconds = 0.1
    let tags = Stream(bench, seed: 9).tags
    let header = Self.header(.t3)
    var options = LifetimeOptions(components: 1)
    options.pileUp = .deadTime(ns: 30)
    options.afterpulses = .measured
    let fit = try analyzeLifetime(header: header, options: options) { body in try tags.withUnsafeBufferPointer(body) }
    #expect(fit.afterpulses.map(\.share) == [0])
    options.afterpulses = .given(share: 0.6, decayNs: 60)
    #expect(throws: AnalysisError.self) {
      try analyzeLifetime(header: header, options: options) { body in try tags.withUnsafeBufferPointer(body) }
    }
  }
}
