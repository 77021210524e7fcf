import Bench
import Devices
import Glibc
import Prediction
import Reporting
import ResultCache
import Scenarios
import Simulation
import Synchronization
import TimeTags

/// Makes the folder of one case.
struct CaseBuilder {
  let suite: DatasetSuite
  let item: DatasetSuite.Case
  /// Of the dataset.
  let folder: String

  /// HDF5 works for one thread at a time.
  private static let hdf5 = Mutex(())

  /// What the folder was made from, and what is in it: a later build takes it over if both still hold.
  private struct Record: Codable, Equatable {
    var identity: String
    var sha256: [String: String]
    static let name = "case.json"
  }

  private var place: String { "\(folder)/\(item.name)" }

  /// Whether the case is there and needs not be built again.
  func isWhole() throws -> Bool { try wholeFiles(identity: identity(resolvedText())) != nil }

  /// - Returns: the digests of the case's files, by name.
  func build() throws -> [String: String] {
    let scenarios = try item.files.map { try scenario(mode: $0 == .truth ? nil : $0.rawValue) }
    let text = try resolvedText()
    let identity = identity(text)
    if let whole = wholeFiles(identity: identity) { return whole }

    let unfinished = place + ".part"
    try removeFolder(unfinished)
    try makeFolder(unfinished)
    try writeText(text, to: unfinished + "/scenario.yaml")
    let base = item.name.split(separator: "/").last.map(String.init) ?? item.name
    var truth = CaseTruth(
      name: item.name, about: item.about, seed: item.seed, falseAlarmProbability: suite.falseAlarmProbability,
      files: [:])
    for (file, scenario) in zip(item.files, scenarios) {
      let name = file == .truth ? "\(base).h5" : "\(base).\(file.rawValue).ptu"
      truth.files[file.rawValue] = name
      try record(file, scenario, into: "\(unfinished)/\(name)", truth: &truth)
    }
    try answer(scenarios, folder: unfinished, truth: &truth)
    try writeText(JSONOutput.encode(truth), to: unfinished + "/expected.json")
    var sums: [String: String] = [:]
    for name in truth.files.values + ["scenario.yaml", "expected.json"] {
      sums[name] = try sha256(ofFile: "\(unfinished)/\(name)")
    }
    try writeText(JSONOutput.encode(Record(identity: identity, sha256: sums)), to: "\(unfinished)/\(Record.name)")
    guard access(place, F_OK) != 0 || access("\(place)/\(Record.name)", F_OK) == 0 else {
      throw Failure(
        .cannotCreate, "error: \(place) is there and is not a case of a dataset; move it away or choose another -o")
    }
    try removeFolder(place)
    guard rename(unfinished, place) == 0 else {
      throw Failure(.cannotCreate, "error: \(place) cannot be created: \(systemMessage())")
    }
    return sums
  }

  /// The scenario with every value. The mode is asked for file by file; the scenario's own stays in the text, and no path of this
  /// machine.
  private func resolvedText() throws -> String {
    try scenario(mode: nil, label: "suite \(suite.name)").resolved.yaml(
      header: "\(item.name), seed \(item.seed): every value, with its source", withOrigins: false)
  }

  /// What the files follow from.
  private func identity(_ text: String) -> String {
    sha256OfText(
      [
        Antibunch.version, text, "\(item.seed)", "\(suite.falseAlarmProbability)", item.about,
        "\(item.files)", "\(item.questions)", "\(String(describing: item.gateNanoseconds))",
        "\(String(describing: item.zeroHalfWidthNanoseconds))",
      ].joined(separator: "\n"))
  }

  /// - Parameters:
  ///   - mode: "t2" or "t3" in place of the scenario's.
  ///   - label: what the source of values from the suite is called; their places unless told.
  private func scenario(mode: String?, label: String? = nil) throws -> Scenario {
    let text: String
    do {
      text = try readText(item.scenario)
    } catch {
      throw Diagnostic(
        file: item.scenarioPlace,
        message: "cases.\(item.name).scenario: '\(item.scenario)' cannot be read: \(systemMessage())")
    }
    var overrides = item.overrides.map { Override($0.path, $0.value, label: label ?? $0.label) }
    if let mode { overrides.append(Override("electronics.mode", mode, label: item.scenarioPlace)) }
    let scenario = try readScenario(text, file: item.scenario, overrides: overrides, solve: solveDevice)
    guard scenario.scan == nil, !scenario.bench.detectors.isEmpty else {
      throw Diagnostic(
        file: item.scenarioPlace,
        message:
          "cases.\(item.name).scenario: '\(item.scenario)' makes no time tags; take one with detectors and no scan")
    }
    return scenario
  }

  /// The digests of a folder that was made from the same and has not changed since.
  private func wholeFiles(identity: String) -> [String: String]? {
    guard let text = try? readText("\(place)/\(Record.name)"),
      let record = try? JSONInput.decode(Record.self, from: text), record.identity == identity,
      record.sha256.allSatisfy({ (try? sha256(ofFile: "\(place)/\($0.key)")) == $0.value })
    else { return nil }
    return record.sha256
  }

  /// Simulates into one file and notes what can be counted there.
  private func record(
    _ file: DatasetSuite.File, _ scenario: Scenario, into path: String, truth: inout CaseTruth
  ) throws {
    let simulator = Simulator(bench: scenario.bench, seed: item.seed)
    var markers = 0
    var changes: [StateChange] = []
    let comment = "\(scenario.bench.name); antibunch \(Antibunch.version), seed \(item.seed)"
    func run() throws -> SimulationRecord {
      try simulate(simulator, threads: 1, into: [path], comment: comment) { batch in
        for tag in batch.tags where tag.kind == .marker { markers += 1 }
        changes += batch.stateChanges.filter { $0.emitter == 0 }
      }
    }
    let record = file == .truth ? try Self.hdf5.withLock { _ in try run() } : try run()
    if record.isInterrupted { throw Failure(.interrupted, "interrupted") }
    if item.questions.contains(.counts), file != .truth {
      truth.addCounts(record, markers: markers, mode: file.rawValue, bench: scenario.bench)
    }
    guard item.questions.contains(.changePoints), file == .truth else { return }
    truth.changePoints = ExpectedChangePoints(
      changes, names: simulator.stateDescriptions.first?.map(\.slowState) ?? [],
      predictor: Predictor(bench: scenario.bench), falseAlarmProbability: truth.falseAlarmProbability)
  }

  /// Everything that follows from the bench.
  private func answer(_ scenarios: [Scenario], folder: String, truth: inout CaseTruth) throws {
    func refuse(_ question: DatasetSuite.Question, _ reason: String) -> Diagnostic {
      Diagnostic(
        file: item.questionsPlace, message: "cases.\(item.name).ask: \(question.rawValue) cannot be asked: \(reason)")
    }
    let predictor = Predictor(bench: scenarios[0].bench)
    for question in item.questions {
      switch question {
      case .counts: break
      case .rates: truth.addRates(predictor)
      case .g2Zero:
        guard truth.addG2Zero(predictor, halfWidth: item.zeroHalfWidthNanoseconds) else {
          throw refuse(question, "there is no light on two detectors")
        }
      case .correctedG2Zero:
        guard truth.addCorrectedG2Zero(predictor) else {
          throw refuse(question, "it takes a pulsed laser, two detectors and an emitter's light")
        }
      case .gatedG2Zero:
        guard let gate = item.gateNanoseconds, truth.addGatedG2Zero(predictor, gate: gate) else {
          throw refuse(question, "it takes a pulsed laser, two detectors and light in a gate within the laser period")
        }
      case .lifetimes:
        guard let t3 = item.files.firstIndex(of: .t3) else { throw refuse(question, "there is no t3 among the files") }
        guard try truth.addLifetimes(predictor) else {
          throw refuse(question, "every emitter must have two levels, and there must be 1 to 4 lifetimes")
        }
        guard let table = instrumentResponseTable(scenarios[t3].bench) else {
          throw refuse(question, "the laser period must be a whole number of nanotime bins")
        }
        truth.files["irf"] = "irf.csv"
        try writeText(table, to: folder + "/irf.csv")
      case .changePoints:
        guard truth.changePoints != nil else {
          throw refuse(
            question, "it takes one emitter with several states and nothing else hidden, and truth among the files")
        }
      }
    }
  }
}

private func sha256OfText(_ text: String) -> String { sha256(of: Array(text.utf8)) }
