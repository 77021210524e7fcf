/// Where everything in a figure goes: title and legend on top, then the panels, then the words of the horizontal axis.
struct FigureLayout {
  static let titleHeight = 21.0
  private static let plainRightMargin = 22.0
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
  /// The picture's height in pixels.
  let height: Double

  init(_ figure: Figure) {
    let inner = figure.width - Self.provisionalLeft - Self.plainRightMargin
    titleLines = wrapped(figure.title, width: inner, size: Style.titleSize)
    let colors = Self.colors(figure)
    let entries = zip(figure.panels, colors).flatMap { panel, colors in
      zip(panel.series, colors).compactMap { series, color in
        series.label.map { Legend.Entry(label: $0, color: color, series: series) }
      }
    }
    legend = Legend(entries, width: inner)
    legendTop = titleLines.isEmpty ? 8 : 14 + Double(titleLines.count) * Self.titleHeight
    let top = legendTop + legend.height + (titleLines.isEmpty && entries.isEmpty ? 14 : 8)

    let xRange = figure.xRange()
    var frames = Self.frames(figure, top: top)
    let barRoom = zip(figure.panels, frames).compactMap { panel, frame in
      panel.heatMap.map { HeatMapDrawing(map: $0).room(height: frame.height) + 8 }
    }.max()
    var right = figure.width - (barRoom ?? Self.plainRightMargin)
    if figure.isToScale { Self.shrink(&frames, of: figure, right: &right, x: xRange) }
    height = figure.isToScale ? (frames.last?.bottom ?? 0) + Self.bottomMargin : figure.height

    func projection(left: Double, right: Double) -> Projection {
      Projection(scale: figure.x.scale, low: xRange.low, high: xRange.high, start: left, end: right)
    }
    let vertical = zip(figure.panels, frames).map { panel, frame in
      let labels = MarkLabels(panel.marks, x: projection(left: Self.provisionalLeft, right: right))
      let range = panel.yRange(x: xRange, headroom: labels.height / frame.height)
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
    if figure.isToScale { right += left - Self.provisionalLeft }
    let width = right - left

    let x = projection(left: left, right: right)
    let xTicks = Self.xTicks(x, width: width)
    let longSeries = figure.panels.flatMap(\.series).count { $0.xValues.count > 2000 }
    let left = left
    drawings = figure.panels.indices.map { index in
      PanelDrawing(
        panel: figure.panels[index], colors: colors[index],
        frame: Frame(
          x: left, y: frames[index].y, width: width, height: frames[index].height),
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

  /// Makes a unit equally long on both axes: narrower panels, or lower ones that move up.
  private static func shrink(
    _ frames: inout [Frame], of figure: Figure, right: inout Double, x: (low: Double, high: Double)
  ) {
    let spans = figure.panels.map { panel in
      let range = panel.yRange(x: x, headroom: 0)
      return range.high - range.low
    }
    let scale = zip(frames, spans).reduce((right - provisionalLeft) / (x.high - x.low)) { min($0, $1.0.height / $1.1) }
    right = provisionalLeft + scale * (x.high - x.low)
    var y = frames.first?.y ?? 0
    for index in frames.indices {
      let gap = index + 1 < frames.count ? frames[index + 1].y - frames[index].bottom : 0
      frames[index].y = y
      frames[index].height = (scale * spans[index]).rounded()
      y = frames[index].bottom + gap
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
