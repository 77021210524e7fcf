import Reporting

/// What is in a dataset: written last, so that a folder without it is not whole.
struct DatasetManifest: Codable, Equatable {
  static let name = "manifest.json"

  /// Of the program that wrote it.
  var version: String
  var suite: String
  /// Per case.
  var seeds: [String: UInt64]
  /// The digest of every file but this one.
  var sha256: [String: String]

  init(version: String, suite: String, seeds: [String: UInt64], sha256: [String: String]) {
    (self.version, self.suite, self.seeds, self.sha256) = (version, suite, seeds, sha256)
  }

  init(ofFolder folder: String) throws {
    let path = "\(folder)/\(Self.name)"
    let text: String
    do {
      text = try readText(path)
    } catch {
      throw Failure(
        .noInput, "error: \(folder) is no whole dataset: it has no \(Self.name); 'antibunch dataset build' makes one")
    }
    guard let manifest = try? JSONInput.decode(Self.self, from: text) else {
      throw Failure(.badData, "error: \(path) is not the manifest of a dataset")
    }
    self = manifest
  }

  /// A sentence for every file that is not what it was.
  func faults(inFolder folder: String) -> [String] {
    sha256.keys.sorted().compactMap { file in
      guard let sum = try? antibunch.sha256(ofFile: "\(folder)/\(file)") else { return "\(file) is missing" }
      return sum == sha256[file] ? nil : "\(file) is not the file that was built: its SHA-256 differs"
    }
  }

  /// The truth of a case, which must be what was built.
  func truth(ofCase name: String, inFolder folder: String) throws -> CaseTruth {
    let file = "\(name)/expected.json"
    guard try antibunch.sha256(ofFile: "\(folder)/\(file)") == sha256[file] else {
      throw Failure(.badData, "error: \(folder)/\(file) is not the file that was built; see 'antibunch dataset verify'")
    }
    return try CaseTruth(readingFrom: "\(folder)/\(file)")
  }
}
