import Light

/// A filter's transmission as a CSV file gives it: wavelength in nanometres and transmission in two columns.
///
/// Columns are separated by commas, semicolons (then a comma may be the decimal sign), tabs or blanks. Empty lines and lines
/// that begin with # are passed over. A first line without numbers is a header; if it says "%" or "percent", transmissions
/// are in percent. A transmission may also carry its own % sign.
struct FilterTable {
  /// The most rows a table may have.
  static let mostRows = 20_000

  /// The rows as text, which stands for the numbers to the last bit.
  private(set) var rows: [ResolvedValue.Row] = []
  /// The same as numbers: nanometres and share.
  private(set) var points: [Point] = []

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - text: of the file.
  ///   - file: its name, for messages.
  /// - Throws: the first fault, with its line.
  init(_ text: String, file: String) throws(Diagnostic) {
    var isPercent = false
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
          isPercent = content.contains("%") || content.lowercased().contains("percent")
          continue
        }
      }
      guard fields.count == 2 else {
        throw fault("expected two columns, wavelength and transmission, found \(counted(fields.count, "column"))")
      }
      guard let x = Double(fields[0]), x.isFinite else {
        throw fault("expected a wavelength in nm, found '\(fields[0])'")
      }
      guard (10...100_000).contains(x) else {
        throw fault("wavelength must be between 10 and 100000 nm, found \(fields[0])")
      }
      let hasSign = fields[1].hasSuffix("%")
      let number = hasSign ? String(fields[1].dropLast().filter { $0 != " " }) : fields[1]
      guard let y = Double(number), y.isFinite else {
        throw fault("expected a transmission, found '\(fields[1])'")
      }
      let quantity = Quantity(y, isPercent || hasSign ? .percent : .one)
      let share = quantity.value(in: .one)
      if share < 0 { throw fault("transmission \(quantity) is negative") }
      if share > 1 {
        let hint =
          quantity.unit == .one && y <= 100 ? "; if the column is in percent, let its header say '%'" : ""
        throw fault("transmission \(quantity) exceeds \(quantity.unit == .one ? "1" : "100 %")\(hint)")
      }
      if let last = points.last, x <= last.x {
        throw fault(
          "wavelengths must rise from row to row, but \(Quantity(x, .nanometers)) follows \(Quantity(last.x, .nanometers))"
        )
      }
      guard points.count < Self.mostRows else { throw fault("the table has more than \(Self.mostRows) rows") }
      points.append(Point(x: x, y: share))
      rows.append(.init(x: "\(Quantity(x, .nanometers))", y: "\(quantity)"))
    }
    guard points.count > 1 else {
      throw Diagnostic(
        file: file, line: lastLine,
        message: "a filter table needs at least 2 rows, found \(points.count)")
    }
  }

  static func fields(of line: Substring) -> [String] {
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
