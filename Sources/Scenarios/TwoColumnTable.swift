import Light

/// Two columns of numbers from a CSV file, the first of them rising.
///
/// Columns are separated by commas, semicolons (then a comma may be the decimal sign), tabs or blanks. Empty lines and lines
/// that begin with # are passed over. A first line without numbers is a header.
struct TwoColumnTable {
  /// The most rows a table may have.
  static let mostRows = 20_000

  /// The rows as text, which stands for the numbers to the last bit.
  private(set) var rows: [ResolvedValue.Row] = []
  /// The same as numbers.
  private(set) var points: [Point] = []

  /// What a table is about, for messages.
  struct Words {
    /// "filter table".
    var table: String
    /// "wavelength and transmission".
    var columns: String
    /// "wavelengths".
    var rising: String
  }

  /// A row as text and as numbers.
  typealias Row = (x: Quantity, y: Quantity, point: Point)

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - text: of the file.
  ///   - file: its name, for messages.
  ///   - header: gets the first line if it does not begin with a number.
  ///   - row: what the two fields of a line say; it throws what is wrong with them.
  /// - Throws: the first fault, with its line.
  init(
    _ text: String, file: String, words: Words, header: (Substring) -> Void,
    row: (_ x: String, _ y: String, _ fault: (String) -> Diagnostic) throws(Diagnostic) -> Row
  ) throws(Diagnostic) {
    var isFirst = true
    var lastLine = 1
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let content = line.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
      if content.isEmpty || content.hasPrefix("#") { continue }
      lastLine = index + 1
      func fault(_ message: String) -> Diagnostic { Diagnostic(file: file, line: index + 1, message: message) }
      let fields = Self.fields(of: content)
      if isFirst {
        isFirst = false
        if Double(fields[0]) == nil {
          header(content)
          continue
        }
      }
      guard fields.count == 2 else {
        throw fault("expected two columns, \(words.columns), found \(counted(fields.count, "column"))")
      }
      let (x, y, point) = try row(fields[0], fields[1], fault)
      if let last = points.last, let before = rows.last?.x, point.x <= last.x {
        throw fault("\(words.rising) must rise from row to row, but \(x) follows \(before)")
      }
      guard points.count < Self.mostRows else { throw fault("the table has more than \(Self.mostRows) rows") }
      points.append(point)
      rows.append(.init(x: "\(x)", y: "\(y)"))
    }
    guard points.count > 1 else {
      throw Diagnostic(
        file: file, line: lastLine, message: "a \(words.table) needs at least 2 rows, found \(points.count)")
    }
  }

  private static func fields(of line: Substring) -> [String] {
    let separator: Character? = [";", "\t", ","].first { line.contains($0) }
    let parts =
      separator.map { line.split(separator: $0, omittingEmptySubsequences: false) }
      ?? line.split { $0.isWhitespace }
    return parts.map { part in
      let trimmed = part.drop(while: \.isWhitespace)
      let end = trimmed.lastIndex { !$0.isWhitespace }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
      let field = String(trimmed[..<end])
      return separator == ";" ? field.replacing(",", with: ".") : field
    }
  }
}
