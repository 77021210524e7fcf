extension ModeField {
  /// The electric field at a point (nanometres), bilinear between the places where each component sits; the z component
  /// is imaginary. `nil` outside the window.
  public func electric(x: Double, y: Double) -> (x: Double, y: Double, z: Double)? {
    guard let (i, j) = grid.cell(x: x, y: y) else { return nil }
    let onX = Self.onLines(x, grid.x, i)
    let onY = Self.onLines(y, grid.y, j)
    let betweenX = Self.betweenLines(x, grid.x, i)
    let betweenY = Self.betweenLines(y, grid.y, j)
    return (
      Self.bilinear(ex, grid.columns, betweenX, onY), Self.bilinear(ey, grid.columns + 1, onX, betweenY),
      Self.bilinear(ez, grid.columns + 1, onX, onY)
    )
  }

  /// Where a coordinate lies between two neighbouring values: the first one's number and the share of the second.
  private typealias Place = (first: Int, share: Double)

  /// Among values on the lines.
  private static func onLines(_ p: Double, _ lines: [Double], _ cell: Int) -> Place {
    (cell, (p - lines[cell]) / (lines[cell + 1] - lines[cell]))
  }

  /// Among values half-way between the lines; constant beyond the outermost.
  private static func betweenLines(_ p: Double, _ lines: [Double], _ cell: Int) -> Place {
    guard lines.count > 2 else { return (0, 0) }
    let middle = (lines[cell] + lines[cell + 1]) / 2
    let first = min(max(p < middle ? cell - 1 : cell, 0), lines.count - 3)
    let a = (lines[first] + lines[first + 1]) / 2
    let b = (lines[first + 1] + lines[first + 2]) / 2
    return (first, min(max((p - a) / (b - a), 0), 1))
  }

  /// Between four values of an array of this width.
  private static func bilinear(_ values: [Double], _ width: Int, _ x: Place, _ y: Place) -> Double {
    let k = y.first * width + x.first
    let right = min(1, width - 1)
    let up = k + width < values.count ? width : 0
    return (1 - y.share) * ((1 - x.share) * values[k] + x.share * values[k + right])
      + y.share * ((1 - x.share) * values[k + up] + x.share * values[k + up + right])
  }
}
