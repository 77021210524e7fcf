import Glibc
import Light
import Reporting
import Scenarios
import Synchronization

/// Builds all cases of a suite.
///
/// - Parameters:
///   - file: the suite's file.
///   - names: of the only cases that the dataset is to have; all if none is named.
///   - folder: where to; cases that are whole already are taken over.
/// - Returns: what was built, which is also written to the folder, last of all.
func buildDataset(
  _ file: String, cases names: [String] = [], into folder: String, threads: Int
) throws -> DatasetManifest {
  let text = try readText(file)
  let all = try readDatasetSuite(text, file: file)
  for name in names where !all.cases.contains(where: { $0.name == name }) {
    let near = nearestName(to: name, among: all.cases.map(\.name))
    let hint = near.map { "did you mean '\($0)'?" } ?? "it has \(all.cases.map(\.name).joined(separator: ", "))"
    throw Failure(.usage, "error: \(file) has no case '\(name)'; \(hint)")
  }
  let leftOut = names.isEmpty ? [] : all.cases.filter { !names.contains($0.name) }
  let without = leftOut.map { Override("cases.\($0.name)", "none", label: "--case") }
  let suite = try readDatasetSuite(text, file: file, overrides: without)
  let sums = try buildCases(of: suite, into: folder, threads: threads)
  // A suite of its own: each case from the scenario in its folder.
  let own = try readDatasetSuite(
    text, file: file,
    overrides: without
      + suite.cases.flatMap { item in
        [
          Override("cases.\(item.name).scenario", "\(item.name)/scenario.yaml", label: "in this folder"),
          Override("cases.\(item.name).set", "none"),
        ]
      })
  try writeText(
    own.resolved.yaml(header: "\(suite.name): what this dataset was built from", withOrigins: false),
    to: "\(folder)/suite.yaml")
  var files = ["suite.yaml": try sha256(ofFile: "\(folder)/suite.yaml")]
  for (item, sums) in zip(suite.cases, sums) {
    for (name, sum) in sums { files["\(item.name)/\(name)"] = sum }
  }
  let manifest = DatasetManifest(
    version: Antibunch.version, suite: suite.name,
    seeds: Dictionary(uniqueKeysWithValues: suite.cases.map { ($0.name, $0.seed) }), sha256: files)
  try writeText(JSONOutput.encode(manifest), to: "\(folder)/\(DatasetManifest.name)")
  return manifest
}

/// Builds some cases of a suite, side by side; the bytes do not depend on how many at a time, nor in how many parts. Several parts may
/// be built into one folder at the same time.
///
/// - Returns: the digests of each case's files.
func buildCases(
  of suite: DatasetSuite, part: Part = .whole, into folder: String, threads: Int
) throws -> [[String: String]] {
  try makeFolder(folder)
  // From here on the folder is not whole.
  unlink("\(folder)/\(DatasetManifest.name)")
  let mine = suite.cases.indices.filter(part.contains).map { suite.cases[$0] }
  let bar = ProgressBar("building", unit: "cases")
  Interruption.watch()
  let done = Atomic<Int>(0)
  let sums: [[String: String]]
  do {
    sums = try inParallel(mine.count, threads: threads) { i in
      if Interruption.isRequested { throw Failure(.interrupted, "interrupted") }
      let sums = try CaseBuilder(suite: suite, item: mine[i], folder: folder).build()
      let count = done.wrappingAdd(1, ordering: .relaxed).newValue
      bar.update(fraction: Double(count) / Double(mine.count), count: Double(count))
      return sums
    }
  } catch let failure as Failure where failure.code == Failure.Code.interrupted.rawValue {
    bar.finish()
    throw Failure(
      .interrupted,
      "interrupted: \(done.load(ordering: .relaxed)) of \(mine.count) cases are whole; the same command goes on from there"
    )
  }
  bar.finish()
  return sums
}
