import ArgumentParser
import Glibc
import TimeTags

/// The command line: parses, calls, prints; no physics.
@main
struct Antibunch: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "antibunch",
    abstract: "Simulates photon-counting experiments, and analyses recordings of simulated and real ones.",
    discussion: """
      Exit codes: 0 done; 1 done, and an expectation did not hold; 64 wrong usage; 65 bad scenario or data; \
      66 no such input; 70 a fault of ours; 73 cannot create output; 74 input/output error; 130 interrupted.
      """,
    version: version,
    subcommands: [
      RunCommand.self, SimulateCommand.self, PredictCommand.self, InspectCommand.self, CorrelationCommand.self,
      ThirdOrderCommand.self,
      LifetimeCommand.self, BlinkingCommand.self, TraceCommand.self, GateCommand.self, AnalyzeCommand.self,
      SweepCommand.self, ModesCommand.self, SpectrumCommand.self, ScanCommand.self, ReproduceCommand.self,
      DatasetCommand.self, ExportCommand.self,
      ValidateCommand.self,
      PresetsCommand.self,
    ])

  static func main() {
    HDF5Faults.endProcess()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      if !failure.message.isEmpty { standardError(failure.message) }
      Glibc.exit(failure.code)
    } catch {
      // ArgumentParser's own: help, version, and usage errors with exit code 64.
      Self.exit(withError: error)
    }
  }
}
