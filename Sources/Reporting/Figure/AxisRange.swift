import Glibc

/// The interval an axis shows, found from the values put on it.
package struct AxisRange {
  package private(set) var low = Double.infinity
  package private(set) var high = -Double.infinity
  package let scale: Figure.Axis.Scale

  package init(scale: Figure.Axis.Scale) { self.scale = scale }

  /// Makes room for a value, if the axis can show it.
  package mutating func include(_ value: Double) {
    guard canShow(value, on: scale) else { return }
    low = min(low, value)
    high = max(high, value)
  }

  /// A usable interval: never empty, never of zero length, on a logarithmic axis above zero and at most nine decades
  /// long. Without any value it is 0 to 1 (1 to 10).
  package var usable: (low: Double, high: Double) {
    guard low <= high else { return scale == .log ? (1, 10) : (0, 1) }
    switch scale {
    case .log:
      let bottom = max(low, high * 1e-9)
      return high / bottom < 1.0001 ? (bottom / 2, high * 2) : (bottom, high)
    case .linear:
      let size = max(low.magnitude, high.magnitude)
      if high - low > size * 1e-11 { return (low, high) }
      let margin = size < 1e-280 ? 1 : size * 0.1
      return (low - margin, high + margin)
    }
  }

  /// `usable` with a margin of these fractions of its length at both ends.
  package func padded(below: Double, above: Double) -> (low: Double, high: Double) {
    let (low, high) = usable
    switch scale {
    case .linear: return (low - (high - low) * below, high + (high - low) * above)
    case .log:
      let decades = log10(high) - log10(low)
      return (low * pow(10, -decades * below), high * pow(10, decades * above))
    }
  }
}

extension Figure {
  /// The horizontal interval: the axis' own range, or that of all series and vertical marks.
  func xRange() -> (low: Double, high: Double) {
    var range = AxisRange(scale: x.scale)
    if let fixed = x.range {
      range.include(fixed.lowerBound)
      range.include(fixed.upperBound)
      return range.usable
    }
    var hasFewPoints = false
    for panel in panels {
      if let map = panel.heatMap { for edge in map.xEdges { range.include(edge) } }
      for series in panel.series {
        if case .points(let x, _, _) = series.shape, x.count < 100 { hasFewPoints = true }
        for value in series.xValues { range.include(value) }
      }
      for case .vertical(let value) in panel.marks.map(\.place) { range.include(value) }
    }
    return hasFewPoints && panels.allSatisfy({ $0.heatMap == nil })
      ? range.padded(below: 0.025, above: 0.025) : range.usable
  }
}

extension Figure.Panel {
  /// The vertical interval: the axis' own range, or that of what is visible between the given x values, with
  /// `headroom` (a fraction of the panel's height) kept free at the top.
  func yRange(x: (low: Double, high: Double), headroom: Double) -> (low: Double, high: Double) {
    var range = AxisRange(scale: y.scale)
    if let fixed = y.range {
      range.include(fixed.lowerBound)
      range.include(fixed.upperBound)
      return range.usable
    }
    if let heatMap {
      for edge in heatMap.yEdges { range.include(edge) }
      return range.usable
    }
    var standsOnZero = false
    for one in series {
      one.includeVisible(x: x, in: &range)
      switch one.shape {
      case .steps, .band(_, nil, _): standsOnZero = true
      default: break
      }
    }
    for case .horizontal(let value) in marks.map(\.place) { range.include(value) }
    let top = (0.05 + headroom) / (1 - min(headroom, 0.6))
    if y.scale == .linear, range.low >= 0, range.low <= range.high, standsOnZero || range.low < 0.4 * range.high {
      range.include(0)
      return range.padded(below: 0, above: top)
    }
    if y.scale == .linear, standsOnZero { range.include(0) }
    return range.padded(below: 0.05, above: top)
  }
}

extension Figure.Series {
  var xValues: [Double] {
    switch shape {
    case .line(let x, _), .points(let x, _, _), .band(let x, _, _): x
    case .steps(let edges, let heights, _): heights.isEmpty ? [] : edges
    }
  }

  /// Adds every y value whose x is visible.
  func includeVisible(x visible: (low: Double, high: Double), in range: inout AxisRange) {
    func isVisible(_ x: Double) -> Bool { x >= visible.low && x <= visible.high }
    switch shape {
    case .line(let x, let y):
      for (x, y) in zip(x, y) where isVisible(x) { range.include(y) }
    case .steps(let edges, let heights, _):
      for (index, height) in heights.enumerated()
      where edges[index + 1] >= visible.low && edges[index] <= visible.high {
        range.include(height)
      }
    case .points(let x, let y, let uncertainty):
      for (index, x) in x.enumerated() where isVisible(x) {
        range.include(y[index])
        guard let half = uncertainty?[index], canShow(y[index], on: range.scale) else { continue }
        range.include(y[index] + half)
        if range.scale == .linear { range.include(y[index] - half) }
      }
    case .band(let x, let lower, let upper):
      for (index, x) in x.enumerated() where isVisible(x) {
        range.include(upper[index])
        if let lower { range.include(lower[index]) }
      }
    }
  }
}
