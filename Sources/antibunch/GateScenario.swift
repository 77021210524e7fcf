import Analysis
import ArgumentParser
import Bench
import Glibc
import Prediction
import Reporting
import Scenarios
import Simulation

extension GateCommand {
  /// Predicts the gates of a scenario, and measures the same gates on a simulated recording of it.
  func runScenario() throws {
    for (name, isGiven) in [
      ("--background", background != nil), ("--period", period != nil), ("--channels", selection.channels != nil),
      ("--level", selection.level != nil), ("--intensity-gate", selection.intensityGate != nil),
      ("--hold-off", selection.holdOff != nil), ("--allow-truncated", recording.allowTruncated),
    ] where isGiven {
      throw ValidationError("\(name) chooses photons of a recording; \(recording.file) is a scenario")
    }
    var options = ScenarioOptions()
    (options.scenario, options.overrides, options.duration) = (recording.file, overrides, duration)
    // Matched streams in T2: a router in T3 would not see zero delay.
    let scenario = try options.load(mode: "t2")
    let predictor = Predictor(bench: scenario.bench)
    var result = try GatePrediction(predictor, starts: starts(), stops: stops(), criterion: chosenCriterion)
    if method != .predict { result.simulated = try scan(scenario, gates: result) }
    let document = try JSONOutput.encode(result)
    if let output {
      try makeFolder(output)
      try writeText(document, to: output + "/gate.json")
      try writeText(result.table.csv(), to: output + "/gates.csv")
      for (name, figure) in gateFigures(result) { try writeText(figure.svg(), to: "\(output)/\(name).svg") }
    }
    if json {
      print(document, terminator: "")
    } else if csv {
      print(result.table.csv(), terminator: "")
    } else {
      print(scenario.bench.name)
      print(result.summary.text())
      print(result.verdict)
      if let output { print("\(output)/front.svg") }
    }
  }

  /// The same gates on a simulated recording, which is a file like any other; it stays in the output folder.
  private func scan(_ scenario: Scenario, gates: GatePrediction) throws -> GateScanResult {
    let folder = try output ?? temporaryFolder()
    try makeFolder(folder)
    let path = folder + "/stream.ptu"
    defer {
      if output == nil {
        unlink(path)
        rmdir(folder)
      }
    }
    let simulator = Simulator(bench: scenario.bench, seed: seed)
    let record = try simulate(
      simulator, threads: threads ?? EngineOptions.processors, into: [path],
      comment: "\(scenario.bench.name); antibunch \(Antibunch.version), seed \(seed)")
    if record.isInterrupted { throw Failure(.interrupted, "interrupted: the simulated recording is not complete") }
    let open = try OpenRecording(path)
    var options = GateScanOptions(
      startsNs: Set(gates.gates.map(\.startNs)).sorted(), stopsNs: Set(gates.gates.map(\.stopNs)).sorted(),
      criterion: chosenCriterion)
    options.correlation.periodPs = gates.periodNs * 1e3
    return try scanGates(header: open.header, options: options, replay: open.replay)
  }
}

/// A new folder of our own for what is needed for a moment.
func temporaryFolder() throws -> String {
  let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
  var name = Array("\(base)/antibunch-XXXXXX".utf8CString)
  guard mkdtemp(&name) != nil else {
    throw Failure(.cannotCreate, "error: no folder can be created in \(base): \(systemMessage())")
  }
  return String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}
