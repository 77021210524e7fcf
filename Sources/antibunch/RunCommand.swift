import Analysis
import ArgumentParser
import Bench
import Prediction
import Reporting
import Scenarios
import Simulation

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Simulates, predicts and analyses a bench, compares with what the scenario expects, writes a report.")

  @OptionGroup var scenarioOptions: ScenarioOptions
  @OptionGroup var engineOptions: EngineOptions
  @OptionGroup var precision: PrecisionOptions

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The folder of the run; runs/NAME if not given.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON instead of tables.") var json = false

  func validate() throws { _ = try precision.target() }

  func run() throws {
    try orFail {
      let asked = try scenarioOptions.load(over: precision.limit(scenarioOptions))
      let target = try precision.target()
      if let target { try precision.announce(target, asked) }
      let folder = output ?? "runs/\(baseName(scenarioOptions.scenario))"
      try makeFolder(folder)
      try makeFolder(folder + "/figures")

      let run = try ScenarioRun(
        asked, seed: engineOptions.seed, threads: engineOptions.threadCount,
        into: [folder + "/stream.ptu", folder + "/stream.h5"],
        until: target.map { target in
          (target, { try scenarioOptions.load(over: [Override("duration", "\($0) s", label: "--until")]) })
        })
      let scenario = run.scenario
      let (predictor, measurement, comparison, record) = (run.predictor, run.measurement, run.comparison, run.record)

      let result = RunOutput(
        simulation: SimulationOutput(simulator: run.simulator, record: record),
        prediction: PredictionOutput(predictor, scenario),
        analysis: measurement.output, expectations: comparison.expectations)
      try writeText(JSONOutput.encode(result.prediction), to: folder + "/prediction.json")
      try writeText(JSONOutput.encode(result.analysis), to: folder + "/analysis.json")
      try writeText(
        scenario.resolved.yaml(header: "Resolved from \(scenarioOptions.scenario): every value, with its source"),
        to: folder + "/scenario.yaml")
      let report = RunReport(run, seed: engineOptions.seed)
      try writeText(JSONOutput.encode(report.numbers), to: folder + "/comparison.json")
      for (name, figure) in report.figures { try writeText(figure.svg(), to: folder + "/figures/\(name).svg") }
      try writeText(report.page, to: folder + "/report.html")
      try writeManifest(folder, figures: report.figures.map(\.name))

      if json {
        print(try JSONOutput.encode(result), terminator: "")
      } else {
        print(scenario.bench.name)
        print(comparison.table.text())
        if let precision = record.precision { print(precision.sentence(seconds: record.seconds)) }
        print("report: \(folder)/report.html")
      }
      if record.isInterrupted {
        throw Failure(
          .interrupted,
          "interrupted: the recording holds \(NumberFormat.significant(record.seconds, digits: 4)) s and is marked partial"
        )
      }
      if comparison.expectations.contains(where: { !$0.holds }) || record.precision?.isMet == false {
        throw Failure(.expectationFailed)
      }
    }
  }

  private func writeManifest(_ folder: String, figures: [String]) throws {
    struct Manifest: Encodable {
      var version = Antibunch.version
      var scenario: String
      var seed: UInt64
      var sha256: [String: String]
    }
    let files =
      [
        "stream.ptu", "stream.h5", "analysis.json", "prediction.json", "comparison.json", "report.html",
        "scenario.yaml",
      ]
      + figures.map { "figures/\($0).svg" }
    var sums: [String: String] = [:]
    for file in files { sums[file] = try sha256(ofFile: folder + "/" + file) }
    let manifest = Manifest(scenario: scenarioOptions.scenario, seed: engineOptions.seed, sha256: sums)
    try writeText(JSONOutput.encode(manifest), to: folder + "/manifest.json")
  }
}
