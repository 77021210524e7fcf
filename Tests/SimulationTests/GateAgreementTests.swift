import Analysis
import Bench
import CGSL
import Detectors
import Emitters
import Prediction
import Simulation
import Testing
import TimeTags

/// Gates, levels and count statistics measured on simulated streams against their truth and against prediction.
@Suite("Gates and counts: analysis against truth and prediction, false-alarm probability 1e-6 per comparison")
struct GateAgreementTests {
  /// 1e-6, two-sided.
  static let deviations = 4.9

  private func header(_ bench: Bench) -> RecordingHeader {
    let unit = Double(bench.electronics.baseResolutionPicoseconds * bench.electronics.binning) * 1e-12
    return RecordingHeader(
      format: "test", mode: .t3, recordType: .picoHarp300T3,
      macroTimeUnitSeconds: 1 / (bench.excitation.repetitionRateHz ?? 1), nanotimeUnitSeconds: unit)
  }

  private func play(_ tags: [TimeTag], _ body: (TagBlock) throws -> Void) throws {
    try tags.withUnsafeBufferPointer { all in
      for start in stride(from: 0, to: all.count, by: 65_536) {
        try body(TagBlock(rebasing: all[start..<min(start + 65_536, all.count)]))
      }
    }
  }

  /// Dark counts are the background: flat. The detectors' delay is a whole number of nanotimes, so that gates begin exactly.
  @Test func scanFollowsTruthAndPrediction() throws {
    var test = TestBench(absorbed: 0.6, coupling: 0.9, yields: (0.8, 0.3), charged: nil, mode: .t3)
    test.lifetimes.biexciton = 3
    test.darkCountRateHz = 30_000
    test.durationSeconds = 1
    var bench = test.bench
    for d in bench.detectors.indices { bench.detectors[d].delayNanoseconds = 6.4 }
    let stream = Stream(bench)
    // starts and stops after the delay, in nanotimes of 64 ps
    let starts = [1, 40, 160].map { Double($0) * 0.064 }
    let stops = [80, 400, 1500].map { Double($0) * 0.064 }
    let scan = try scanGates(
      header: header(bench),
      options: GateScanOptions(startsNs: starts.map { $0 + 6.4 }, stopsNs: stops.map { $0 + 6.4 }, reference: .nanotime)
    ) { try play(stream.tags, $0) }
    #expect(scan.gates.count == 9)
    let isSignal = stream.truths.map { stream.origins.origins[Int($0.origin)].kind == .emission }
    let signal = isSignal.count { $0 }
    let dark = isSignal.count - signal
    #expect(
      abs(scan.background.share - Double(dark) / Double(isSignal.count))
        < Self.deviations * scan.background.shareUncertainty)
    let predictor = Predictor(bench: bench)
    for gate in scan.gates {
      let inside = zip(stream.tags, isSignal).filter { tag, _ in
        let delay = Double(tag.nanotime) * 0.064
        let (isLate, isEarly) = (delay > gate.startNs - 0.001, delay < gate.stopNs - 0.001)
        return gate.startNs < gate.stopNs ? isLate && isEarly : isLate || isEarly
      }
      let keptSignal = inside.count { $0.1 }
      #expect(
        abs(gate.signalKept - Double(keptSignal) / Double(signal)) < Self.deviations * gate.signalKeptUncertainty,
        "\(gate)")
      let share = gate.backgroundKept
      #expect(
        abs(Double(inside.count - keptSignal) - share * Double(dark))
          < Self.deviations * (share * (1 - share) * Double(dark)).squareRoot())
      // nanotime n holds the delays from (n − 1) to n steps
      let predicted = try #require(
        predictor.gated(fromNanoseconds: gate.startNs - 6.464, toNanoseconds: gate.stopNs - 6.464))
      #expect(abs(gate.signalKept - predicted.signalKept) < Self.deviations * gate.signalKeptUncertainty, "\(gate)")
      #expect(abs(share - predicted.backgroundKept) < 1e-3)
      expectPoisson(gate.centerCounts, mean: predicted.g2Zero * gate.sidePeakMean, "centre of \(gate)")
    }
    // the pairs come early: the gate matters
    let (first, last) = (scan.gates[1], scan.gates[7])
    #expect(first.g2Zero > 1.5 * last.g2Zero)
  }

  /// Jitter and a biexciton as short as it: gates on recorded times, from the rising edge of the recorded decay on.
  @Test func jitterSmearsGates() throws {
    var test = TestBench(absorbed: 0.8, coupling: 0.9, yields: (0.8, 0.4), charged: nil, mode: .t3)
    test.lifetimes.biexciton = 0.5
    test.jitter = 0.6
    test.durationSeconds = 2
    let bench = test.bench
    let stream = Stream(bench, seed: 3)
    let starts = [5, 10, 16, 24].map { Double($0) * 0.064 }
    let scan = try scanGates(
      header: header(bench),
      options: GateScanOptions(startsNs: starts, stopsNs: [128, 1024].map { Double($0) * 0.064 })
    ) { try play(stream.tags, $0) }
    #expect(scan.gates.count == 8)
    // Where the scan counted from: the edge of the decay of both channels.
    var decay = [Int](repeating: 0, count: 3125)
    for tag in stream.tags where Int(tag.nanotime) < decay.count { decay[Int(tag.nanotime)] += 1 }
    let edge = try #require(FoldedDecay(counts: decay, binPs: 64, periodPs: 200_000).risingEdge())
    let predictor = Predictor(bench: bench)
    // nanotime n holds the delays from (n − 1) to n steps, and gates begin at the next whole nanotime
    func delay(_ nanoseconds: Double) -> Double {
      ((nanoseconds + edge.timePs / 1000) / 0.064 - 1e-6).rounded(.up) * 0.064 - 0.064 - 5
    }
    var largest = 0.0
    for gate in scan.gates {
      let (start, stop) = (delay(gate.startNs), delay(gate.stopNs))
      func predicted(smeared: Bool) throws -> GatedPrediction {
        try #require(
          smeared
            ? predictor.gated([(0, stop - start)], recordedAfter: start)?.first ?? nil
            : predictor.gated(fromNanoseconds: start, toNanoseconds: stop))
      }
      let smeared = try predicted(smeared: true)
      expectPoisson(gate.centerCounts, mean: smeared.g2Zero * gate.sidePeakMean, "centre of \(gate)")
      expectPoisson(
        gate.centerCounts, mean: smeared.g2Zero * smeared.sidePeakPerSecond * bench.durationSeconds, "centre of \(gate)"
      )
      #expect(
        abs(gate.signalKept - smeared.signalKept) < Self.deviations * gate.signalKeptUncertainty + 1e-3, "\(gate)")
      let sharp = try predicted(smeared: false)
      let difference = abs(sharp.g2Zero - smeared.g2Zero) * gate.sidePeakMean
      largest = max(largest, difference / Double(gate.centerCounts).squareRoot())
    }
    // The jitter matters: without it some gates would hold other numbers.
    #expect(largest > 6)
  }

  /// Two states of different yields: at the bright level the light is that of the neutral state alone.
  @Test func brightLevelIsTheNeutralState() throws {
    var test = TestBench(absorbed: 0.6, coupling: 0.3, yields: (0.8, 0.3), mode: .t3)
    test.charged = (3.39, 0.15, 0.1)
    test.dwell = .exponential(meanSeconds: 0.02)
    test.durationSeconds = 2
    let bench = test.bench
    let stream = Stream(bench)
    let selected = try select(PhotonSelection(brightness: .level(1)), header: header(bench)) {
      try play(stream.tags, $0)
    }
    let kept = try #require(selected.keptTime)
    let neutral = stream.secondsPerState(2, duration: bench.durationSeconds)[0]
    #expect(abs(kept.seconds / neutral - 1) < 0.01)
    let g2 = try analyzeG2(
      header: header(bench), options: CorrelationOptions(centerPeak: 0), replay: selected.replay)
    test.charged = nil
    let predictor = Predictor(bench: test.bench)
    let expected = try #require(predictor.g2Zero)
    expectPoisson(g2.centerCounts, mean: expected * (g2.sidePeakMean ?? 0), "centre at the bright level")
    for (channel, predicted) in zip(selected.summary.rateHzPerChannel.keys.sorted(), predictor.recordedRatesHz) {
      let rate = try #require(selected.summary.rateHzPerChannel[channel])
      #expect(abs(rate - predicted) < Self.deviations * (predicted / kept.seconds).squareRoot() + 2e-3 * predicted)
    }
  }

  /// The variance of counts that blinking gives, by the covariance of the light.
  @Test func fanoFollowsPrediction() throws {
    var bench = TestBench(coupling: 0.05, charged: nil, mode: .t3).bench
    bench.emitters = [BunchingTests.cases[0].emitter]
    bench.durationSeconds = 40
    let stream = Stream(bench)
    let first = stream.tags.map(\.channel).min() ?? 0
    let result = try analyzeTrace(
      header: header(bench), options: TraceOptions(channels: [first], slices: 1)
    ) { try play(stream.tags, $0) }
    let predictor = Predictor(bench: bench)
    let rate = predictor.recordedRatesHz[0]
    var tested = 0
    for factor in result.fano where factor.binS > 1e-4 && factor.bins >= 400 {
      let deviation = predictor.rateStandardDeviationHz(0, overSeconds: factor.binS)
      let expected = deviation * deviation * factor.binS / rate
      // twenty parts: Student's t with 19 degrees of freedom
      #expect(abs(factor.fano - expected) < 7.2 * factor.uncertainty, "\(factor), predicted \(expected)")
      tested += 1
    }
    #expect(tested >= 9)
    #expect(result.fano.map(\.fano).max()! > 5)
  }
}
