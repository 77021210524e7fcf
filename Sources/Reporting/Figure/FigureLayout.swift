/// Where everything in a figure goes: title and legend on top, then the panels, then the words of the horizontal axis.
struct FigureLayout {
  static let titleHeight = 21.0
  private static let rightMargin = 22.0
  private static let bottomMargin = 54.0
  private static let provisionalLeft = 76.0

  let titleLines: [String]
  let legend: Legend
  let legendTop: Double
  /// The left end of all panels.
  let left: Double
  /// Where the baseline of the rotated axis labels is, in pixels from the left.
  let yLabelCenter: Double
  let drawings: [PanelDrawing]

  init(_ figure: Figure) {
    let inner = figure.width - Self.provisionalLeft - Self.rightMargin
    titleLines = wrapped(figure.title, width: inner, size: Style.titleSize)
    let colors = Self.colors(figure)
    let entries = zip(figure.panels, colors).flatMap { panel, colors in
      zip(panel.series, colors).compactMap { series, color in
        series.label.map { Legend.Entry(label: $0, color: color, series: series) }
      }
    }
    legend = Legend(entries, width: inner)
    legendTop = titleLines.isEmpty ? 8 : 14 + Double(titleLines.count) * Self.titleHeight
    let top =
      legendTop + legend.height + (titleLines.isEmpty && entries.isEmpty ? 14 : 8)
      + (figure.top == nil ? 0 : Figure.TopAxis.height)

    let xRange = figure.xRange()
    func projection(left: Double) -> Projection {
      Projection(
        scale: figure.x.scale, low: xRange.low, high: xRange.high, start: left, end: figure.width - Self.rightMargin)
    }
    let frames = Self.frames(figure, top: top)
    let vertical = zip(figure.panels, frames).map { panel, frame in
      let headroom = MarkLabels(panel.marks, x: projection(left: Self.provisionalLeft)).height / frame.height
      let range = panel.yRange(x: xRange, headroom: headroom)
      return Projection(scale: panel.y.scale, low: range.low, high: range.high, start: frame.bottom, end: frame.y)
    }
    let yTicks = zip(vertical, frames).map { $0.ticks(count: max(2, Int($1.height / 45))) }
    let widest = yTicks.flatMap(\.major).map(tickWidth).max() ?? 0
    let labelLines =
      zip(figure.panels, frames).map {
        wrapped($0.y.text, width: $1.height + 16, size: Style.labelSize).count
      }.max() ?? 0
    let labelRoom = Double(labelLines) * 17
    left = (max(44, 12 + labelRoom + widest + 16)).rounded() + 0.5
    yLabelCenter = 8 + labelRoom - 2

    let x = projection(left: left)
    let xTicks = Self.xTicks(x, width: figure.width - Self.rightMargin - left)
    let longSeries = figure.panels.flatMap(\.series).count { $0.xValues.count > 2000 }
    let left = left
    drawings = figure.panels.indices.map { index in
      PanelDrawing(
        panel: figure.panels[index], colors: colors[index],
        frame: Frame(
          x: left, y: frames[index].y, width: figure.width - Self.rightMargin - left, height: frames[index].height),
        x: x, y: vertical[index], xTicks: xTicks, yTicks: yTicks[index], grid: figure.grid,
        columnWidth: Double(max(1, (longSeries + 3) / 4)))
    }
  }

  /// Panels above each other; only their vertical extent is final.
  private static func frames(_ figure: Figure, top: Double) -> [Frame] {
    let gap = 22.0
    let room = figure.height - top - bottomMargin - gap * Double(figure.panels.count - 1)
    let shares = figure.panels.map { max(0, $0.heightShare) }
    let total = max(shares.reduce(0, +), 1e-9)
    var y = top
    return shares.map { share in
      let height = max(30, (room * share / total)).rounded()
      defer { y += height + gap }
      return Frame(x: provisionalLeft, y: y.rounded() + 0.5, width: 0, height: height)
    }
  }

  /// As many ticks as their labels leave room for.
  private static func xTicks(_ x: Projection, width: Double) -> Ticks {
    var count = max(2, Int(width / 70))
    while true {
      let ticks = x.ticks(count: count)
      let widest = ticks.major.map(tickWidth).max() ?? 0
      if count <= 2 || x.scale == .log || Double(ticks.major.count) * (widest + 18) <= width { return ticks }
      count -= 1
    }
  }

  /// The colour of every series: its own, or the next of the palette through the whole figure.
  private static func colors(_ figure: Figure) -> [[Figure.Color]] {
    var next = 0
    return figure.panels.map { panel in
      panel.series.map { series in
        if let color = series.color { return color }
        defer { next += 1 }
        return .automatic(next)
      }
    }
  }
}
