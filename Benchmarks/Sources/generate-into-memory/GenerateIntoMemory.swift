import ArgumentParser
import Bench
import Glibc
import Simulation
import TimeTags
import Workloads

/// Times `Simulator` alone: no file, no truth, no start of a process.
@main
struct GenerateIntoMemory: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate-into-memory",
    abstract:
      "Simulates a scenario into memory and prints one line per repeat: records, seconds by the clock and of the processor."
  )

  @Argument(help: "The scenario, a YAML file.") var scenario: String
  @Option(help: "How many threads may work at the same time.") var threads = 1
  @Option(help: "How often; each time with the next seed.") var `repeat` = 1
  @Option(help: "The first seed.") var seed: UInt64 = 1
  @Option(help: "The length of the recording in place of the scenario's, for example \"10 s\".") var duration: String?
  @Option(name: .customLong("set"), help: "A value laid over the scenario's: path=value. May be given more than once.")
  var changes: [String] = []
  @Flag(help: "Keep all records in memory; without it each batch is counted and dropped.") var keep = false

  func run() throws {
    let changes = changes.compactMap { change in
      change.firstIndex(of: "=").map { (String(change[..<$0]), String(change[$0...].dropFirst())) }
    }
    let bench = try readBench(scenario, changes + (duration.map { [("duration", $0)] } ?? []))
    for k in 0..<UInt64(`repeat`) {
      var records = 0
      let processor = processorSeconds
      let elapsed = ContinuousClock()
        .measure {
          var kept: [[TimeTag]] = []
          Simulator(bench: bench, seed: seed + k).run(threads: threads, withTruth: false) { batch in
            records += batch.tags.count
            if keep { kept.append(batch.tags) }
            return true
          }
        }
      print(records, elapsed / .seconds(1), processorSeconds - processor)
    }
  }

  /// What the process has used, in the kernel too.
  private var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
