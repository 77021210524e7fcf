import ArgumentParser
import Glibc
import Reporting
import Scenarios

struct DatasetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset",
    abstract: "Recordings whose true values are known, and somebody's results held against them.",
    discussion: """
      'build' makes a folder per case: time tags in T2 and T3, Photon-HDF5 with the truth of every record, the \
      instrument response, and expected.json with what is asked and which answers are accepted. Scenarios/suites holds \
      suites.
      """,
    subcommands: [
      DatasetBuildCommand.self, DatasetVerifyCommand.self, DatasetQuestionsCommand.self, DatasetScoreCommand.self,
    ])
}

struct DatasetBuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Builds the cases of a suite; cases that are whole already are kept, so an interrupted build goes on.",
    discussion: """
      On two machines: --part 1/2 and --part 2/2, into one shared folder or into two that are then copied into one; a build \
      without --part keeps what is there and writes the manifest. On a cluster: --slurm.
      """)

  @Argument(help: "The suite, a YAML file.", completion: .file(extensions: ["yaml"])) var suite: String
  @Option(name: [.short, .customLong("output")], help: ArgumentHelp("Where to build.", valueName: "folder"))
  var output: String
  @Option(help: "How many cases are built at the same time, with --slurm in each task; does not change the files.")
  var threads: Int?
  @Option(help: ArgumentHelp("Only every N-th case from the K-th on, as 1/2, and no manifest.", valueName: "k/n"))
  var part: String?
  @Option(
    name: .customLong("case"),
    help: ArgumentHelp(
      "Only this case of the suite, in a dataset of its own; may be given more than once.", valueName: "name"))
  var cases: [String] = []
  @OptionGroup var slurm: SlurmOptions

  func validate() throws {
    try checkThreads(threads)
    if !cases.isEmpty && (part != nil || slurm.isAsked) {
      throw ValidationError("--case names what is built; it goes with neither --part nor --slurm")
    }
    _ = try part.map { try Part(parsing: $0) }
    try slurm.check(part: part)
  }

  func run() throws {
    try orFail {
      if let part {
        let suite = try readDatasetSuite(readText(self.suite), file: self.suite)
        let sums = try buildCases(
          of: suite, part: Part(parsing: part), into: output, threads: threads ?? EngineOptions.processors)
        print(
          "\(suite.name), part \(part): \(sums.count) of \(suite.cases.count) cases in \(output); a build without --part writes the manifest"
        )
        return
      }
      if slurm.isAsked, try !submit() { return }
      let manifest = try buildDataset(
        suite, cases: cases, into: output, threads: threads ?? EngineOptions.processors)
      print("\(manifest.suite): \(manifest.seeds.count) cases, \(manifest.sha256.count) files in \(output)")
    }
  }
}

extension DatasetBuildCommand {
  /// Lets Slurm build the cases that are missing, all into the folder of the dataset.
  ///
  /// - Returns: whether they are whole now.
  private func submit() throws -> Bool {
    let suite = try readDatasetSuite(readText(self.suite), file: self.suite)
    Interruption.watch()
    let array = try SlurmArray(
      "antibunch-dataset", output: output, count: suite.cases.count, threads: threads, options: slurm,
      arguments: ["dataset", "build", self.suite, "-o", output], hasFolders: false)
    return try array.finish {
      let whole = try inParallel(suite.cases.count, threads: EngineOptions.processors) {
        try CaseBuilder(suite: suite, item: suite.cases[$0], folder: output).isWhole()
      }
      return array.parts(with: whole.indices.filter { !whole[$0] })
    }
  }
}

struct DatasetVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Holds every file of a dataset against its manifest, and builds all of them anew to the same bytes.")

  @Argument(help: "The folder of the dataset.") var folder: String
  @Flag(help: "Only compare digests; do not build anew.") var quick = false
  @Option(help: "How many cases are built at the same time.") var threads: Int?

  func validate() throws { try checkThreads(threads) }

  func run() throws {
    try orFail {
      let manifest = try DatasetManifest(ofFolder: folder)
      var faults = manifest.faults(inFolder: folder)
      if faults.isEmpty && !quick { faults = try rebuildingFaults(manifest) }
      guard faults.isEmpty else { throw Failure(.expectationFailed, faults.joined(separator: "\n")) }
      print(
        "\(manifest.suite): \(manifest.sha256.count) files are what was built"
          + (quick ? "" : ", and building anew gives the same bytes"))
    }
  }

  /// A sentence for every file that comes out differently.
  private func rebuildingFaults(_ manifest: DatasetManifest) throws -> [String] {
    guard manifest.version == Antibunch.version else {
      return [
        "antibunch \(manifest.version) built this and this is \(Antibunch.version): the bytes may differ; --quick compares digests alone"
      ]
    }
    let other = try temporaryFolder()
    defer { try? removeFolder(other) }
    let again = try buildDataset(
      "\(folder)/suite.yaml", into: other, threads: threads ?? EngineOptions.processors)
    return Set(manifest.sha256.keys).union(again.sha256.keys).sorted().compactMap { file in
      manifest.sha256[file] == again.sha256[file] ? nil : "\(file) comes out differently when it is built anew"
    }
  }
}

struct DatasetQuestionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "questions",
    abstract: "Prints what is asked, case by case, as JSON to be filled in for 'dataset score'.")

  @Argument(help: "The folder of the dataset.") var folder: String

  func run() throws {
    try orFail {
      let manifest = try DatasetManifest(ofFolder: folder)
      var questions: [String: [String: Double?]] = [:]
      for name in manifest.seeds.keys {
        let truth = try manifest.truth(ofCase: name, inFolder: folder)
        questions[name] = Dictionary(uniqueKeysWithValues: truth.asked.map { ($0, Double?.none) })
      }
      print(try JSONOutput.encode(questions), terminator: "")
    }
  }
}

struct DatasetScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Holds somebody's results against the truth: pass or fail, case by case.",
    discussion: """
      RESULTS is JSON, {"CASE": {"QUANTITY": VALUE}}, or CSV with the columns case,quantity,value; 'dataset questions' \
      lists them. change_points_s is a list of times in JSON, and a row per time in CSV.
      """)

  @Argument(help: "The folder of the dataset.") var folder: String
  @Argument(help: "The results, .json or .csv.", completion: .file(extensions: ["json", "csv"])) var results: String
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard results.hasSuffix(".json") || results.hasSuffix(".csv") else {
      throw ValidationError("'\(results)' must end in .json or .csv")
    }
  }

  func run() throws {
    try orFail {
      let manifest = try DatasetManifest(ofFolder: folder)
      let truths = try manifest.seeds.keys.sorted().map { try manifest.truth(ofCase: $0, inFolder: folder) }
      let score = DatasetScore(truths, answers: try DatasetAnswers(readingFrom: results, for: truths))
      print(json ? try JSONOutput.encode(score) : score.table.text() + score.summary, terminator: json ? "" : "\n")
      if score.passed < score.answers.count { throw Failure(.expectationFailed) }
    }
  }
}
