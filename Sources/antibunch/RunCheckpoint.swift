import Analysis
import Bench
import Detectors
import Glibc
import Reporting
import ResultCache
import Scenarios
import Simulation
import TimeTags

/// What a run must have in common with the one it goes on from.
struct RunIdentity: Codable, Equatable {
  var version = Antibunch.version
  var seed: UInt64
  var engine: String
  var mode: String
  var durationSeconds: Double
  /// The SHA-256 of the resolved scenario.
  var scenario: String
  /// The names of the files, without their folders.
  var files: [String]

  init(_ scenario: Scenario, simulator: Simulator, files: [String]) {
    seed = simulator.seed
    engine = simulator.engine.rawValue
    mode = "\(scenario.bench.electronics.mode)"
    durationSeconds = scenario.bench.durationSeconds
    self.scenario = sha256(of: Array(scenario.resolved.yaml().utf8))
    self.files = files.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
  }

  /// In what another run differs, as "seed 1, and this run's is 2"; `nil` if in nothing.
  func difference(from other: RunIdentity) -> String? {
    func differ<Value: Equatable>(_ name: String, _ value: KeyPath<RunIdentity, Value>) -> String? {
      let (mine, its) = (self[keyPath: value], other[keyPath: value])
      return mine == its ? nil : "\(name) \(mine), and this run's is \(its)"
    }
    return differ("version", \.version) ?? differ("seed", \.seed) ?? differ("engine", \.engine) ?? differ(
      "mode", \.mode)
      ?? differ("duration", \.durationSeconds.seconds) ?? differ("files", \.files.names)
      ?? (scenario == other.scenario ? nil : "another scenario")
  }
}

/// Where a run may go on: a small file beside its first one, which replaces the one before at once.
struct RunCheckpoint: Codable {
  var identity: RunIdentity
  var simulation: Simulator.Checkpoint
  var files: RecordingFiles.Positions
  var counts: RunCounts

  /// What the checkpoint of a run with this first file is called.
  static func path(besides file: String) -> String { file + ".checkpoint" }

  /// Raised whenever the content changes.
  private static let heading = "antibunch checkpoint 2 "

  /// Heading, SHA-256 of what follows, line feed, JSON.
  func save(to path: String) throws {
    let json = Array(try JSONOutput.encode(self, layout: .compact).utf8)
    try writeBytes(Array("\(Self.heading)\(sha256(of: json))\n".utf8) + json, to: path)
  }

  /// The checkpoint at a path; `nil` if there is none.
  ///
  /// - Throws: a ``Failure`` with code 65 for a file that is damaged, or of another run.
  static func load(_ path: String, of identity: RunIdentity) throws -> RunCheckpoint? {
    guard access(path, F_OK) == 0 else { return nil }
    let text = try readText(path)
    let advice = "; without --resume the run begins anew"
    let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard lines.count == 2, lines[0] == heading + sha256(of: Array(lines[1].utf8)),
      let checkpoint = try? JSONInput.decode(RunCheckpoint.self, from: lines[1])
    else { throw Failure(.badData, "error: \(path) is damaged, or not of this version\(advice)") }
    if let difference = checkpoint.identity.difference(from: identity) {
      throw Failure(.badData, "error: \(path) is of \(difference)\(advice)")
    }
    return checkpoint
  }
}

extension Double {
  fileprivate var seconds: String { "\(self) s" }
}

extension [String] {
  fileprivate var names: String { joined(separator: " ") }
}

/// How a run can be gone on with.
struct Resumption {
  var identity: RunIdentity
  /// The checkpoint file.
  var path: String
  /// Whether to go on from it.
  var isAsked: Bool
  /// How often it is written.
  var interval: Duration
}

/// What has been counted in a recording.
struct RunCounts: Codable {
  /// Where the recording ends at a precision.
  var running: RunningG2?
  /// How long it is so far.
  var seconds = 0.0
  var perChannel = [Int](repeating: 0, count: 256)
  var perOrigin: [Int]
  var records = 0

  /// The channels that have photons.
  var photonsPerChannel: [UInt8: Int] {
    Dictionary(
      uniqueKeysWithValues: perChannel.enumerated().filter { $0.element > 0 }.map { (UInt8($0.offset), $0.element) })
  }

  /// Adds a batch.
  mutating func add(_ batch: borrowing Simulator.Batch) {
    records += batch.tags.count
    for tag in batch.tags where tag.kind == .photon { perChannel[Int(tag.channel)] &+= 1 }
    for truth in batch.truths { perOrigin[Int(truth.origin)] &+= 1 }
  }
}
