import ArgumentParser
import Bench
import Detectors
import Reporting
import Scenarios
import Simulation

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Simulates a bench and writes its time tags to files.")

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var engineOptions: EngineOptions

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "Where to write: FILE.ptu or, in T3, FILE.pt3 (PicoQuant), FILE.h5 (Photon-HDF5 with the truth of every record), FILE.csv (channel,time_ps or channel,pulse,time_ps, as photon_gn reads them). May be given more than once: the same photons in several formats.",
      valueName: "file"))
  var output: [String]

  @Option(help: "t2: every click with its time; t3: with sync number and nanotime. In place of the scenario's mode.")
  var mode: Mode?

  @Option(help: "fast skips from one detected photon to the next; reference steps every pulse.")
  var engine: Engine = .fast

  enum Mode: String, ExpressibleByArgument, CaseIterable { case t2, t3 }
  enum Engine: String, ExpressibleByArgument, CaseIterable { case fast, reference }

  func validate() throws {
    for path in output where !RecordingFiles.endings.contains(where: { path.hasSuffix($0) }) {
      throw ValidationError("'\(path)' must end in .ptu, .pt3, .h5 or .csv")
    }
    if Set(output).count != output.count { throw ValidationError("the same output file is named twice") }
  }

  func run() throws {
    try orFail {
      let scenario = try scenario.load(mode: mode?.rawValue)
      if scenario.bench.electronics.mode == .t2, let path = output.first(where: { $0.hasSuffix(".pt3") }) {
        throw Failure(.usage, "error: '\(path)': a .pt3 file holds T3 records and the bench records T2; add --mode t3")
      }
      let simulator = Simulator(
        bench: scenario.bench, seed: engineOptions.seed, engine: engine == .fast ? .fast : .reference)
      let record = try simulate(
        simulator, threads: engineOptions.threadCount, into: output,
        comment: "\(scenario.bench.name); antibunch \(Antibunch.version), seed \(engineOptions.seed)")
      var table = Table([.init("channel"), .init("photons", .right), .init("rate", .right)])
      for (channel, photons) in record.photonsPerChannel.sorted(by: { $0.key < $1.key }) {
        table.append("\(channel)", NumberFormat.count(photons), NumberFormat.rate(Double(photons) / record.seconds))
      }
      print(table.text())
      print(output.joined(separator: "\n"))
      if record.isInterrupted {
        throw Failure(
          .interrupted,
          "interrupted: the files hold the first \(NumberFormat.significant(record.seconds, digits: 4)) s and are marked partial"
        )
      }
    }
  }
}
