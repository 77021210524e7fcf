/// Draws the series of a panel between two axes, and remembers where the ink is.
struct SeriesDrawing {
  static let tint = "0.22"
  static let dashes = "7 4"

  let x: Projection
  let y: Projection
  /// Width in pixels of the columns to which long series are thinned.
  let columnWidth: Double
  /// Everything drawn so far, for placing words where there is room.
  private(set) var ink: [[PixelPoint]] = []

  init(x: Projection, y: Projection, columnWidth: Double) {
    self.x = x
    self.y = y
    self.columnWidth = columnWidth
  }

  mutating func svg(_ series: Figure.Series, color: Figure.Color) -> String {
    switch series.shape {
    case .line(let xs, let ys): line(xs, ys, series, color.rawValue)
    case .steps(let edges, let heights, let isFilled): steps(edges, heights, isFilled, series, color.rawValue)
    case .points(let xs, let ys, let uncertainty): points(xs, ys, uncertainty, color.rawValue)
    case .band(let xs, let lower, let upper): band(xs, lower, upper, color.rawValue)
    }
  }

  private mutating func stroke(_ lines: [[PixelPoint]], _ color: String, width: Double, isDashed: Bool) -> String {
    ink += lines
    let data = lines.map(pathData).joined()
    let solid: KeyValuePairs = ["stroke-linejoin": "round"]
    let dashed: KeyValuePairs = ["stroke-linejoin": "round", "stroke-dasharray": Self.dashes]
    return svgStroke(data, color: color, width: width, extra: isDashed ? dashed : solid)
  }

  private func fill(_ polygons: [[PixelPoint]], _ color: String) -> String {
    let data = polygons.map { pathData($0) + "Z" }.joined()
    return data.isEmpty ? "" : "<path d=\"\(data)\" fill=\"\(color)\" fill-opacity=\"\(Self.tint)\"/>\n"
  }

  private func pixel(_ x: Double, _ y: Double) -> PixelPoint? {
    guard let x = self.x.pixel(x), let y = self.y.pixel(y) else { return nil }
    return PixelPoint(x: x, y: y)
  }

  private mutating func line(_ xs: [Double], _ ys: [Double], _ series: Figure.Series, _ color: String) -> String {
    let lines = runs(zip(xs, ys).map { pixel($0, $1) }).map { thinned($0, columnWidth: columnWidth) }
    return stroke(lines, color, width: series.lineWidth, isDashed: series.isDashed)
  }

  private mutating func steps(
    _ edges: [Double], _ heights: [Double], _ isFilled: Bool, _ series: Figure.Series, _ color: String
  ) -> String {
    var corners: [PixelPoint?] = []
    corners.reserveCapacity(2 * heights.count)
    for (index, height) in heights.enumerated() {
      if let left = x.pixel(edges[index]), let right = x.pixel(edges[index + 1]), let top = y.pixelOrFloor(height) {
        corners.append(PixelPoint(x: left, y: top))
        corners.append(PixelPoint(x: right, y: top))
      } else {
        corners.append(nil)
      }
    }
    let lines = runs(corners).map { thinned($0, columnWidth: columnWidth) }
    let surface = isFilled ? fill(lines.map { onBase($0) }, color) : ""
    return surface + stroke(lines, color, width: isFilled ? 1.1 : series.lineWidth - 0.2, isDashed: false)
  }

  private func onBase(_ line: [PixelPoint]) -> [PixelPoint] {
    guard let first = line.first, let last = line.last else { return [] }
    return [PixelPoint(x: first.x, y: y.base)] + line + [PixelPoint(x: last.x, y: y.base)]
  }

  private mutating func band(_ xs: [Double], _ lower: [Double]?, _ upper: [Double], _ color: String) -> String {
    guard let lower else {
      let lines = runs(zip(xs, upper).map { pixel($0, $1) }).map { thinned($0, columnWidth: columnWidth) }
      return fill(lines.map { onBase($0) }, color) + stroke(lines, color, width: 1.4, isDashed: false)
    }
    var polygons: [[PixelPoint]] = []
    var (tops, bottoms): ([PixelPoint], [PixelPoint]) = ([], [])
    func close() {
      polygons.append(
        thinned(tops, columnWidth: columnWidth) + thinned(bottoms, columnWidth: columnWidth).reversed())
      (tops, bottoms) = ([], [])
    }
    for (index, value) in xs.enumerated() {
      if let top = pixel(value, upper[index]), let bottom = y.pixelOrFloor(lower[index]) {
        tops.append(top)
        bottoms.append(PixelPoint(x: top.x, y: bottom))
      } else if !tops.isEmpty {
        close()
      }
    }
    if !tops.isEmpty { close() }
    ink += polygons
    return fill(polygons, color)
  }

  private mutating func points(_ xs: [Double], _ ys: [Double], _ uncertainty: [Double]?, _ color: String) -> String {
    let places = xs.indices.map { pixel(xs[$0], ys[$0]) }
    let visible = xs.indices.filter { places[$0] != nil }
    let kept = thinnedIndices(visible.compactMap { places[$0] }, columnWidth: columnWidth).map { visible[$0] }
    var (dots, bars) = ("", "")
    for index in kept {
      guard let place = places[index] else { continue }
      dots += "M\(coordinate(place.x)),\(coordinate(place.y))h0"
      ink.append([place])
      guard let half = uncertainty?[index], half > 0, let top = y.pixel(ys[index] + half),
        let bottom = y.pixelOrFloor(ys[index] - half)
      else { continue }
      bars += "M\(coordinate(place.x)),\(coordinate(top))V\(coordinate(bottom))"
      ink.append([PixelPoint(x: place.x, y: top), PixelPoint(x: place.x, y: bottom)])
    }
    let size = kept.count > 400 ? 2.6 : kept.count > 120 ? 3.8 : 5.4
    return svgStroke(bars, color: color, width: 1.1, extra: ["stroke-opacity": "0.75"])
      + svgStroke(dots, color: color, width: size, extra: ["stroke-linecap": "round"])
  }
}
