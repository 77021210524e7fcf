/// A place in the picture, in pixels from the top left.
package struct PixelPoint: Equatable {
  package var x: Double
  package var y: Double

  package init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// The same line with at most four points in each column of pixels: first, lowest, highest, last, in their order.
///
/// Drawn `columnWidth` or coarser it cannot be told from the full line, and no extreme is lost.
package func thinned(_ points: [PixelPoint], columnWidth: Double) -> [PixelPoint] {
  thinnedIndices(points, columnWidth: columnWidth).map { points[$0] }
}

/// Which points ``thinned(_:columnWidth:)`` keeps.
func thinnedIndices(_ points: [PixelPoint], columnWidth: Double) -> [Int] {
  var result: [Int] = []
  var start = 0
  while start < points.count {
    let column = (points[start].x / columnWidth).rounded(.down)
    var end = start + 1
    var (lowest, highest) = (start, start)
    while end < points.count, (points[end].x / columnWidth).rounded(.down) == column {
      if points[end].y < points[lowest].y { lowest = end }
      if points[end].y > points[highest].y { highest = end }
      end += 1
    }
    for index in [start, min(lowest, highest), max(lowest, highest), end - 1] where index != result.last {
      result.append(index)
    }
    start = end
  }
  return result
}

/// SVG path data through the points: "M10,20L30,40H50". Repeated points are dropped.
package func pathData(_ points: [PixelPoint]) -> String {
  var text = ""
  var (lastX, lastY) = ("", "")
  for point in points {
    let (x, y) = (coordinate(point.x), coordinate(point.y))
    if text.isEmpty {
      text = "M\(x),\(y)"
    } else if x != lastX && y != lastY {
      text += "L\(x),\(y)"
    } else if x != lastX {
      text += "H\(x)"
    } else if y != lastY {
      text += "V\(y)"
    }
    (lastX, lastY) = (x, y)
  }
  return text
}

/// The unbroken stretches of a line: it is cut wherever a point cannot be shown.
func runs(_ points: some Sequence<PixelPoint?>) -> [[PixelPoint]] {
  var result: [[PixelPoint]] = []
  var current: [PixelPoint] = []
  for point in points {
    if let point {
      current.append(point)
    } else if !current.isEmpty {
      result.append(current)
      current = []
    }
  }
  if !current.isEmpty { result.append(current) }
  return result
}
