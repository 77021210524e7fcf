import Analysis
import Glibc
import Testing
import TimeTags

/// The gate scan with a background that decays: a recording of it tells where it lies.
@Suite struct RecordedBackgroundTests {
  /// Signal of 20 ns on background of 3 ns: 4.89 standard deviations, false alarm 1e-6 two-sided for each number, and 0.004 for the
  /// half-rise point, which lies a few hundredths of a nanosecond off the pulse. The same level taken as flat is far off.
  @Test("signal and background kept by each gate are the true ones")
  func decaying() throws {
    func stream(_ rate: Double, _ lifetimePs: Double, _ seed: UInt) -> SyntheticStream {
      SyntheticStream(
        periodPs: 200_000, pulses: 4_000_000, rate: rate, pairs: 0, lifetimePs: lifetimePs, delayPs: 0, seed: seed)
    }
    let signal = stream(0.03, 20_000, 61)
    let tags = (signal.t3 + stream(0.01, 3000, 62).t3).sorted {
      ($0.macroTime, $0.nanotime) < ($1.macroTime, $1.nanotime)
    }
    let alone = stream(0.01, 3000, 63)
    let recorded = try MeasuredBackground(header: alone.header3) { try play(alone.t3, blocks: 65536, $0) }
    func scan(_ level: BackgroundLevel.Kind) throws -> GateScanResult {
      var options = GateScanOptions(startsNs: [1, 5, 20], stopsNs: [40, 120])
      options.correlation.background = BackgroundLevel(level)
      return try scanGates(header: signal.header3, options: options) { try play(tags, blocks: 65536, $0) }
    }
    let measured = try scan(.measured(recorded))
    let flat = try scan(.ratesHz([0: 25_000, 1: 25_000]))
    #expect(abs(measured.background.share - 0.25) < 4.89 * measured.background.shareUncertainty + 1e-3)
    #expect(measured.background.shareUncertainty > 0)
    for (gate, other) in zip(measured.gates, flat.gates) {
      let truth = exp(-gate.startNs / 20) - exp(-gate.stopNs / 20)
      let background = exp(-gate.startNs / 3) - exp(-gate.stopNs / 3)
      #expect(abs(gate.signalKept - truth) < 4.89 * gate.signalKeptUncertainty + 0.004, "\(gate)")
      #expect(abs(gate.backgroundKept - background) < 0.02, "\(gate)")
      // from 5 ns on both happen to put a fifth into a gate
      if gate.startNs != 5 {
        #expect(abs(other.signalKept - truth) > 4.89 * other.signalKeptUncertainty + 0.004, "\(other)")
      }
    }
  }

  @Test("more cells than memory is kept for are refused with a sentence")
  func tooLarge() throws {
    let stream = SyntheticStream(
      periodPs: 200_000, pulses: 100_000, rate: 0.02, pairs: 0.05, lifetimePs: 20_000, delayPs: 0, seed: 43)
    var options = GateScanOptions(startsNs: (0..<200).map { Double($0) / 10 })
    options.correlation.peaks = 100
    #expect(throws: AnalysisError.self) {
      try scanGates(header: stream.header3, options: options) { try play(stream.t3, blocks: 65536, $0) }
    }
  }
}
