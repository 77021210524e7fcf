/// Grid lines along one direction: on every interface, fine in zones, growing away from them.
struct GradedLines {
  /// A stretch in which cells are no larger than `spacing` (nanometres).
  struct Zone {
    var range: ClosedRange<Double>
    var spacing: Double
  }

  /// Where lines must lie, window's ends included; in any order.
  var fixed: [Double]
  var zones: [Zone]
  /// The largest spacing anywhere, in nanometres.
  var coarse: Double
  /// The growth of the spacing per distance from a zone.
  var growth: Double

  /// The spacing wanted at a place.
  func spacing(at x: Double) -> Double {
    zones.reduce(coarse) { best, zone in
      min(best, zone.spacing + growth * max(zone.range.lowerBound - x, x - zone.range.upperBound, 0))
    }
  }

  /// About how many cells there will be, without laying them.
  var estimatedCells: Double {
    let ends = (fixed.min() ?? 0, fixed.max() ?? 0)
    let steps = 4000
    let step = (ends.1 - ends.0) / Double(steps)
    return (0..<steps).reduce(0) { $0 + step / spacing(at: ends.0 + step * (Double($1) + 0.5)) }
  }

  /// The lines in rising order. Between two fixed lines, as many cells as ∫ dx/spacing, each an equal share of it.
  func lines() -> [Double] {
    let nodes = fixed.sorted()
    var result = [nodes[0]]
    for (a, b) in zip(nodes, nodes.dropFirst()) where b - a > 1e-6 {
      let steps = 400
      var integral = [0.0]
      for k in 0..<steps {
        let middle = a + (b - a) * (Double(k) + 0.5) / Double(steps)
        integral.append(integral[k] + (b - a) / Double(steps) / spacing(at: middle))
      }
      let cells = max(1, Int((integral[steps] - 1e-6).rounded(.up)))
      var k = 0
      for cell in stride(from: 1, to: cells, by: 1) {
        let wanted = integral[steps] * Double(cell) / Double(cells)
        while integral[k + 1] < wanted { k += 1 }
        let part = (wanted - integral[k]) / (integral[k + 1] - integral[k])
        result.append(a + (b - a) * (Double(k) + part) / Double(steps))
      }
      result.append(b)
    }
    return result
  }
}
