import Glibc

extension Section {
  /// A filter's table from the CSV file that a key names, relative to the document.
  ///
  /// - Parameter resolvedKey: where the resolved document, which must stand alone, holds the rows instead.
  func filterTable(_ key: String, as resolvedKey: String) -> [Point] {
    guard let (leaf, name, path, text) = file(key) else { return [] }
    do throws(Diagnostic) {
      let table = try TwoColumnTable.filter(text, file: path)
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

  /// The text of a file that a key names, the key's value, and the file's path; `nil` if there is none, and after a fault,
  /// which is reported.
  func file(_ key: String) -> (leaf: Leaf, name: String, path: String, text: String)? {
    let path = state.child(key)
    do throws(Fault) {
      guard case .leaf(let leaf) = lookup(key) else { return nil }
      let name = try leaf.value.text(path).value
      // What is set from outside stands relative to the document that it is laid over.
      let isWritten = if case .override = leaf.value.origin { false } else { true }
      let file = (isWritten ? leaf.value.place : Place(file: reader.file)).path(of: name)
      guard let bytes = bytes(ofFile: file) else {
        throw Fault(
          place: leaf.value.place, message: "\(path): '\(file)' cannot be read: \(String(cString: strerror(errno)))")
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Fault(place: leaf.value.place, message: "\(path): '\(file)' is not a text file in UTF-8")
      }
      return (leaf, name, file, text)
    } catch {
      report(error)
      return nil
    }
  }
}
