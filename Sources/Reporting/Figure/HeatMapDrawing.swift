/// The cells of a heat map in its panel, and the colour bar beside it.
struct HeatMapDrawing {
  /// From the panel to the bar, and the bar's width, in pixels.
  private static let gap = 14.0
  private static let bar = 15.0

  let map: Figure.HeatMap
  private var text: String { map.unit.isEmpty ? map.label : "\(map.label) (\(map.unit))" }

  /// The pixels right of the panel that the bar, its numbers and its label take.
  func room(height: Double) -> Double {
    let widest = ticks(height: height).major.map(tickWidth).max() ?? 0
    let lines = wrapped(text, width: height + 16, size: Style.labelSize).count
    return Self.gap + Self.bar + 9 + widest + 6 + Double(lines) * 17
  }

  private func ticks(height: Double) -> Ticks {
    linearTicks(map.ends.low, map.ends.high, count: max(2, Int(height / 45)))
  }

  /// The cells between two axes: as rectangles if they are few, else as a picture of one pixel for each.
  func cells(x: Projection, y: Projection) -> String {
    // As the picture writes them, so that neighbours meet.
    let xs = map.xEdges.map { x.pixel($0).map { ($0 * 10).rounded() / 10 } }
    let ys = map.yEdges.map { y.pixel($0).map { ($0 * 10).rounded() / 10 } }
    guard map.values.count > 3000, let left = xs[0], let right = xs[map.columns], let bottom = ys[0],
      let top = ys[map.rows]
    else { return rectangles(xs, ys) }
    // Where the middle of each pixel lies among the cells; cells of equal size have one pixel each.
    func cell(_ share: Double, _ edges: [Double?]) -> Int {
      guard let first = edges[0], let last = edges[edges.count - 1] else { return 0 }
      let place = first + (last - first) * share
      var (low, high) = (0, edges.count - 1)
      while high - low > 1 {
        let middle = (low + high) / 2
        if ((edges[middle] ?? first) - place) * (last - first) <= 0 { low = middle } else { high = middle }
      }
      return low
    }
    let image = IndexedImage(
      map, width: map.columns, height: map.rows,
      column: { cell((Double($0) + 0.5) / Double(map.columns), xs) },
      row: { cell(1 - (Double($0) + 0.5) / Double(map.rows), ys) })
    return picture(image, Frame(x: left, y: top, width: right - left, height: bottom - top))
  }

  private func rectangles(_ xs: [Double?], _ ys: [Double?]) -> String {
    let (low, high) = map.ends
    let palette = map.colors.palette
    // Neighbours share the edge as it is written, so that no gap shows between them.
    let (xs, ys) = (xs.map { $0.map(asWritten) }, ys.map { $0.map(asWritten) })
    var text = ""
    for j in 0..<map.rows {
      guard let bottom = ys[j], let top = ys[j + 1] else { continue }
      var i = 0
      while i < map.columns {
        let level = Figure.ColorMap.level(map.values[j * map.columns + i], low: low, high: high)
        let start = i
        repeat {
          i += 1
        } while i < map.columns
          && Figure.ColorMap.level(map.values[j * map.columns + i], low: low, high: high) == level
        guard let level, let left = xs[start], let right = xs[i] else { continue }
        let (red, green, blue) = palette[level]
        text +=
          "<rect x=\"\(coordinate(left))\" y=\"\(coordinate(top))\" width=\"\(coordinate(right - left))\" "
          + "height=\"\(coordinate(bottom - top))\" fill=\"rgb(\(red),\(green),\(blue))\"/>\n"
      }
    }
    return element("g", ["shape-rendering": "crispEdges"], "\n" + text) + "\n"
  }

  private func picture(_ image: IndexedImage, _ frame: Frame) -> String {
    element(
      "image",
      [
        "x": coordinate(frame.x), "y": coordinate(frame.y), "width": coordinate(frame.width),
        "height": coordinate(frame.height), "preserveAspectRatio": "none", "style": "image-rendering:pixelated",
        "href": image.dataAddress,
      ]) + "\n"
  }

  /// The colour bar right of a panel.
  func colorBar(beside panel: Frame) -> String {
    let frame = Frame(x: panel.right + Self.gap, y: panel.y, width: Self.bar, height: panel.height)
    let scale = Projection(scale: .linear, low: map.ends.low, high: map.ends.high, start: frame.bottom, end: frame.y)
    let ticks = ticks(height: panel.height)
    var svg = picture(IndexedImage(bar: map.colors), frame)
    svg +=
      "<rect x=\"\(coordinate(frame.x))\" y=\"\(coordinate(frame.y))\" width=\"\(coordinate(frame.width))\" "
      + "height=\"\(coordinate(frame.height))\" fill=\"none\" stroke=\"\(Style.axis)\"/>\n"
    for tick in ticks.major {
      guard let pixel = scale.pixel(tick.value) else { continue }
      svg += svgStroke("M\(coordinate(frame.right)),\(coordinate(pixel))h4", color: Style.axis, width: 1)
      svg += svgText(
        tick.label, x: frame.right + 7, y: pixel + 4.5, size: Style.tickSize, superscript: tick.superscript)
    }
    if ticks.exponent != 0 {
      svg += svgText(
        "×10", x: frame.x, y: frame.y - 8, size: Style.tickSize, superscript: exponentText(ticks.exponent))
    }
    let widest = ticks.major.map(tickWidth).max() ?? 0
    for (index, line) in wrapped(text, width: panel.height + 16, size: Style.labelSize).enumerated() {
      svg += svgText(
        line, x: frame.right + 9 + widest + 6 + Double(index) * 17 + 12, y: frame.y + frame.height / 2,
        size: Style.labelSize, anchor: "middle", isVertical: true)
    }
    return svg
  }
}

/// A coordinate with the decimals that the picture carries.
private func asWritten(_ value: Double) -> Double { (value * 10).rounded() / 10 }
