import Glibc

extension Tree {
  /// The documents that this one is laid over, the nearest first: the file its `based_on` names, the file that one is based
  /// on, and so on. Names stand relative to the file that gives them.
  ///
  /// - Throws: what is wrong with the first `based_on` that leads nowhere.
  func bases() throws(Diagnostic) -> [Tree] {
    var found: [Tree] = []
    var visited = [place.file]
    var above = self
    while let wanted = above.entry("based_on")?.value, !wanted.isNone {
      guard case .scalar(let name, _) = wanted.content, !name.isEmpty else {
        throw wanted.place.diagnostic("based_on: expected the name of a scenario, found \(wanted.found)")
      }
      let path = wanted.place.path(of: name)
      guard !visited.contains(path) else { throw wanted.place.diagnostic("based_on: '\(name)' is based on itself") }
      guard let bytes = bytes(ofFile: path) else {
        throw wanted.place.diagnostic("based_on: '\(path)' cannot be read: \(String(cString: strerror(errno)))")
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw wanted.place.diagnostic("based_on: '\(path)' is not a text file in UTF-8")
      }
      visited.append(path)
      above = try Tree.document(text, file: path, origin: .file)
      found.append(above)
    }
    return found
  }
}

extension Place {
  /// A file's path: what a document names stands relative to the document.
  func path(of name: String) -> String {
    guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
    return file[...slash] + name
  }
}

/// What a file holds; `nil` with `errno` set if it cannot be read.
func bytes(ofFile path: String) -> [UInt8]? {
  guard let file = fopen(path, "rb") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return ferror(file) == 0 ? bytes : nil }
    bytes += buffer[..<count]
  }
}
