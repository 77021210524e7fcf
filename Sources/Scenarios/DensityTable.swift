import Light

extension TwoColumnTable {
  /// A measured law of times as a CSV file gives it: times and counts, or any density, in two columns.
  ///
  /// Times are in nanoseconds, or in picoseconds if a header says "ps".
  ///
  /// - Returns: points of nanoseconds and densities.
  /// - Throws: the first fault, with its line.
  static func density(_ text: String, file: String) throws(Diagnostic) -> TwoColumnTable {
    var unit = Quantity.Unit.nanoseconds
    return try TwoColumnTable(
      text, file: file, words: .init(table: "table of times", columns: "time and counts", rising: "times"),
      header: { if $0.split(whereSeparator: { !$0.isLetter }).contains("ps") { unit = .picoseconds } },
      row: { (first, second, fault) throws(Diagnostic) in
        guard let x = Double(first), x.isFinite else { throw fault("expected a time, found '\(first)'") }
        let time = Quantity(x, unit)
        guard abs(time.value(in: .nanoseconds)) <= 1e6 else {
          throw fault("time must be between -1e6 and 1e6 ns, found \(time)")
        }
        guard let y = Double(second), y.isFinite else { throw fault("expected counts, found '\(second)'") }
        if y < 0 { throw fault("counts must be at least 0, found \(second)") }
        return (time, Quantity(y, .one), Point(x: time.value(in: .nanoseconds), y: y))
      })
  }
}

extension Section {
  /// A law of times from the CSV file that a key names, relative to the document.
  ///
  /// - Parameter resolvedKey: where the resolved document, which must stand alone, holds the rows instead.
  func densityTable(_ key: String, as resolvedKey: String) -> [Point] {
    guard let (leaf, name, path, text) = file(key) else { return [] }
    do throws(Diagnostic) {
      let table = try TwoColumnTable.density(text, file: path)
      let provenance = leaf.provenance.map { Provenance($0.kind, "\($0.text) (file \(name))") }
      record(
        ResolvedValue(
          path: state.child(resolvedKey), content: .table(table.rows), number: nil, unit: nil, provenance: provenance,
          range: leaf.range, origin: leaf.origin), at: resolvedKey)
      return table.points
    } catch {
      reader.report(error)
      return []
    }
  }
}
