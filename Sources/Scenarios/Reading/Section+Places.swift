extension Section {
  /// Where the value of a key stands, "suite.yaml:3:5", for faults of what it leads to; the section if it is not written.
  public func place(of key: String) -> String {
    let place = written(key)?.place ?? state.place
    return [place.file, place.line.map(String.init), place.column.map(String.init)].compactMap { $0 }
      .joined(separator: ":")
  }

  /// The path of a file that the value of a key names: relative to the document that says so, or, of a value set from
  /// outside, to the one it is laid over.
  public func path(of name: String, at key: String) -> String {
    guard let tree = written(key) else { return name }
    if case .override = tree.origin { return Place(file: reader.file).path(of: name) }
    return tree.place.path(of: name)
  }
}
