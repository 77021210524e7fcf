import Light

extension TwoColumnTable {
  /// A filter's transmission as a CSV file gives it: wavelength in nanometres and transmission in two columns.
  ///
  /// If a header says "%" or "percent", transmissions are in percent. A transmission may also carry its own % sign.
  ///
  /// - Returns: points of nanometres and share.
  /// - Throws: the first fault, with its line.
  static func filter(_ text: String, file: String) throws(Diagnostic) -> TwoColumnTable {
    var isPercent = false
    return try TwoColumnTable(
      text, file: file,
      words: .init(table: "filter table", columns: "wavelength and transmission", rising: "wavelengths"),
      header: { isPercent = $0.contains("%") || $0.lowercased().contains("percent") },
      row: { (first, second, fault) throws(Diagnostic) in
        guard let x = Double(first), x.isFinite else { throw fault("expected a wavelength in nm, found '\(first)'") }
        guard (10...100_000).contains(x) else {
          throw fault("wavelength must be between 10 and 100000 nm, found \(first)")
        }
        let hasSign = second.hasSuffix("%")
        let number = hasSign ? String(second.dropLast().filter { $0 != " " }) : second
        guard let y = Double(number), y.isFinite else { throw fault("expected a transmission, found '\(second)'") }
        let quantity = Quantity(y, isPercent || hasSign ? .percent : .one)
        let share = quantity.value(in: .one)
        if share < 0 { throw fault("transmission \(quantity) is negative") }
        if share > 1 {
          let hint =
            quantity.unit == .one && y <= 100 ? "; if the column is in percent, let its header say '%'" : ""
          throw fault("transmission \(quantity) exceeds \(quantity.unit == .one ? "1" : "100 %")\(hint)")
        }
        return (Quantity(x, .nanometers), quantity, Point(x: x, y: share))
      })
  }
}
