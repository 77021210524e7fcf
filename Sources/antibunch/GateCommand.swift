import Analysis
import ArgumentParser
import Light
import Reporting
import Scenarios

struct GateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Scans time gates: g2(0), signal kept and background kept against start and stop; the best gate.",
    discussion: """
      Of a recording: measured. Of a scenario: predicted, and measured on a simulated recording of it; --set, --duration,
      --seed, --threads and --method are for scenarios.
      """)

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var selection: SelectionOptions
  @Option(
    help: ArgumentHelp(
      "Where gates start after the rising edge: \"0 ns,1 ns\" or \"log:0.5 ns..50 ns:10\". Every start makes a gate with every stop; an earlier stop is one after the next pulse.",
      valueName: "values"))
  var start: String?
  @Option(help: ArgumentHelp("Where gates stop; written as --start.", valueName: "values")) var stop: String?
  @Option(
    help: "The best gate: lowest-g2 (at --keep of the signal) or purity (highest single-photon purity per root time).")
  var criterion: Criterion = .lowestG2
  @Option(help: ArgumentHelp("The share of the signal that lowest-g2 keeps at least.", valueName: "share")) var keep =
    0.5
  @Option(
    help: ArgumentHelp(
      "The background, as for g2: the signal fraction or a rate per channel, both flat, or a recording of the background, which tells its delays in T3; a flat one from a fit of the decay if not given.",
      valueName: "level|file"))
  var background: String?
  @Option(help: ArgumentHelp("The laser period where the file does not tell it.", valueName: "time")) var period:
    String?
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("A folder for gate.json, gates.csv and the figures.", valueName: "folder"))
  var output: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Another value in the scenario, as for run.", valueName: "path=value"))
  var overrides: [String] = []
  @Option(help: ArgumentHelp("How long the scenario's recording lasts.", valueName: "time")) var duration: String?
  @OptionGroup var engine: EngineOptions
  @Option(help: "Of a scenario: predict, or both prediction and simulation.") var method: Method = .both
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print the gates as CSV.") var csv = false

  enum Criterion: String, ExpressibleByArgument, CaseIterable {
    case lowestG2 = "lowest-g2"
    case purity
  }

  enum Method: String, ExpressibleByArgument, CaseIterable { case predict, both }

  func validate() throws {
    if !isScenario,
      !overrides.isEmpty || duration != nil || engine.seed != 1 || engine.threads != nil || method != .both
    {
      throw ValidationError("--set, --duration, --seed, --threads and --method are for scenarios (.yaml)")
    }
    if selection.gate != nil { throw ValidationError("--gate: a scan has --start and --stop instead") }
    guard keep > 0, keep <= 1 else { throw ValidationError("--keep must be above 0 and at most 1, found \(keep)") }
  }

  func run() throws {
    try orFail {
      if isScenario {
        try runScenario()
        return
      }
      var options = GateScanOptions(startsNs: try starts(), stopsNs: try stops(), criterion: chosenCriterion)
      options.correlation.channels = try selection.channelPair()
      options.correlation.background = try background.map(CorrelationCommand.level)
      options.correlation.periodPs = try positiveTime(period, option: "--period", in: .picoseconds)
      let open = try recording.open(periodPs: options.correlation.periodPs)
      let selected = try selection.apply(
        to: open, withTimeGate: false, periodPs: options.correlation.periodPs)
      options.correlation.keptTime = selected.keptTime
      options.correlation.laser = selected.laser
      let result = try scanGates(header: open.header, options: options, replay: selected.replay)
      let document = try JSONOutput.encode(WithMore(result, "selection", selected.summary))
      if let output {
        try makeFolder(output)
        try writeText(document, to: output + "/gate.json")
        try writeText(gatesTable(result).csv(), to: output + "/gates.csv")
        for (name, figure) in gateFigures(result) { try writeText(figure.svg(), to: "\(output)/\(name).svg") }
      }
      if json {
        print(document, terminator: "")
      } else if csv {
        print(gatesTable(result).csv(), terminator: "")
      } else {
        var table = gateTable(result, title: recording.file)
        selected.append(to: &table)
        print(table.text())
        print(frontTable(result).text())
        if let output { print("\(output)/gates.svg") }
      }
    }
  }

  private var isScenario: Bool { recording.file.hasSuffix(".yaml") || recording.file.hasSuffix(".yml") }

  var chosenCriterion: GateCriterion { criterion == .purity ? .purity : .lowestG2(keep: keep) }

  /// Where gates start, and where they stop, in nanoseconds; `nil` if that is not said.
  func starts() throws -> [Double]? { try start.map { try delays($0, option: "--start") } }
  func stops() throws -> [Double]? { try stop.map { try delays($0, option: "--stop") } }

  /// Delays in nanoseconds, a list or a range.
  private func delays(_ text: String, option: String) throws -> [Double] {
    do {
      return try ValueRange(parsing: "delay=\(text)", option: option).values.map {
        try time($0, option: option, in: .nanoseconds)
      }
    } catch let diagnostic as Diagnostic {
      throw ValidationError("\(option): \(diagnostic.message)")
    }
  }
}

/// Every gate, a row each.
func gatesTable(_ result: GateScanResult) -> Table {
  var table = Table(
    [
      "start_ns", "stop_ns", "g2_zero", "g2_zero_uncertainty", "signal_kept", "signal_kept_uncertainty",
      "background_kept", "photons", "center_counts", "side_peak_mean", "purity_per_root_second", "is_on_front",
    ].map { .init($0) })
  for gate in result.gates {
    table.append(
      "\(gate.startNs)", "\(gate.stopNs)", "\(gate.g2Zero)", "\(gate.g2ZeroUncertainty)", "\(gate.signalKept)",
      "\(gate.signalKeptUncertainty)", "\(gate.backgroundKept)", "\(gate.photons)", "\(gate.centerCounts)",
      "\(gate.sidePeakMean)", "\(gate.purityPerRootSecond)", gate.isOnFront ? "1" : "0")
  }
  return table
}

/// A gate as people write it: "1.5 ns:40 ns".
func gateText(_ gate: GateScanResult.Gate) -> String { "\(gate.startNs) ns:\(gate.stopNs) ns" }

/// The best gate and what it rests on.
func gateTable(_ result: GateScanResult, title: String) -> Table {
  var table = Table([.init(title), .init("", .right)])
  table.append("channels", result.channels.map(String.init).joined(separator: ", "))
  table.append("photons", result.photons.map { NumberFormat.count($0) }.joined(separator: ", "))
  table.append("laser", result.decision)
  table.append(
    "background, share of all photons",
    NumberFormat.measured(result.background.share, uncertainty: result.background.shareUncertainty))
  table.append("background from", result.background.source)
  table.append(
    "g2(0) without a gate", NumberFormat.measured(result.ungated.value, uncertainty: result.ungated.uncertainty))
  table.append("gates", NumberFormat.count(result.gates.count))
  guard let best = result.best else {
    table.append("best gate", "none keeps enough of the signal")
    return table
  }
  table.append("best gate", gateText(best.gate))
  table.append("best by", best.criterion)
  table.append(
    "g2(0) in it", NumberFormat.measured(best.gate.g2Zero, uncertainty: best.gate.g2ZeroUncertainty))
  if let heldOut = best.heldOut {
    table.append(
      "g2(0) of gates chosen on one half, measured on the other",
      NumberFormat.measured(heldOut.value, uncertainty: heldOut.uncertainty))
  }
  table.append(
    "signal kept", NumberFormat.measured(best.gate.signalKept, uncertainty: best.gate.signalKeptUncertainty))
  table.append("background kept", NumberFormat.percent(best.gate.backgroundKept))
  for (i, part) in result.method.split(separator: ";").enumerated() {
    table.append(i == 0 ? "how" : "", String(part.drop { $0 == " " }))
  }
  return table
}

/// The gates that no other beats in both brightness and purity, the brightest first; at most twelve of them.
func frontTable(_ result: GateScanResult) -> Table {
  var table = Table([
    .init("brightness against purity"), .init("g2(0)", .right), .init("signal kept", .right),
    .init("background kept", .right),
  ])
  let front = result.gates.filter(\.isOnFront).sorted { $0.signalKept > $1.signalKept }
  let step = max((front.count + 11) / 12, 1)
  for (i, gate) in front.enumerated() where i % step == 0 {
    table.append(
      gateText(gate), NumberFormat.measured(gate.g2Zero, uncertainty: gate.g2ZeroUncertainty),
      NumberFormat.measured(gate.signalKept, uncertainty: gate.signalKeptUncertainty),
      NumberFormat.percent(gate.backgroundKept))
  }
  return table
}
