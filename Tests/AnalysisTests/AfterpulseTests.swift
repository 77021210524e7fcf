import Analysis
import CGSL
import Testing
import TimeTags

/// g2(0) freed from afterpulses and dark counts of known size, against the same stream without them.
@Suite struct AfterpulseTests {
  /// Clicks in picoseconds.
  typealias Click = (time: Double, channel: UInt8)

  /// Adds dark counts at a rate per channel, and an afterpulse to a share of all clicks, afterpulses included.
  private func spoiled(_ clicks: [Click], darkHz: Double, share: Double, decayPs: Double, seed: UInt) -> [Click] {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var result = clicks
    let end = clicks.last?.time ?? 0
    for channel in [UInt8(0), 1] where darkHz > 0 {
      var time = gsl_ran_exponential(rng, 1e12 / darkHz)
      while time < end {
        result.append((time, channel))
        time += gsl_ran_exponential(rng, 1e12 / darkHz)
      }
    }
    for click in result {
      var time = click.time
      while gsl_rng_uniform(rng) < share {
        time += gsl_ran_exponential(rng, decayPs)
        result.append((time, click.channel))
      }
    }
    return result.sorted { $0.time < $1.time }
  }

  private func encoded(_ clicks: [Click], _ mode: MeasurementMode, periodPs: Double) -> [TimeTag] {
    clicks.map { click in
      guard mode == .t3 else { return TimeTag(macroTime: Int64(click.time / 4), channel: click.channel) }
      let pulse = (click.time / periodPs).rounded(.down)
      return TimeTag(
        macroTime: Int64(pulse), nanotime: UInt16((click.time - pulse * periodPs) / 16), channel: click.channel)
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var mode: MeasurementMode
    var level: AfterpulseLevel
    var gate: TimeGate?
    var testDescription: String { "\(mode), \(level), \(gate == nil ? "all delays" : "gated")" }
  }

  /// Paired: both streams share their photons, so the uncertainty of the corrected value is more than the difference scatters by.
  /// 4.89 of them: false alarm below 1e-6, two-sided. The raw value must be off by more, so that the correction is seen to work.
  @Test(
    "pulsed, 5 % of the clicks with an afterpulse of 300 ns, and dark counts",
    arguments: [
      Case(mode: .t3, level: .measured), Case(mode: .t2, level: .measured),
      Case(mode: .t3, level: .given(share: 0.05, decayNs: 300)),
      Case(mode: .t3, level: .measured, gate: TimeGate(startNs: 2, stopNs: 60, reference: .risingEdge)),
    ])
  func pulsed(example: Case) throws {
    let stream = SyntheticStream(
      periodPs: 200_000, pulses: 6_000_000, rate: 0.05, pairs: 0.004, lifetimePs: 20_000, delayPs: 0, seed: 51)
    let clean = stream.t3.map {
      (time: Double($0.macroTime) * 200_000 + Double($0.nanotime) * 16 + 8, channel: $0.channel)
    }
    let (darkHz, share) = (3000.0, 0.05)
    let noisy = spoiled(clean, darkHz: darkHz, share: share, decayPs: 300_000, seed: 52)
    func g2(_ clicks: [Click], _ corrects: Bool) throws -> CorrelationResult {
      var options = CorrelationOptions(centerPeak: 0, gate: example.gate)
      if example.mode == .t2 { options.periodPs = 200_000 }
      if corrects {
        options.afterpulses = example.level
        // as measured in the dark, with their own afterpulses
        let rate = darkHz / (1 - share)
        options.background = BackgroundLevel(.ratesHz([0: rate, 1: rate]))
      }
      let tags = encoded(clicks, example.mode, periodPs: 200_000)
      return try analyzeG2(header: example.mode == .t3 ? stream.header3 : SyntheticStream.header2, options: options) {
        try play(tags, blocks: 65536, $0)
      }
    }
    let truth = try g2(clean, false)
    let result = try g2(noisy, true)
    let corrected = try #require(result.backgroundCorrected).rhoSquared
    #expect(abs(corrected.value - truth.g2Zero) < 4.89 * corrected.uncertainty, "\(corrected), \(truth.g2Zero)")
    #expect(result.g2Zero - truth.g2Zero > 4 * corrected.uncertainty)
    // afterpulses within the pulse of their click do not count
    for found in try #require(result.afterpulseShares) where example.gate == nil {
      #expect(found.value > 0.3 * share && found.value < 0.9 * share)
    }
  }

  @Test(
    "continuous, read from the recording and given",
    arguments: [AfterpulseLevel.measured, .given(share: 0.05, decayNs: nil)])
  func continuous(level: AfterpulseLevel) throws {
    let clean = SyntheticStream.continuous(rateHz: 300_000, seconds: 8, dip: 3000, seed: 53).map {
      (time: Double($0.macroTime) * 4 + 2, channel: $0.channel)
    }
    let noisy = spoiled(clean, darkHz: 0, share: 0.05, decayPs: 80_000, seed: 54)
    func g2(_ clicks: [Click], _ level: AfterpulseLevel?) throws -> CorrelationResult {
      var options = CorrelationOptions(excitation: .cw)
      options.afterpulses = level
      let tags = encoded(clicks, .t2, periodPs: 1)
      return try analyzeG2(header: SyntheticStream.header2, options: options) { try play(tags, blocks: 65536, $0) }
    }
    let truth = try g2(clean, nil)
    let result = try g2(noisy, level)
    let corrected = try #require(result.backgroundCorrected).rhoSquared
    #expect(abs(corrected.value - truth.g2Zero) < 4.89 * corrected.uncertainty, "\(corrected), \(truth.g2Zero)")
    #expect(result.g2Zero - truth.g2Zero > 3 * corrected.uncertainty)
    for found in try #require(result.afterpulseShares) {
      #expect(abs(found.value - 0.05) < 4.89 * found.uncertainty + 0.002)
    }
  }

  @Test("shares that cannot be are refused with a sentence")
  func refusals() {
    for level in [
      AfterpulseLevel.given(share: -0.1, decayNs: nil), .given(share: 0.1, decayNs: 0), .given(share: 0.7, decayNs: 5),
    ] {
      var options = CorrelationOptions()
      options.afterpulses = level
      #expect(throws: AnalysisError.self) { try analyzeG2(header: SyntheticStream.header2, options: options) { _ in } }
    }
  }
}
