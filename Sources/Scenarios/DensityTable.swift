import Light

/// A measured law of times as a CSV file gives it: times and counts, or any density, in two columns.
///
/// Written like a filter's table (see ``FilterTable``). Times are in nanoseconds, or in picoseconds if a header says "ps".
struct DensityTable {
  /// The rows as text, which stands for the numbers to the last bit.
  private(set) var rows: [ResolvedValue.Row] = []
  /// The same as numbers: nanoseconds and densities.
  private(set) var points: [Point] = []

  /// Reads a table.
  ///
  /// - Throws: the first fault, with its line.
  init(_ text: String, file: String) throws(Diagnostic) {
    var unit = Quantity.Unit.nanoseconds
    var isFirst = true
    var lastLine = 1
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let content = line.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
      if content.isEmpty || content.hasPrefix("#") { continue }
      lastLine = index + 1
      func fault(_ message: String) -> Diagnostic { Diagnostic(file: file, line: index + 1, message: message) }
      let fields = FilterTable.fields(of: content)
      if isFirst {
        isFirst = false
        if Double(fields[0]) == nil {
          if content.split(whereSeparator: { !$0.isLetter }).contains("ps") { unit = .picoseconds }
          continue
        }
      }
      guard fields.count == 2 else {
        throw fault("expected two columns, time and counts, found \(counted(fields.count, "column"))")
      }
      guard let x = Double(fields[0]), x.isFinite else { throw fault("expected a time, found '\(fields[0])'") }
      let time = Quantity(x, unit)
      guard abs(time.value(in: .nanoseconds)) <= 1e6 else {
        throw fault("time must be between -1e6 and 1e6 ns, found \(time)")
      }
      guard let y = Double(fields[1]), y.isFinite else { throw fault("expected counts, found '\(fields[1])'") }
      if y < 0 { throw fault("counts must be at least 0, found \(fields[1])") }
      if let last = points.last, time.value(in: .nanoseconds) <= last.x {
        throw fault("times must rise from row to row, but \(time) follows \(rows.last!.x)")
      }
      guard points.count < FilterTable.mostRows else {
        throw fault("the table has more than \(FilterTable.mostRows) rows")
      }
      points.append(Point(x: time.value(in: .nanoseconds), y: y))
      rows.append(.init(x: "\(time)", y: "\(Quantity(y, .one))"))
    }
    guard points.count > 1 else {
      throw Diagnostic(
        file: file, line: lastLine, message: "a table of times needs at least 2 rows, found \(points.count)")
    }
  }
}

extension Section {
  /// A law of times from the CSV file that a key names, relative to the document.
  ///
  /// - Parameter resolvedKey: where the resolved document, which must stand alone, holds the rows instead.
  func densityTable(_ key: String, as resolvedKey: String) -> [Point] {
    guard let (leaf, name, text) = file(key) else { return [] }
    do throws(Diagnostic) {
      let table = try DensityTable(text, file: reader.path(of: name))
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
