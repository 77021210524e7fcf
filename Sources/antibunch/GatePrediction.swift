import Analysis
import Bench
import Emitters
import Glibc
import Prediction
import Reporting

/// What `gate` finds for a scenario: every gate as the bench predicts it, and the scan of a simulated recording beside it.
struct GatePrediction: Encodable {
  /// One predicted gate; standard deviations are those of a recording of the scenario's length.
  struct Gate: Encodable, GateTradeOff {
    var startNs: Double
    var stopNs: Double
    var g2Zero: Double
    var g2ZeroUncertainty: Double
    var signalKept: Double
    var backgroundKept: Double
    /// The emitters' share of the photons inside the gate.
    var signalFraction: Double
    /// Expected coincidences in a side peak.
    var sidePeakMean: Double
    var purityPerRootSecond: Double
    var isOnFront = false

    enum CodingKeys: String, CodingKey {
      case startNs = "start_ns"
      case stopNs = "stop_ns"
      case g2Zero = "g2_zero"
      case g2ZeroUncertainty = "g2_zero_uncertainty"
      case signalKept = "signal_kept"
      case backgroundKept = "background_kept"
      case signalFraction = "signal_fraction"
      case sidePeakMean = "side_peak_mean"
      case purityPerRootSecond = "purity_per_root_second"
      case isOnFront = "is_on_front"
    }
  }

  /// By start and then stop.
  var gates: [Gate]
  @OrNull var best: Gate?
  var criterion: String
  /// All photons of the period.
  var ungated: Gate
  var periodNs: Double
  var durationS: Double
  /// Where delays count from, in nanoseconds after the pulse arrives: the rising edge that a recording of this bench shows.
  var originNs: Double
  var method =
    "exact expectation from the level schemes and the folded background, photons recorded late or early by the detectors' "
    + "jitter; before dead times, afterpulses and crosstalk; standard deviations of counting, for the scenario's duration"
  /// The same gates on a simulated recording, measured as on any other; `null` without one.
  @OrNull var simulated: GateScanResult?

  enum CodingKeys: String, CodingKey {
    case gates, best, criterion, ungated, method, simulated
    case periodNs = "period_ns"
    case durationS = "duration_s"
    case originNs = "origin_ns"
  }

  /// - Parameters:
  ///   - starts, stops: in nanoseconds after the rising edge; `nil`: those that a recording's scan would take. Where any are given, a
  ///     start and an earlier stop make a gate that reaches round the end of the period.
  /// - Throws: `AnalysisError` with a sentence for benches and delays that allow no gate.
  init(
    _ predictor: Predictor, starts: [Double]?, stops: [Double]?, criterion: GateCriterion
  ) throws(AnalysisError) {
    let bench = predictor.bench
    guard let period = bench.excitation.periodNanoseconds else {
      throw AnalysisError("A gate needs laser pulses, and this scenario's laser is continuous.")
    }
    guard bench.excitation.burst == nil else { throw AnalysisError("Gates of a laser in bursts are not predicted.") }
    guard bench.detectors.count > 1 else { throw AnalysisError("A gate's g2(0) needs two detectors.") }
    // The edge as a recording shows it, on a pulse in the middle of the period.
    let steps = max(Int((period / 0.02).rounded()), 4)
    let decay = FoldedDecay(
      counts: predictor.decayHistogram(steps: steps, delayNanoseconds: period / 2, durationSeconds: 1e6).map {
        Int($0.rounded())
      }, binPs: period * 1e3 / Double(steps), periodPs: period * 1e3)
    guard let edge = decay.risingEdge() else { throw AnalysisError("No light reaches the detectors.") }
    let origin = edge.timePs / 1e3 - period / 2
    let rise = edge.risePs / 1e3
    let reachesRound = starts != nil || stops != nil
    let automatic = gateDelaysNs(fromRise: rise, to: period - min(3 * rise, period / 20))
    let starts = Set(starts ?? [0] + automatic.dropLast()).sorted()
    let stops = Set(stops ?? automatic).sorted()
    for delay in starts + stops where !(delay >= 0 && delay <= period) {
      throw AnalysisError(
        "A gate lies between 0 and the laser period of \(period) ns; it cannot start or stop at \(delay) ns.")
    }
    let pairs = starts.flatMap { start in
      stops.filter { $0 > start || $0 < start && reachesRound }.map { (start: start, stop: $0) }
    }
    guard !pairs.isEmpty else { throw AnalysisError("Every gate of the scan stops where it starts.") }
    guard let predicted = predictor.gated(pairs, recordedAfter: origin),
      let all = predictor.gated(fromNanoseconds: 0, toNanoseconds: period)
    else { throw AnalysisError("This bench shows no coincidences.") }
    let seconds = bench.durationSeconds
    var gates = zip(pairs, predicted).compactMap { pair, gate in
      gate.map { Gate($0, from: pair.start, to: pair.stop, seconds: seconds) }
    }
    markFront(&gates)
    self.gates = gates
    best = criterion.best(of: gates)
    self.criterion = criterion.sentence
    ungated = Gate(all, from: 0, to: period, seconds: seconds)
    (periodNs, durationS, originNs) = (period, seconds, origin)
  }

  /// What the best gate does, in a sentence.
  var verdict: String {
    guard let best else { return "no gate keeps enough of the signal" }
    let change = best.g2Zero / ungated.g2Zero - 1
    let kept =
      "keeps \(NumberFormat.percent(best.signalKept)) of the signal and \(NumberFormat.percent(best.backgroundKept)) of the "
      + "background"
    let numbers =
      "g2(0) \(NumberFormat.fixed(ungated.g2Zero, places: 3)) → \(NumberFormat.fixed(best.g2Zero, places: 3))"
    if change > -0.05 { return "no gate helps: the best, \(best.text), \(kept), \(numbers)" }
    return "\(best.text) \(kept): \(numbers)"
  }
}

extension GatePrediction.Gate {
  /// Counting errors of a ratio: g²(1/N₀ + 1/(n N)) of N₀ = g N counts in the centre and N in each of n side peaks.
  init(_ gate: GatedPrediction, from start: Double, to stop: Double, seconds: Double) {
    let counts = gate.sidePeakPerSecond * seconds
    let g = gate.g2Zero
    let peaks = Double(2 * CorrelationOptions().peaks)
    let deviation = counts > 0 ? ((g + g * g / peaks) / counts).squareRoot() : .infinity
    self.init(
      startNs: start, stopNs: stop, g2Zero: g, g2ZeroUncertainty: deviation, signalKept: gate.signalKept,
      backgroundKept: gate.backgroundKept, signalFraction: gate.signalFraction, sidePeakMean: counts,
      purityPerRootSecond: deviation > 0 ? (1 - g) / (deviation * seconds.squareRoot()) : 0)
  }

  /// As people write it: "1.5 ns:40 ns".
  var text: String { "\(startNs) ns:\(stopNs) ns" }
}

extension GatePrediction {
  /// Every gate, a row each, with what the simulation shows beside it.
  var table: Table {
    var columns = [
      "start_ns", "stop_ns", "g2_zero", "g2_zero_uncertainty", "signal_kept", "background_kept", "signal_fraction",
      "side_peak_mean", "purity_per_root_second", "is_on_front",
    ]
    if simulated != nil {
      columns += ["simulated_g2_zero", "simulated_g2_zero_uncertainty", "simulated_signal_kept"]
    }
    var table = Table(columns.map { .init($0) })
    for gate in gates {
      var row = [
        "\(gate.startNs)", "\(gate.stopNs)", "\(gate.g2Zero)", "\(gate.g2ZeroUncertainty)", "\(gate.signalKept)",
        "\(gate.backgroundKept)", "\(gate.signalFraction)", "\(gate.sidePeakMean)", "\(gate.purityPerRootSecond)",
        gate.isOnFront ? "1" : "0",
      ]
      if simulated != nil {
        let found = self.found(gate)
        row += [
          found.map { "\($0.g2Zero)" } ?? "", found.map { "\($0.g2ZeroUncertainty)" } ?? "",
          found.map { "\($0.signalKept)" } ?? "",
        ]
      }
      table.append(row)
    }
    return table
  }

  /// The simulated recording's numbers for a gate.
  func found(_ gate: Gate) -> GateScanResult.Gate? {
    simulated?.gates.first { $0.startNs == gate.startNs && $0.stopNs == gate.stopNs }
  }

  /// The best gate, and a dozen of those that no other beats.
  var summary: Table {
    var rows = Table([
      .init("gate"), .init("g2(0)", .right), .init("simulated", .right), .init("signal kept", .right),
      .init("background kept", .right),
    ])
    func add(_ name: String, _ gate: Gate, _ found: (value: Double, uncertainty: Double)?) {
      rows.append(
        name, NumberFormat.fixed(gate.g2Zero, places: 4),
        found.map { NumberFormat.measured($0.value, uncertainty: $0.uncertainty) } ?? "–",
        NumberFormat.percent(gate.signalKept), NumberFormat.percent(gate.backgroundKept))
    }
    add("none", ungated, simulated.map { ($0.ungated.value, $0.ungated.uncertainty) })
    if let best { add("best: \(best.text)", best, found(best).map { ($0.g2Zero, $0.g2ZeroUncertainty) }) }
    let front = gates.filter(\.isOnFront).sorted { $0.signalKept > $1.signalKept }
    let step = max((front.count + 11) / 12, 1)
    for (i, gate) in front.enumerated() where i % step == 0 {
      add(gate.text, gate, found(gate).map { ($0.g2Zero, $0.g2ZeroUncertainty) })
    }
    return rows
  }
}
