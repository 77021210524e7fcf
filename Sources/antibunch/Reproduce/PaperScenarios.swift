import Analysis
import Bench
import Detectors
import Glibc
import Prediction
import Reporting
import Scenarios
import Simulation

/// The paper's scenarios: where they lie, and what comes of running one.
struct PaperScenarios {
  /// The folder that holds `fibre-hbt.yaml` and the others.
  let folder: String
  /// Where recordings go.
  let output: String
  let seed: UInt64
  let threads: Int

  /// - Parameter folder: as on the command line; else `Scenarios` here, or beside the installed program.
  init(folder: String?, output: String, seed: UInt64, threads: Int) throws {
    let candidates = folder.map { [$0] } ?? ["Scenarios"] + Self.installed
    guard let found = candidates.first(where: { access($0 + "/fibre-hbt.yaml", R_OK) == 0 }) else {
      throw Failure(
        .noInput,
        "error: \(candidates[0]) holds no fibre-hbt.yaml; --scenarios names the folder of the paper's scenarios")
    }
    (self.folder, self.output, self.seed, self.threads) = (found, output, seed, threads)
    try makeFolder(output)
  }

  /// `…/share/antibunch/Scenarios` for a program in `…/bin`.
  private static var installed: [String] {
    var name = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    guard readlink("/proc/self/exe", &name, name.count - 1) > 0 else { return [] }
    let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let parts = path.split(separator: "/")
    return ["/" + parts.dropLast(2).joined(separator: "/") + "/share/antibunch/Scenarios"]
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func read(_ name: String) throws -> Scenario { try readScenarioWithBar(readText(path(name)), file: path(name)) }

  /// Simulates and measures; the recording stays in the output folder.
  func run(_ name: String, seed: UInt64? = nil) throws -> ScenarioRun {
    let run = try ScenarioRun(
      read(name), seed: seed ?? self.seed, threads: threads,
      into: ["\(output)/\(baseName(name)).ptu"])
    if run.record.isInterrupted { throw Failure(.interrupted, "interrupted while simulating \(name)") }
    return run
  }

  /// Takes a spectrum and fits its lines.
  func spectrum(_ scenario: Scenario, file name: String, lines: Int?) throws -> SpectrumResult {
    var options = SpectrumFitOptions()
    options.lines = lines
    return try SpectrumResult(
      simulating: scenario, file: path(name), seed: seed, threads: threads, engine: .fast, options: options)
  }
}
