import Glibc
import Reporting

/// `tables.json`: what the tables of an export are.
struct ExportDescription: Encodable {
  var version: String
  /// The name of the run or recording.
  var source: String
  var tables: [ExportTable]
  /// Why something is missing, one sentence each.
  var leftOut: [String]
  /// Of every other file.
  var sha256: [String: String]

  static let name = "tables.json"

  enum CodingKeys: String, CodingKey {
    case version, source, tables, sha256
    case leftOut = "left_out"
  }
}

/// The folder of an export: made under another name, and renamed when it is whole.
struct ExportPlace {
  let path: String
  var unfinished: String { path + ".part" }

  init(_ path: String) {
    let end = path.lastIndex { $0 != "/" }.map(path.index(after:)) ?? path.endIndex
    self.path = String(path[..<end])
  }

  /// - Throws: a ``Failure`` where something is in the way that is not an export as it was written.
  func checkReplaceable() throws {
    guard access(path, F_OK) == 0 else { return }
    struct Sums: Decodable {
      var sha256: [String: String]
    }
    func refuse(_ reason: String) -> Failure {
      Failure(.cannotCreate, "error: \(path) \(reason); move it away or choose another -o")
    }
    guard isFolder(path), access(path, R_OK) == 0 else { throw refuse("is there and is not a folder that can be read") }
    let files = filesBelow(path)
    guard !files.isEmpty else { return }
    let description = "\(path)/\(ExportDescription.name)"
    guard access(description, F_OK) == 0,
      let sums = try? JSONInput.decode(Sums.self, from: readText(description)).sha256
    else { throw refuse("is there and is not an export") }
    for file in files where file != ExportDescription.name {
      guard try sums[file] == sha256(ofFile: "\(path)/\(file)") else {
        throw refuse("holds \(file), which was added or changed after the export")
      }
    }
  }

  /// Makes an empty unfinished folder.
  func begin() throws {
    try removeFolder(unfinished)
    try makeFolder(unfinished)
  }

  /// Describes what is in the unfinished folder and gives it its name.
  ///
  /// - Returns: the description with the digests, as JSON.
  func finish(_ description: ExportDescription) throws -> String {
    var description = description
    for file in filesBelow(unfinished) {
      description.sha256[file] = try sha256(ofFile: "\(unfinished)/\(file)")
    }
    let text = try JSONOutput.encode(description)
    try writeText(text, to: "\(unfinished)/\(ExportDescription.name)")
    try removeFolder(path)
    guard rename(unfinished, path) == 0 else {
      throw Failure(.cannotCreate, "error: \(path) cannot be created: \(systemMessage())")
    }
    return text
  }

  /// Removes what is unfinished.
  func abandon() { try? removeFolder(unfinished) }
}

/// The files in a folder and in those below it, by their paths from there.
private func filesBelow(_ folder: String) -> [String] {
  namesInFolder(folder).sorted().flatMap { name in
    isFolder("\(folder)/\(name)") ? filesBelow("\(folder)/\(name)").map { "\(name)/\($0)" } : [name]
  }
}
