import ArgumentParser
import Bench
import Simulation
import TimeTags
import Workloads

/// Times `Simulator` alone: no file, no truth, no start of a process.
@main
struct GenerateIntoMemory: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate-into-memory",
    abstract: "Simulates a scenario into memory and prints one line per repeat: records, seconds.")

  @Argument(help: "The scenario, a YAML file.") var scenario: String
  @Option(help: "How many threads may work at the same time.") var threads = 1
  @Option(help: "How often; each time with the next seed.") var `repeat` = 1
  @Option(help: "The first seed.") var seed: UInt64 = 1
  @Option(help: "The length of the recording in place of the scenario's, for example \"10 s\".") var duration: String?
  @Flag(help: "Keep all records in memory; without it each batch is counted and dropped.") var keep = false

  func run() throws {
    let bench = try readBench(scenario, duration.map { [("duration", $0)] } ?? [])
    for k in 0..<UInt64(`repeat`) {
      var records = 0
      let elapsed = ContinuousClock()
        .measure {
          var kept: [[TimeTag]] = []
          Simulator(bench: bench, seed: seed + k).run(threads: threads, withTruth: false) { batch in
            records += batch.tags.count
            if keep { kept.append(batch.tags) }
            return true
          }
        }
      print(records, elapsed / .seconds(1))
    }
  }
}
