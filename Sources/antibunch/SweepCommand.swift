import ArgumentParser
import Bench
import Prediction
import Reporting
import Scenarios
import Simulation
import SweepStore
import Synchronization

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Predicts and simulates a bench over values of its scenario: tables, figures, a store that goes on.",
    discussion: """
      Points whose benches differ only in what light passes (filters, losses, detectors, background rates) are simulated with \
      the same photons: a narrower filter sees a subset of a wider one's, and differences between filters show long before \
      absolute values are known. Other points are simulated by themselves, with the same seed.

      The folder holds sweep.sqlite (every result, as it is done), points.csv, report.html and figures. The same command on \
      the same folder goes on with what is missing. On two machines: --part 1/2 and --part 2/2, then --merge the other's folder. \
      On a cluster: --slurm.
      """)

  @OptionGroup var scenario: ScenarioOptions
  @Option(
    name: .customLong("vary"),
    help: ArgumentHelp(
      "Values for one path, a list or a range FROM..TO:COUNT (log: before it for equal ratios), for example --vary \"filter.bandwidth=5nm..100nm:40\"; several times for every combination.",
      valueName: "path=values"))
  var axes: [String]
  @Option(help: "predict: expectation values; simulate: recordings, measured; both.")
  var method: Method = .both
  @Option(
    name: [.short, .customLong("output")], help: ArgumentHelp("The folder of the sweep.", valueName: "folder"))
  var output: String
  @Option(help: "The seed of all simulated points.") var seed: UInt64 = 1
  @Option(
    help: "How many points are worked on at the same time, with --slurm in each task; does not change the results.")
  var threads: Int?
  @Option(help: ArgumentHelp("Only every N-th point from the K-th on, as 1/2: one machine's half.", valueName: "k/n"))
  var part: String?
  @OptionGroup var slurm: SlurmOptions
  @Option(
    name: .customLong("merge"),
    help: ArgumentHelp("Take over what another folder of the same sweep has; any number of times.", valueName: "folder")
  )
  var merged: [String] = []
  @Flag(help: "Print JSON.") var json = false

  enum Method: String, ExpressibleByArgument, CaseIterable {
    case predict, simulate, both

    var all: [SweepResult.Method] {
      switch self {
      case .predict: [.predict]
      case .simulate: [.simulate]
      case .both: [.predict, .simulate]
      }
    }
  }

  func validate() throws {
    if axes.isEmpty {
      throw ValidationError("a sweep needs --vary, for example --vary \"filter.bandwidth=5nm..100nm:40\"")
    }
    try checkThreads(threads)
    _ = try part.map { try Part(parsing: $0) }
    try slurm.check(part: part)
  }

  func run() throws {
    try orFail {
      let part = try part.map { try Part(parsing: $0) } ?? .whole
      let threads = threads ?? EngineOptions.processors
      let ranges = try axes.map { try ValueRange(parsing: $0, option: "--vary") }
      let points = try SweepPoints(scenario, axes: ranges, seed: seed, threads: threads)
      // Before there is a store that would be of this sweep, whatever theirs say.
      for folder in merged {
        let path = folder + "/sweep.sqlite"
        guard isFile(path) else { throw Failure(.noInput, "error: \(folder) holds no sweep.sqlite to merge") }
        try SweepStore.check(path, isOf: points.description)
      }
      try makeFolder(output)
      Interruption.watch()
      let store = try SweepStore(path: output + "/sweep.sqlite", sweep: points.description)
      for folder in merged {
        let count = try store.merge(folder + "/sweep.sqlite")
        standardError("merged \(count) results of \(folder)")
      }
      if slurm.isAsked {
        try submit(points, into: store)
      } else {
        let mine = points.benches.indices.filter(part.contains)
        if method.all.contains(.predict) { try predict(mine, of: points, into: store, threads: threads) }
        if method.all.contains(.simulate) { try simulate(mine, of: points, into: store, threads: threads) }
      }
      let result = SweepOutput(
        points.description, predictions: try store.results(.predict), simulations: try store.results(.simulate))
      try result.write(to: output, command: scenario.scenario)
      if json {
        print(try JSONOutput.encode(result), terminator: "")
      } else {
        print(result.text())
        print("report: \(output)/report.html")
      }
    }
  }

  /// Lets Slurm do what is missing. Every part has a store of its own, and its task begins with what this one has: that of another
  /// scenario or version is refused there, too.
  private func submit(_ points: SweepPoints, into store: SweepStore) throws {
    let array = try SlurmArray(
      "antibunch-sweep", output: output, count: points.benches.count, threads: threads, options: slurm,
      arguments: ["sweep"] + scenario.words + axes.flatMap { ["--vary", $0] }
        + ["--method", method.rawValue, "--seed", "\(seed)", "--merge", output], hasFolders: true)
    _ = try array.finish {
      for part in 1...array.parts {
        let path = array.results(part) + "/sweep.sqlite"
        if isFile(path) { _ = try store.merge(path) }
      }
      let known = try method.all.map { try store.results($0) }
      let missing = points.benches.indices.filter { point in known.contains { $0[point] == nil } }
      return array.parts(with: missing)
    }
  }

  private func predict(_ mine: [Int], of points: SweepPoints, into store: SweepStore, threads: Int) throws {
    let known = try store.results(.predict)
    let missing = mine.filter { known[$0] == nil }
    let bar = ProgressBar("predicting \(missing.count) points", unit: "points")
    let done = Atomic<Int>(0)
    // They are quick: kept a hundred at a time.
    for start in stride(from: 0, to: missing.count, by: 100) {
      let some = Array(missing[start..<min(start + 100, missing.count)])
      let results = try inParallel(some.count, threads: threads) { number in
        try stopIfInterrupted(count: missing.count)
        let result = SweepResult(predicted: Predictor(bench: points.benches[some[number]]))
        let count = done.wrappingAdd(1, ordering: .relaxed).newValue
        bar.update(fraction: Double(count) / Double(missing.count), count: Double(count))
        return result
      }
      try store.keep(Dictionary(uniqueKeysWithValues: zip(some, results)), .predict)
    }
    bar.finish()
  }

  private func simulate(_ mine: [Int], of points: SweepPoints, into store: SweepStore, threads: Int) throws {
    let known = try store.results(.simulate)
    let missing = mine.filter { known[$0] == nil }
    guard !missing.isEmpty else { return }
    // The light of a point follows from the whole sweep, whichever points are done here.
    var lights: [Int: SharedLight] = [:]
    for group in SharedLight.groups(points.benches) where group.count > 1 {
      guard let light = SharedLight(group.map { points.benches[$0] }) else { continue }
      for point in group { lights[point] = light }
    }
    let bar = ProgressBar("simulating \(missing.count) points", unit: "points")
    // In millionths of a point.
    let done = Atomic<Int>(0)
    _ = try inParallel(missing.count, threads: threads) { [lights] number in
      let point = missing[number]
      try stopIfInterrupted(count: missing.count)
      let result: SweepResult
      do {
        result = try SweepResult(
          simulated: points.benches[point], seed: seed, light: lights[point],
          // Cores that have no point of their own help.
          threads: max(1, threads / missing.count)
        ) { progress in
          let count = done.wrappingAdd(Int(progress * 1e6), ordering: .relaxed).newValue
          bar.update(fraction: Double(count) / 1e6 / Double(missing.count), count: Double(count) / 1e6)
        }
      } catch let failure as Failure where failure.code == Failure.Code.interrupted.rawValue {
        try stopIfInterrupted(count: missing.count)
        throw failure
      }
      try store.keep([point: result], .simulate)
    }
    bar.finish()
  }

  private func stopIfInterrupted(count: Int) throws {
    guard Interruption.isRequested else { return }
    throw Failure(
      .interrupted, "interrupted: the points that are done are in \(output)/sweep.sqlite; the same command goes on")
  }
}
