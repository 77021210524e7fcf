import Glibc

extension Section {
  /// A filter's table from the CSV file that a key names, relative to the document.
  ///
  /// - Parameter resolvedKey: where the resolved document, which must stand alone, holds the rows instead.
  func filterTable(_ key: String, as resolvedKey: String) -> [Point] {
    guard let (leaf, name, text) = file(key) else { return [] }
    do throws(Diagnostic) {
      let table = try TwoColumnTable.filter(text, file: reader.path(of: name))
      let provenance = leaf.provenance.map { Provenance($0.kind, "\($0.text) (file \(name))") }
      record(
        ResolvedValue(
          path: state.child(resolvedKey), content: .table(table.rows), number: nil, unit: nil, provenance: provenance,
          range: leaf.range,
          origin: leaf.origin), at: resolvedKey)
      return table.points
    } catch {
      reader.report(error)
      return []
    }
  }

  /// Puts a value that was read elsewhere into the resolved document.
  func record(_ value: ResolvedValue, at key: String) {
    state.record.set(
      key,
      Record(
        .value(
          ResolvedValue(
            path: state.child(key), content: value.content, number: value.number, unit: value.unit,
            provenance: value.provenance, range: value.range, origin: value.origin))))
  }

  /// The text of a file that a key names, and the key's value; `nil` if there is none, and after a fault, which is reported.
  func file(_ key: String) -> (leaf: Leaf, name: String, text: String)? {
    let path = state.child(key)
    do throws(Fault) {
      guard case .leaf(let leaf) = lookup(key) else { return nil }
      let name = try leaf.value.text(path).value
      guard let bytes = bytes(ofFile: reader.path(of: name)) else {
        throw Fault(
          place: leaf.value.place,
          message: "\(path): '\(reader.path(of: name))' cannot be read: \(String(cString: strerror(errno)))")
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Fault(place: leaf.value.place, message: "\(path): '\(reader.path(of: name))' is not a text file in UTF-8")
      }
      return (leaf, name, text)
    } catch {
      report(error)
      return nil
    }
  }
}

extension Reader {
  /// A file's path: what a document names stands relative to the document.
  func path(of name: String) -> String {
    guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
    return file[...slash] + name
  }
}

/// What a file holds; `nil` with `errno` set if it cannot be read.
private func bytes(ofFile path: String) -> [UInt8]? {
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
