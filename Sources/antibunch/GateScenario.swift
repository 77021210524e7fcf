import Analysis
import ArgumentParser
import Bench
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

  /// The same gates on a simulated recording, which is one like any other; it stays in the output folder.
  private func scan(_ scenario: Scenario, gates: GatePrediction) throws -> GateScanResult {
    let simulator = Simulator(bench: scenario.bench, seed: engine.seed)
    var options = GateScanOptions(
      startsNs: Set(gates.gates.map(\.startNs)).sorted(), stopsNs: Set(gates.gates.map(\.stopNs)).sorted(),
      reachesRound: gates.gates.contains { $0.stopNs < $0.startNs }, criterion: chosenCriterion)
    options.correlation.periodPs = gates.periodNs * 1e3
    guard let output else {
      let recording = try MemoryRecording(simulator, threads: engine.threadCount) { _ in }
      return try scanGates(header: recording.header, options: options, replay: recording.replay)
    }
    try makeFolder(output)
    let path = output + "/stream.ptu"
    let record = try simulate(
      simulator, threads: engine.threadCount, into: [path],
      comment: "\(scenario.bench.name); antibunch \(Antibunch.version), seed \(engine.seed)")
    if record.isInterrupted { throw Failure(.interrupted, "interrupted: the simulated recording is not complete") }
    let open = try OpenRecording(path)
    return try scanGates(header: open.header, options: options, replay: open.replay)
  }
}
