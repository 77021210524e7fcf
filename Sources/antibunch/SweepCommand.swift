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
      the same folder goes on with what is missing. On two machines: --part 1/2 and --part 2/2, then --merge the other's folder.
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
  @Option(help: "How many points are worked on at the same time; does not change the results.") var threads: Int?
  @Option(help: ArgumentHelp("Only every N-th point from the K-th on, as 1/2: one machine's half.", valueName: "k/n"))
  var part: String?
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
    _ = try share()
  }

  /// Which points are this machine's: those whose number has this remainder.
  private func share() throws -> (remainder: Int, of: Int) {
    guard let part else { return (0, 1) }
    let numbers = part.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let first = numbers[0], let all = numbers[1], all >= 1, (1...all).contains(first) else {
      throw ValidationError("--part must be K/N with K from 1 to N, such as 1/2, found '\(part)'")
    }
    return (first - 1, all)
  }

  func run() throws {
    try orFail {
      let share = try share()
      let threads = threads ?? EngineOptions.processors
      let ranges = try axes.map { try ValueRange(parsing: $0, option: "--vary") }
      let points = try SweepPoints(scenario, axes: ranges, seed: seed, threads: threads)
      try makeFolder(output)
      Interruption.watch()
      let store = try SweepStore(path: output + "/sweep.sqlite", sweep: points.description)
      for folder in merged {
        let path = folder + "/sweep.sqlite"
        guard isFile(path) else { throw Failure(.noInput, "error: \(folder) holds no sweep.sqlite to merge") }
        let count = try store.merge(path)
        standardError("merged \(count) results of \(folder)")
      }
      let mine = points.benches.indices.filter { $0 % share.of == share.remainder }
      if method.all.contains(.predict) { try predict(mine, of: points, into: store, threads: threads) }
      if method.all.contains(.simulate) { try simulate(mine, of: points, into: store, threads: threads) }
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
