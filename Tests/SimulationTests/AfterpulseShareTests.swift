import Analysis
import Bench
import Detectors
import Emitters
import Glibc
import Simulation
import Testing
import TimeTags

/// The shares of afterpulses that `g2` reads from recordings at high rates, against the truth of every click.
@Suite("Shares of afterpulses at high rates")
struct AfterpulseShareTests {
  static let periodNs = 50.0

  struct Case: Sendable, CustomTestStringConvertible {
    var mode: TimingElectronics.Mode
    var isPulsed = true
    var gate: TimeGate?
    var deadNs = 30.0
    /// By which part of the share it is known.
    var precision = 0.05
    var testDescription: String { "\(mode), \(isPulsed ? "pulsed" : "continuous"), \(gate == nil ? "all" : "gated")" }
  }

  /// Two detectors with 2 million clicks a second each: a dead time of 30 ns hides a sixteenth of the light, and with that a fifth to a
  /// third of the pairs that tell the afterpulses.
  static func bench(_ example: Case) -> Bench {
    var detector = PoissonBench.ideal
    detector.jitter = TimingJitter(fwhmNanoseconds: 0.35, tailShare: 0, tailNanoseconds: 0)
    detector.deadTimeNanoseconds = example.deadNs
    detector.delayNanoseconds = 5
    detector.afterpulsing = Afterpulsing(probability: 0.1, meanDelayNanoseconds: 60)
    var bench = PoissonBench(detector, count: 2, rateHz: 2e6, durationSeconds: 2).bench
    if example.isPulsed {
      bench.excitation = Excitation(wavelengthNanometers: 532, repetitionRateHz: 1e9 / periodNs)
      bench.background[0].decays = [.init(share: 1, lifetimeNanoseconds: 8)]
    }
    bench.electronics.mode = example.mode
    bench.electronics.binning = example.mode == .t2 ? 1 : 16
    return bench
  }

  @Test("a detector that is blind for a third of the time is refused with a sentence")
  func blind() throws {
    var bench = Self.bench(Case(mode: .t3))
    for i in bench.detectors.indices { bench.detectors[i].deadTimeNanoseconds = 250 }
    bench.durationSeconds = 0.1
    let tags = Stream(bench, seed: 5).tags
    var options = CorrelationOptions(peaks: 2)
    options.afterpulses = .measured
    let error = #expect(throws: AnalysisError.self) {
      try analyzeG2(header: AfterpulseDecayTests.header(.t3), options: options) { body in
        try tags.withUnsafeBufferPointer(body)
      }
    }
    #expect(error?.message.contains("blind for") == true)
  }

  /// The shares found, with what the truth of every click says of each.
  static func shares(_ example: Case, _ bench: Bench, seed: UInt64) throws -> [(found: MeasuredValue, truth: Double)] {
    let stream = Stream(bench, seed: seed)
    let header = AfterpulseDecayTests.header(example.mode)
    var options = CorrelationOptions(excitation: example.isPulsed ? .pulsed : .cw, peaks: 2, gate: example.gate)
    if example.isPulsed, example.mode == .t2 { options.periodPs = periodNs * 1e3 }
    options.afterpulses = .measured
    let result = try analyzeG2(header: header, options: options) { body in
      try stream.tags.withUnsafeBufferPointer(body)
    }
    // T3 numbers pulses from the sync on, which comes 5 ns before the light is recorded; T2 from shortly before the rising edge
    let early = example.mode == .t3 ? 5.0 : 1
    func pulse(_ truth: RecordTruth) -> Double {
      floor((Double(truth.detectionTime) / 16_000 + early) / periodNs)
    }
    return try zip(result.channels, #require(result.afterpulseShares)).map { channel, share in
      var (clicks, afterpulses) = (0, 0)
      for (tag, truth) in zip(stream.tags, stream.truths) where Int(tag.channel) == channel {
        let delayNs = Double(tag.nanotime) * 0.064
        guard example.gate.map({ delayNs >= $0.startNs && delayNs < $0.stopNs }) ?? true else { continue }
        clicks += 1
        guard truth.parent >= 0 else { continue }
        if !example.isPulsed || pulse(stream.truths[Int(truth.parent)]) < pulse(truth) { afterpulses += 1 }
      }
      return (share, Double(afterpulses) / Double(clicks))
    }
  }

  /// 4.89 standard deviations: false alarm 1e-6, two-sided, per channel. A dead time of nearly a period hides many pairs with a late
  /// click of the pulse before, and hardly any with the early clicks that the last gate keeps; few of these are afterpulses.
  @Test(arguments: [
    Case(mode: .t2), Case(mode: .t3), Case(mode: .t2, isPulsed: false),
    Case(mode: .t3, gate: TimeGate(startNs: 25, stopNs: 49)),
    Case(mode: .t3, gate: TimeGate(startNs: 4, stopNs: 10), deadNs: 45, precision: 0.15),
  ])
  func againstTruth(example: Case) throws {
    for (share, truth) in try Self.shares(example, Self.bench(example), seed: 4) {
      #expect(share.uncertainty < example.precision * truth, "\(share), \(truth)")
      #expect(abs(share.value - truth) < 4.89 * share.uncertainty, "\(share), \(truth)")
    }
  }

  /// So many pairs are hidden that the afterpulses do not show, or hardly: then the uncertainty says so, and not more than that. 4.89
  /// standard deviations: false alarm 1e-6, two-sided, per channel.
  @Test(arguments: [
    Case(mode: .t3, gate: TimeGate(startNs: 10, stopNs: 30), deadNs: 120),
    Case(mode: .t3, gate: TimeGate(startNs: 4, stopNs: 10), deadNs: 120),
    Case(mode: .t3, gate: TimeGate(startNs: 4, stopNs: 10), deadNs: 70),
  ])
  func whatDoesNotShow(example: Case) throws {
    var bench = Self.bench(example)
    bench.durationSeconds = 1
    for seed in 4...6 as ClosedRange<UInt64> {
      for (share, truth) in try Self.shares(example, bench, seed: seed) {
        #expect(abs(share.value - truth) < 4.89 * share.uncertainty, "\(share), \(truth)")
        #expect(share.uncertainty < truth, "\(share), \(truth)")
      }
    }
  }

  /// Without afterpulses, and little hidden, the share is known to be none.
  @Test func none() throws {
    let example = Case(mode: .t3)
    var bench = Self.bench(example)
    for i in bench.detectors.indices {
      bench.detectors[i].afterpulsing = Afterpulsing(probability: 0, meanDelayNanoseconds: 60)
    }
    for (share, truth) in try Self.shares(example, bench, seed: 4) {
      #expect(truth == 0 && abs(share.value) < 4.89 * share.uncertainty, "\(share)")
      #expect(share.uncertainty < 0.01, "\(share)")
    }
  }

  /// Twenty short recordings of two channels: the squares of the deviations over their uncertainties add up to a chi-square of 40
  /// degrees of freedom; between its quantiles of 5e-7 and 1 − 5e-7, false alarm 1e-6, two-sided.
  @Test func uncertaintiesAreHonest() throws {
    let example = Case(mode: .t3)
    var bench = Self.bench(example)
    bench.durationSeconds = 0.05
    var sum = 0.0
    for seed in 1...20 as ClosedRange<UInt64> {
      for (share, truth) in try Self.shares(example, bench, seed: seed) {
        let pull = (share.value - truth) / share.uncertainty
        sum += pull * pull
      }
    }
    #expect(sum > 10.2 && sum < 99.9)
  }
}
