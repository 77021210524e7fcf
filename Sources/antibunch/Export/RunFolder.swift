import Glibc
import Reporting

/// What `antibunch run` left, every file held against its manifest before it is read.
struct RunFolder {
  /// Photons with their truth.
  var recording: String { path + "/stream.h5" }

  private let path: String
  private let sums: [String: String]

  /// - Throws: a ``Failure``: no folder of a run, or one of a run that did not come to its end.
  init(_ path: String) throws {
    struct Manifest: Decodable {
      var sha256: [String: String]
    }
    self.path = path
    let file = path + "/manifest.json"
    guard access(file, F_OK) == 0 else {
      throw Failure(
        .noInput,
        "error: \(path) is not the folder of a finished run: it has no manifest.json; 'antibunch run' makes one")
    }
    guard let manifest = try? JSONInput.decode(Manifest.self, from: readText(file)),
      manifest.sha256["stream.h5"] != nil
    else { throw Failure(.badData, "error: \(file) is not the manifest of a run") }
    sums = manifest.sha256
    try check("stream.h5")
  }

  /// A JSON file of the run; `nil` where the run, of an older version, wrote none.
  func read<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value? {
    guard sums[name] != nil else { return nil }
    try check(name)
    do {
      return try JSONInput.decode(Value.self, from: readText("\(path)/\(name)"))
    } catch is DecodingError {
      throw Failure(.badData, "error: \(path)/\(name) is of another version of antibunch; run the scenario again")
    }
  }

  private func check(_ name: String) throws {
    guard try sha256(ofFile: "\(path)/\(name)") == sums[name] else {
      throw Failure(
        .badData, "error: \(path)/\(name) is not what the run wrote: its SHA-256 is not that of manifest.json")
    }
  }
}

/// What an export needs of `prediction.json`.
struct StoredPrediction: Decodable {
  var components: [PredictionOutput.Component]
  var bunching: PredictionOutput.Bunching?
  var spectra: [PredictionOutput.SpectrumOutput]
}
