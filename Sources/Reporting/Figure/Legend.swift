/// The names of the series, in rows above the plot, where no data can be.
struct Legend {
  struct Entry {
    var label: String
    var color: Figure.Color
    var series: Figure.Series
  }

  static let rowHeight = 20.0
  private static let sample = 26.0
  private let rows: [[(entry: Entry, x: Double)]]

  var height: Double { rows.isEmpty ? 0 : Double(rows.count) * Self.rowHeight + 4 }

  /// Lays the entries out in a row of `width` pixels, or in as many rows as it takes, then in columns.
  init(_ entries: [Entry], width: Double) {
    var rows: [[(entry: Entry, x: Double)]] = []
    var x = 0.0
    let lengths = entries.map { Self.sample + 7 + textWidth($0.label, size: Style.legendSize) + 16 }
    let column = lengths.reduce(0, +) > width ? lengths.max() : nil
    for (entry, own) in zip(entries, lengths) {
      let length = column ?? own
      if rows.isEmpty || (x > 0 && x + length > width) {
        rows.append([])
        x = 0
      }
      rows[rows.count - 1].append((entry, x))
      x += length
    }
    self.rows = rows
  }

  func svg(x: Double, y: Double) -> String {
    var text = ""
    for (index, row) in rows.enumerated() {
      let middle = y + (Double(index) + 0.5) * Self.rowHeight
      for (entry, offset) in row {
        text += swatch(entry, x: x + offset, y: middle)
        text += svgText(entry.label, x: x + offset + Self.sample + 7, y: middle + 4.5, size: Style.legendSize)
      }
    }
    return text
  }

  private func swatch(_ entry: Entry, x: Double, y: Double) -> String {
    let color = entry.color.rawValue
    let line = "M\(coordinate(x)),\(coordinate(y))h\(coordinate(Self.sample))"
    let tint =
      "<rect x=\"\(coordinate(x))\" y=\"\(coordinate(y - 6))\" width=\"\(coordinate(Self.sample))\" height=\"12\" "
      + "fill=\"\(color)\" fill-opacity=\"\(SeriesDrawing.tint)\"/>\n"
    let top = "M\(coordinate(x)),\(coordinate(y - 6))h\(coordinate(Self.sample))"
    switch entry.series.shape {
    case .line:
      let dashes: KeyValuePairs = entry.series.isDashed ? ["stroke-dasharray": SeriesDrawing.dashes] : [:]
      return svgStroke(line, color: color, width: entry.series.lineWidth + 0.4, extra: dashes)
    case .steps(_, _, let isFilled):
      return isFilled ? tint + svgStroke(top, color: color, width: 1.4) : svgStroke(line, color: color, width: 1.8)
    case .band(_, let lower, _):
      return lower == nil ? tint + svgStroke(top, color: color, width: 1.4) : tint
    case .points(_, _, let uncertainty):
      let middle = x + Self.sample / 2
      let bar = uncertainty == nil ? "" : "M\(coordinate(middle)),\(coordinate(y - 8))v16"
      return svgStroke(bar, color: color, width: 1.2)
        + svgStroke(
          "M\(coordinate(middle)),\(coordinate(y))h0", color: color, width: 6, extra: ["stroke-linecap": "round"])
    }
  }
}
