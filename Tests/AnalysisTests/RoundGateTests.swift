import Analysis
import Glibc
import Testing
import TimeTags

/// Gates that reach round the end of the laser period, in T3, in T2 and in decays.
@Suite struct RoundGateTests {
  static let periodNs = 200.0
  /// Long-lived, so that many photons come late; the cable delays the second channel by 120 ns, 7500 whole nanotimes.
  static let stream = SyntheticStream(
    periodPs: 200_000, pulses: 2_500_000, rate: 0.08, pairs: 0.02, lifetimePs: 60_000, delayPs: 120_000, seed: 71)

  /// The photons in a gate and their pairs by pulse difference, by definition: delay and pulse after each channel's rising edge.
  static func truth(_ gate: TimeGate, peaks: Int) throws -> (photons: [Int], areas: [Int]) {
    var nanotimes = [[Int]](repeating: [Int](repeating: 0, count: 12_500), count: 2)
    for tag in stream.t3 { nanotimes[Int(tag.channel)][Int(tag.nanotime)] += 1 }
    let edges = try nanotimes.map {
      try #require(FoldedDecay(counts: $0, binPs: 16, periodPs: 200_000).risingEdge())
    }
    let margin = min(3 * edges.map(\.risePs).max()!, 10_000) / 1000
    var pulses: [[Int64]] = [[], []]
    for tag in stream.t3 {
      var (pulse, delay) = (tag.macroTime, Double(tag.nanotime) * 0.016 - edges[Int(tag.channel)].timePs / 1000)
      if delay < -margin { (pulse, delay) = (pulse - 1, delay + periodNs) }
      let passes =
        gate.startNs < gate.stopNs
        ? delay >= gate.startNs && delay < gate.stopNs : delay >= gate.startNs || delay < gate.stopNs
      if passes { pulses[Int(tag.channel)].append(pulse) }
    }
    var histogram = PairHistogram(firstEdge: -Int64(peaks), binWidth: 1, binCount: 2 * peaks + 1)
    pulses[0].withUnsafeBufferPointer { a in
      pulses[1].withUnsafeBufferPointer { histogram.consume(first: a, second: $0, watermark: .max) }
    }
    return (pulses.map(\.count), histogram.counts)
  }

  static let gates = [
    TimeGate(startNs: 50, stopNs: 150, reference: .risingEdge),
    TimeGate(startNs: 90, stopNs: 190, reference: .risingEdge),
    TimeGate(startNs: 2, stopNs: 400, reference: .risingEdge),
    TimeGate(startNs: 150, stopNs: 20, reference: .risingEdge),
    TimeGate(startNs: 190, stopNs: 100, reference: .risingEdge),
    TimeGate(startNs: 60, stopNs: 30, reference: .risingEdge),
  ]

  @Test("photons and peaks of T3 are those of the definition, whatever the cable", arguments: gates)
  func t3(gate: TimeGate) throws {
    let options = CorrelationOptions(peaks: 5, centerPeak: 0, gate: gate)
    let result = try analyzeG2(header: Self.stream.header3, options: options) {
      try play(Self.stream.t3, blocks: 5000, $0)
    }
    let (photons, areas) = try Self.truth(gate, peaks: 5)
    #expect(result.photons == photons)
    #expect(result.centerCounts == areas[5])
    #expect(try #require(result.sidePeakMean) == Double(areas.reduce(0, +) - areas[5]) / 10)
  }

  @Test("photons chosen for other measurements are the same", arguments: gates)
  func chosen(gate: TimeGate) throws {
    let selected = try select(PhotonSelection(timeGate: gate), header: Self.stream.header3) {
      try play(Self.stream.t3, blocks: 5000, $0)
    }
    let (photons, _) = try Self.truth(gate, peaks: 1)
    #expect(selected.summary.keptPerChannel == [0: photons[0], 1: photons[1]])
  }

  /// The edges of both modes differ by parts of a bin, and with them one photon in a thousand.
  @Test("T2 gives what T3 gives", arguments: [gates[0], gates[3]])
  func t2(gate: TimeGate) throws {
    let options = CorrelationOptions(periodPs: 200_000, peaks: 5, gate: gate)
    let result = try analyzeG2(header: SyntheticStream.header2, options: options) {
      try play(Self.stream.t2, blocks: 5000, $0)
    }
    let (photons, areas) = try Self.truth(gate, peaks: 5)
    for (found, expected) in zip(result.photons, photons) {
      #expect(abs(found - expected) < expected / 200, "\(found), \(expected)")
    }
    let g2 = Double(areas[5]) / (Double(areas.reduce(0, +) - areas[5]) / 10)
    #expect(abs(result.g2Zero - g2) < result.g2ZeroUncertainty, "\(result.g2Zero), \(g2)")
  }

  @Test("a scan of the same delays has these photons and peaks in every gate", arguments: [MeasurementMode.t3, .t2])
  func scan(mode: MeasurementMode) throws {
    var correlation = CorrelationOptions(peaks: 5, centerPeak: 0)
    let (header, tags) =
      mode == .t3 ? (Self.stream.header3, Self.stream.t3) : (SyntheticStream.header2, Self.stream.t2)
    if mode == .t2 {
      var survey = RecordingSurvey(header: header)
      try play(tags, blocks: 65536) { survey.consume($0) }
      correlation.periodPs = 200_000
      correlation.laser = try RecoveredLaser(header: header, survey: survey, periodPs: 200_000) {
        try play(tags, blocks: 65536, $0)
      }
    }
    let scan = try scanGates(
      header: header,
      options: GateScanOptions(
        correlation: correlation, startsNs: [0, 50, 90, 150, 190], stopsNs: [20, 100, 150, 190])
    ) { try play(tags, blocks: 7777, $0) }
    #expect(scan.gates.count == 18)
    #expect(scan.gates.count { $0.stopNs < $0.startNs } == 7)
    for found in scan.gates {
      let gate = TimeGate(startNs: found.startNs, stopNs: found.stopNs, reference: .risingEdge)
      var options = correlation
      options.gate = gate
      let single = try analyzeG2(header: header, options: options) { try play(tags, blocks: 5000, $0) }
      #expect(found.photons == single.photons.reduce(0, +), "\(gate)")
      #expect(found.centerCounts == single.centerCounts, "\(gate)")
      #expect(found.sidePeakMean == single.sidePeakMean, "\(gate)")
      let length = gate.stopNs - gate.startNs + (gate.stopNs < gate.startNs ? Self.periodNs : 0)
      #expect(abs(found.backgroundKept - length / Self.periodNs) < 1e-6)
      // single-exponential light without background, the tails of earlier pulses included
      func before(_ delayNs: Double) -> Double { (1 - exp(-delayNs / 60)) / (1 - exp(-Self.periodNs / 60)) }
      let truth = before(gate.stopNs) - before(gate.startNs) + (gate.stopNs < gate.startNs ? 1 : 0)
      #expect(abs(found.signalKept - truth) < 4.89 * found.signalKeptUncertainty + 0.005, "\(found), \(truth)")
    }
  }

  @Test("a scan on its own reaches the end of the pulse's period behind a cable, and not round it")
  func ownDelays() throws {
    let scan = try scanGates(header: Self.stream.header3) { try play(Self.stream.t3, blocks: 7777, $0) }
    #expect(scan.gates.allSatisfy { $0.startNs < $0.stopNs })
    // the second channel's edge lies 120 ns into the nanotimes
    #expect(scan.gates.map(\.stopNs).max()! > 190)
    let rounded = try scanGates(header: Self.stream.header3, options: GateScanOptions(reachesRound: true)) {
      try play(Self.stream.t3, blocks: 7777, $0)
    }
    #expect(rounded.gates.count > scan.gates.count)
  }

  @Test("gates that cannot be are refused with a sentence")
  func refusals() throws {
    for gate in [TimeGate(startNs: 20, stopNs: 20), TimeGate(startNs: 300, stopNs: 20)] {
      let error = #expect(throws: AnalysisError.self) {
        try analyzeG2(header: Self.stream.header3, options: CorrelationOptions(gate: gate)) {
          try play(Self.stream.t3, blocks: 5000, $0)
        }
      }
      #expect(error?.message.contains("time gate") == true)
    }
  }

  /// 4.89 standard deviations: false alarm 1e-6, two-sided.
  @Test("a fit from before the pulse to some time after it finds the lifetime, and one of the tail is refused")
  func decay() throws {
    let truth = JitteredDecay(shares: [(1, 12)])
    let decay = try #require(truth.recordings(total: 1e5, count: 1, seed: 72).first)
    var options = ReconvolutionTests.options(1, .gaussian(fwhmNs: 0.35))
    (options.fitStartNs, options.fitStopNs) = (190, 60)
    let fit = try fitDecay(decay, options: options)
    let sigma = try #require(fit.components[0].lifetimeNsUncertainty)
    #expect(abs(fit.components[0].lifetimeNs - 12) < 4.89 * sigma)
    #expect(fit.residuals.filter { $0 != 0 }.count <= 351 && fit.residuals.filter { $0 != 0 }.count > 330)
    #expect(fit.fitStartNs == 190 && fit.fitStopNs == 60)
    options.response = nil
    #expect(throws: AnalysisError.self) { try fitDecay(decay, options: options) }
  }
}
