extension Table {
  /// The table for a terminal of fixed character width: aligned columns, a rule under the headings, no trailing blanks,
  /// every line ended by a line feed.
  public func text() -> String {
    let heads = columns.map { Self.oneLine($0.title) }
    let cells = rows.map { $0.map(Self.oneLine) }
    var widths = heads.map(terminalWidth)
    for row in cells {
      for (index, cell) in row.enumerated() { widths[index] = max(widths[index], terminalWidth(cell)) }
    }
    let rule = widths.map { String(repeating: "─", count: $0) }
    return ([heads, rule] + cells).map { line($0, widths) + "\n" }.joined()
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var result = ""
    for (index, cell) in cells.enumerated() {
      let gap = widths[index] - terminalWidth(cell)
      let before =
        switch columns[index].alignment {
        case .left: 0
        case .center: gap / 2
        case .right: gap
        }
      if index > 0 { result += "  " }
      result += String(repeating: " ", count: before) + cell + String(repeating: " ", count: gap - before)
    }
    while result.last == " " { result.removeLast() }
    return result
  }

  /// Line breaks, tabs and other control characters would break the columns: each becomes a space.
  private static func oneLine(_ cell: String) -> String {
    String(cell.map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : $0 })
  }
}
