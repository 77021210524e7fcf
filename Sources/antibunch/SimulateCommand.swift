import ArgumentParser
import Bench
import Detectors
import Glibc
import Light
import Reporting
import Scenarios
import Simulation
import TimeTags

struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate", abstract: "Simulates a bench and writes its time tags to files.")

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var engineOptions: EngineOptions
  @OptionGroup var precision: PrecisionOptions

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "Where to write: FILE.ptu or, of a PicoHarp in T3, FILE.pt3 (PicoQuant), FILE.h5 (Photon-HDF5 with the truth of every record), FILE.csv (channel,time_ps or channel,pulse,time_ps, as photon_gn reads them). May be given more than once: the same photons in several formats. FILE.t2.ptu and FILE.t3.ptu: the same photons in both modes.",
      valueName: "file"))
  var output: [String]

  @Option(help: "t2: every click with its time; t3: with sync number and nanotime. In place of the scenario's mode.")
  var mode: Mode?

  @Option(
    help:
      "fast skips from one detected photon to the next; reference steps every pulse. fast if not given, and reference with --truth all."
  )
  var engine: Engine?

  @Option(
    help:
      "What Photon-HDF5 files tell: detected, the truth of every record; all, also everything that was lost, and where, which takes the reference engine."
  )
  var truth: Truth = .detected

  @Flag(
    help:
      "Go on from the last checkpoint of a run that was interrupted, killed, or met a full disk, or that stopped at --until, to a smaller deviation; same scenario, options and files. The files become what they would have been."
  )
  var resume = false

  @Option(
    name: .customLong("checkpoint"),
    help: ArgumentHelp("How often FILE.checkpoint is written, from which --resume goes on.", valueName: "time"))
  var checkpointInterval = "2 s"

  enum Mode: String, ExpressibleByArgument, CaseIterable { case t2, t3 }
  enum Engine: String, ExpressibleByArgument, CaseIterable { case fast, reference }
  enum Truth: String, ExpressibleByArgument, CaseIterable { case detected, all }

  func validate() throws {
    for path in output where !RecordingFiles.endings.contains(where: { path.hasSuffix($0) }) {
      throw ValidationError("'\(path)' must end in .ptu, .pt3, .h5 or .csv")
    }
    if truth == .all && engine == .fast {
      throw ValidationError(
        "--truth all needs --engine reference, which draws every photon; the fast engine draws those that are detected")
    }
    if truth == .all && resume {
      throw ValidationError("--resume cannot go on with --truth all, of which no checkpoints are written")
    }
    if try precision.target() != nil {
      if truth == .all { throw ValidationError("--until cannot stop a run with --truth all; give its --duration") }
      if Set(output.map { Mode(inNameOf: $0) ?? mode }).count > 1 {
        throw ValidationError("--until takes files of one mode: recordings in T2 and T3 would end at different times")
      }
    }
    if Set(output).count != output.count { throw ValidationError("the same output file is named twice") }
    for path in output {
      if let mode, let named = Mode(inNameOf: path), named != mode {
        throw ValidationError("'\(path)' asks for \(named), and --mode for \(mode)")
      }
    }
  }

  func run() throws {
    let seconds = try time(checkpointInterval, option: "--checkpoint", in: .seconds)
    guard (0...1e9).contains(seconds) else {
      throw ValidationError("--checkpoint: a time from 0 s to 1e9 s, found '\(checkpointInterval)'")
    }
    let interval = Duration.seconds(seconds)
    try orFail {
      // Without a mode in the file's name that of the command line or of the scenario.
      let modes = output.map { Mode(inNameOf: $0) ?? mode }
      let runs = try modes.indices.filter { !modes[..<$0].contains(modes[$0]) }.map { first in
        (
          scenario: try scenario.load(mode: modes[first]?.rawValue, over: precision.limit(scenario)),
          files: zip(modes, output).filter { $0.0 == modes[first] }.map(\.1)
        )
      }
      for (scenario, files) in runs {
        guard let path = files.first(where: { $0.hasSuffix(".pt3") }) else { continue }
        let electronics = scenario.bench.electronics
        if electronics.mode == .t2 {
          throw Failure(
            .usage, "error: '\(path)': a .pt3 file holds T3 records and the bench records T2; add --mode t3")
        }
        if RecordType(electronics) != .picoHarp300T3 {
          throw Failure(
            .usage,
            "error: '\(path)': a .pt3 file is the PicoHarp 300's and the bench has a \(electronics.name); write .ptu")
        }
      }
      // Clicks follow from bench and seed alone: another mode's recording is of the same clicks.
      let checkpoints = runs.map { RunCheckpoint.path(besides: $0.files[0]) }
      // A later mode has a checkpoint: the modes before it are done.
      let first = resume ? checkpoints.lastIndex { access($0, F_OK) == 0 } ?? 0 : 0
      // Without --resume the files become another run's.
      if !resume { for path in checkpoints { unlink(path) } }
      for (scenario, files) in runs[first...] { try simulate(scenario, into: files, checkpointInterval: interval) }
    }
  }

  private func simulate(_ scenario: Scenario, into files: [String], checkpointInterval: Duration) throws {
    let isReference = engine == .reference || truth == .all
    if truth == .all && engine == nil {
      standardError("note: the records come from the reference engine, which visits every emitted photon")
    }
    let target = try precision.target()
    if let target { try precision.announce(target, scenario) }
    let simulator = Simulator(
      bench: scenario.bench, seed: engineOptions.seed, engine: isReference ? .reference : .fast)
    let record = try antibunch.simulate(
      simulator, threads: engineOptions.threadCount, into: files,
      comment: "\(scenario.bench.name); antibunch \(Antibunch.version), seed \(engineOptions.seed)",
      withLosses: truth == .all,
      resumption: truth == .all
        ? nil
        : Resumption(
          identity: RunIdentity(scenario, simulator: simulator, files: files),
          path: RunCheckpoint.path(besides: files[0]), isAsked: resume, interval: checkpointInterval), until: target)
    var table = Table([.init("channel"), .init("photons", .right), .init("rate", .right)])
    for (channel, photons) in record.photonsPerChannel.sorted(by: { $0.key < $1.key }) {
      table.append("\(channel)", NumberFormat.count(photons), NumberFormat.rate(Double(photons) / record.seconds))
    }
    print(table.text())
    if let balance = record.balance { print(balance.table.text()) }
    print(files.joined(separator: "\n"))
    if let precision = record.precision { print(precision.sentence(seconds: record.seconds)) }
    if record.isInterrupted {
      throw Failure(
        .interrupted,
        "interrupted: the files hold the first \(NumberFormat.significant(record.seconds, digits: 4)) s and are marked partial"
          + (truth == .all ? "" : "; --resume goes on")
      )
    }
    if let precision = record.precision, !precision.isMet { throw Failure(.expectationFailed) }
  }
}

extension SimulateCommand.Mode {
  /// The mode that a file's name asks for: "dot.t3.ptu".
  fileprivate init?(inNameOf path: String) {
    let parts = path.split(separator: ".")
    guard parts.count > 2 else { return nil }
    self.init(rawValue: String(parts[parts.count - 2]))
  }
}
