extension MeasuredSpectrum {
  /// Reads columns of numbers parted by commas, semicolons, tabs or spaces, as spectrometers export them.
  ///
  /// A line of words may head the columns: those named like "wavelength", "counts" (or "intensity") and "response" are
  /// taken. Without one the first column is the wavelength in nm and the second the counts. Lines that begin with # are
  /// comments. Wavelengths may fall.
  ///
  /// - Throws: ``AnalysisError`` that names the line which cannot be read.
  public init(text: String, file: String) throws(AnalysisError) {
    var columns = (wavelength: 0, counts: 1, response: Int?.none)
    var rows: [(wavelength: Double, counts: Double, response: Double?)] = []
    var hasHead = false
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let cells = Self.cells(line)
      if cells.isEmpty || cells[0].hasPrefix("#") { continue }
      let values = cells.map { Double($0) }
      if rows.isEmpty, !hasHead, values.allSatisfy({ $0 == nil }) {
        hasHead = true
        guard let found = Self.columns(named: cells) else {
          throw AnalysisError(
            "\(file):\(number + 1): no columns named wavelength and counts among \(cells.joined(separator: ", "))")
        }
        columns = found
        continue
      }
      func value(_ column: Int, _ name: String) throws(AnalysisError) -> Double {
        guard column < cells.count else {
          throw AnalysisError("\(file):\(number + 1): no \(name): the line has \(cells.count) of the columns")
        }
        guard let value = values[column] else {
          throw AnalysisError("\(file):\(number + 1): expected a number for the \(name), found '\(cells[column])'")
        }
        return value
      }
      var response: Double?
      if let column = columns.response { response = try value(column, "response") }
      rows.append((try value(columns.wavelength, "wavelength"), try value(columns.counts, "counts"), response))
    }
    guard !rows.isEmpty else { throw AnalysisError("\(file) holds no spectrum: not a line of numbers") }
    if let first = rows.first, let last = rows.last, first.wavelength > last.wavelength { rows.reverse() }
    do {
      try self.init(
        wavelengthsNanometers: rows.map(\.wavelength), counts: rows.map(\.counts),
        response: columns.response == nil ? nil : rows.map { $0.response ?? 0 })
    } catch {
      throw AnalysisError("\(file): \(error.message)")
    }
  }

  private static func cells(_ line: Substring) -> [String] {
    let isTable = line.contains { $0 == "," || $0 == ";" || $0 == "\t" }
    return line.split(omittingEmptySubsequences: !isTable) {
      isTable ? $0 == "," || $0 == ";" || $0 == "\t" : $0 == " "
    }
    .map { cell in
      var cell = cell
      while let first = cell.first, first.isWhitespace || first == "\"" { cell.removeFirst() }
      while let last = cell.last, last.isWhitespace || last == "\"" { cell.removeLast() }
      return String(cell)
    }
  }

  private static func columns(named names: [String]) -> (wavelength: Int, counts: Int, response: Int?)? {
    func column(_ words: String...) -> Int? {
      names.firstIndex { name in words.contains { name.lowercased().hasPrefix($0) } }
    }
    guard let wavelength = column("wavelength", "lambda", "nm"), let counts = column("counts", "intensity", "adu")
    else { return nil }
    return (wavelength, counts, column("response"))
  }
}
