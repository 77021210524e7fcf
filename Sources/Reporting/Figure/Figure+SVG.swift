extension Figure {
  /// The figure as a complete SVG document of natural size ``width`` × ``height`` that scales with its place.
  public func svg() -> String {
    let layout = FigureLayout(self)
    var body = "<rect width=\"\(coordinate(width))\" height=\"\(coordinate(layout.height))\" fill=\"#FFFFFF\"/>\n"
    for (index, line) in layout.titleLines.enumerated() {
      body += svgText(
        line, x: layout.left, y: 24 + Double(index) * FigureLayout.titleHeight, size: Style.titleSize, isBold: true)
    }
    body += layout.legend.svg(x: layout.left, y: layout.legendTop)
    for (index, drawing) in layout.drawings.enumerated() {
      body += drawing.svg() + verticalLabel(panels[index].y.text, drawing.frame, layout.yLabelCenter)
    }
    body += horizontalAxisWords(layout)
    return element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(coordinate(width)) \(coordinate(layout.height))",
        "width": coordinate(width), "height": coordinate(layout.height), "role": "img", "aria-label": spokenTitle,
        "font-family": Style.fonts,
      ], "\n" + body) + "\n"
  }

  /// What a screen reader says.
  private var spokenTitle: String {
    title.isEmpty ? "\(panels.first?.y.label ?? "") against \(x.label)" : title
  }

  /// The label of a vertical axis, in as many lines as the height of its panel needs.
  private func verticalLabel(_ text: String, _ frame: Frame, _ center: Double) -> String {
    let lines = wrapped(text, width: frame.height + 16, size: Style.labelSize)
    let lineHeight = 17.0
    return lines.enumerated().map { index, line in
      svgText(
        line, x: center - Double(lines.count - 1 - index) * lineHeight, y: frame.y + frame.height / 2,
        size: Style.labelSize, anchor: "middle", isVertical: true)
    }.joined()
  }

  private func horizontalAxisWords(_ layout: FigureLayout) -> String {
    guard let last = layout.drawings.last else { return "" }
    var text = ""
    var end = -Double.infinity
    for tick in last.xTicks.major {
      guard let pixel = last.x.pixel(tick.value) else { continue }
      let half = tickWidth(tick) / 2
      if pixel - half < end + 4 { continue }
      end = pixel + half
      text += svgText(
        tick.label, x: pixel, y: last.frame.bottom + 20, size: Style.tickSize, anchor: "middle",
        superscript: tick.superscript)
    }
    if last.xTicks.exponent != 0 {
      text += svgText(
        "×10", x: last.frame.right, y: last.frame.bottom + 40, size: Style.tickSize, anchor: "end",
        superscript: exponentText(last.xTicks.exponent))
    }
    return text
      + svgText(
        x.text, x: last.frame.x + last.frame.width / 2, y: last.frame.bottom + 42, size: Style.labelSize,
        anchor: "middle")
  }
}

/// Pixels that the label of a tick takes.
func tickWidth(_ tick: Ticks.Major) -> Double {
  textWidth(tick.label, size: Style.tickSize) + textWidth(tick.superscript, size: Style.tickSize * 0.75)
}
