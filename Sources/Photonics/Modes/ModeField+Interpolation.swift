extension ModeField {
  /// The electric field at a point (nanometres), bilinear between the places where each component sits; the z component
  /// is imaginary. `nil` outside the window.
  public func electric(x: Double, y: Double) -> (x: Double, y: Double, z: Double)? {
    guard grid.cell(x: x, y: y) != nil else { return nil }
    let middlesX = ModeGrid.middles(grid.x)
    let middlesY = ModeGrid.middles(grid.y)
    return (
      Self.bilinear(ex, middlesX, grid.y, x, y), Self.bilinear(ey, grid.x, middlesY, x, y),
      Self.bilinear(ez, grid.x, grid.y, x, y)
    )
  }

  /// Between four values on lines `xs` × `ys`; constant beyond the outermost.
  private static func bilinear(_ values: [Double], _ xs: [Double], _ ys: [Double], _ x: Double, _ y: Double) -> Double {
    let i = ModeGrid.interval(x, xs)
    let j = ModeGrid.interval(y, ys)
    let u = min(max((x - xs[i]) / (xs[i + 1] - xs[i]), 0), 1)
    let v = min(max((y - ys[j]) / (ys[j + 1] - ys[j]), 0), 1)
    let k = j * xs.count + i
    return (1 - v) * ((1 - u) * values[k] + u * values[k + 1])
      + v * ((1 - u) * values[k + xs.count] + u * values[k + xs.count + 1])
  }
}
