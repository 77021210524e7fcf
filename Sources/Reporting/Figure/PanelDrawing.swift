/// One panel in its place: shades, grid, data, marks, axes, from back to front.
struct PanelDrawing {
  let panel: Figure.Panel
  let colors: [Figure.Color]
  let frame: Frame
  let x: Projection
  let y: Projection
  let xTicks: Ticks
  let yTicks: Ticks
  let grid: Figure.Grid
  let columnWidth: Double

  func svg() -> String {
    var drawing = SeriesDrawing(x: x, y: y, columnWidth: columnWidth)
    var data = ""
    for (series, color) in zip(panel.series, colors) { data += drawing.svg(series, color: color) }

    let labels = MarkLabels(panel.marks, x: x)
    var taken = labels.placed.map { $0.frame(frame) }
    for case .vertical(let value) in panel.marks.map(\.place) {
      if let pixel = x.pixel(value) { taken.append(Frame(x: pixel - 2, y: frame.y, width: 4, height: frame.height)) }
    }
    var words = labels.svg(in: frame)
    for mark in panel.marks {
      if case .horizontal(let value) = mark.place, let line = y.pixel(value) {
        words += horizontalLabel(mark, at: line, in: frame, ink: drawing.ink, taken: &taken)
      }
    }
    if let map = panel.heatMap {
      let drawing = HeatMapDrawing(map: map)
      return clipped(drawing.cells(x: x, y: y) + shades() + data + markLines()) + axes() + words + heading()
        + drawing.colorBar(beside: frame)
    }
    return shades() + gridLines() + clipped(data + markLines()) + axes() + words + heading()
  }

  private func heading() -> String {
    guard !panel.title.isEmpty else { return "" }
    return svgText(
      panel.title, x: frame.x + 8, y: frame.y + 18, size: Style.legendSize, isBold: true, hasHalo: true)
  }

  /// A nested `<svg>` clips what it holds without needing a name, which inline in a page could clash.
  private func clipped(_ content: String) -> String {
    guard !content.isEmpty else { return "" }
    let place = [frame.x, frame.y, frame.width, frame.height].map(coordinate)
    return element(
      "svg",
      [
        "x": place[0], "y": place[1], "width": place[2], "height": place[3], "viewBox": place.joined(separator: " "),
      ], "\n" + content) + "\n"
  }

  private func shades() -> String {
    var text = ""
    for mark in panel.marks {
      guard case .range(let range) = mark.place, let (start, end) = x.visible(range) else { continue }
      text +=
        "<rect x=\"\(coordinate(start))\" y=\"\(coordinate(frame.y))\" width=\"\(coordinate(end - start))\" "
        + "height=\"\(coordinate(frame.height))\" fill=\"\(mark.color.rawValue)\" fill-opacity=\"0.13\"/>\n"
    }
    return text
  }

  private func gridLines() -> String {
    var data = ""
    if grid != .none {
      for tick in yTicks.major {
        guard let pixel = y.pixel(tick.value) else { continue }
        data += "M\(coordinate(frame.x)),\(coordinate(pixel))H\(coordinate(frame.right))"
      }
    }
    if grid == .both {
      for tick in xTicks.major {
        guard let pixel = x.pixel(tick.value) else { continue }
        data += "M\(coordinate(pixel)),\(coordinate(frame.y))V\(coordinate(frame.bottom))"
      }
    }
    return svgStroke(data, color: Style.grid, width: 1)
  }

  private func markLines() -> String {
    panel.marks.map { mark in
      let data: String
      switch mark.place {
      case .range: return ""
      case .vertical(let value):
        guard let pixel = x.pixel(value) else { return "" }
        data = "M\(coordinate(pixel)),\(coordinate(frame.y))V\(coordinate(frame.bottom))"
      case .horizontal(let value):
        guard let pixel = y.pixel(value) else { return "" }
        data = "M\(coordinate(frame.x)),\(coordinate(pixel))H\(coordinate(frame.right))"
      }
      return svgStroke(data, color: mark.color.rawValue, width: 1.2, extra: ["stroke-dasharray": "4 3"])
    }.joined()
  }

  private func axes() -> String {
    let (left, bottom) = (coordinate(frame.x), coordinate(frame.bottom))
    var data = "M\(left),\(coordinate(frame.y))V\(bottom)H\(coordinate(frame.right))"
    for (values, length) in [(xTicks.major.map(\.value), "5"), (xTicks.minor, "3")] {
      for pixel in values.compactMap(x.pixel) { data += "M\(coordinate(pixel)),\(bottom)v\(length)" }
    }
    for (values, length) in [(yTicks.major.map(\.value), "-5"), (yTicks.minor, "-3")] {
      for pixel in values.compactMap(y.pixel) { data += "M\(left),\(coordinate(pixel))h\(length)" }
    }
    var text = svgStroke(data, color: Style.axis, width: 1)
    for tick in yTicks.major {
      guard let pixel = y.pixel(tick.value) else { continue }
      text += svgText(
        tick.label, x: frame.x - 9, y: pixel + 4.5, size: Style.tickSize, anchor: "end", superscript: tick.superscript)
    }
    if yTicks.exponent != 0 {
      text += svgText(
        "×10", x: frame.x - 9, y: frame.y - 8, size: Style.tickSize, anchor: "end",
        superscript: exponentText(yTicks.exponent))
    }
    return text
  }
}
