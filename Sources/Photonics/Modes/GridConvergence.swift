internal import Glibc

/// The effective index of one mode on grids of which each has the cells of the last cut in four, and where they lead.
public struct GridConvergence: Sendable, Hashable {
  /// The effective index on each grid, the coarsest first.
  public let effectiveIndices: [Double]
  /// The mode on the finest grid.
  public let finest: GuidedMode

  /// The order p of the error, cell size to the power p, that the last three grids show; held between 1 (field singular
  /// at corners of high contrast) and 2 (flat interfaces). With only two grids 2, which strips and ribs nearly show.
  public var order: Double {
    let n = effectiveIndices
    guard n.count >= 3 else { return 2 }
    let ratio = (n[n.count - 2] - n[n.count - 3]) / (n[n.count - 1] - n[n.count - 2])
    return ratio > 0 ? min(max(log2(ratio), 1), 2) : 1
  }

  /// Richardson's extrapolation to cells of no size: n + (n − n₋₁)/(2^p − 1).
  public var extrapolated: Double {
    let n = effectiveIndices
    guard n.count >= 2 else { return n[0] }
    return n[n.count - 1] + (n[n.count - 1] - n[n.count - 2]) / (exp2(order) - 1)
  }

  /// How far the extrapolation goes beyond the finest grid: the size of the error to expect, not a bound.
  public var uncertainty: Double { abs(extrapolated - (effectiveIndices.last ?? 0)) }
}

extension ModeSolver {
  /// Follows a mode (0 for the highest effective index) over this grid and `halvings` finer ones. Each halving costs about
  /// six times the last solve.
  ///
  /// Throws `ModeError` as `mode(_:)` does.
  public func convergence(ofMode number: Int = 0, halvings: Int = 2) throws(ModeError) -> GridConvergence {
    var mode = try self.mode(number)
    var indices = [mode.effectiveIndex]
    for step in 0..<max(halvings, 0) {
      var solver = self
      solver.spacing = spacing.halved(step + 1)
      solver.symmetry = mode.symmetry
      let candidates = try solver.modes(3, .near(mode.effectiveIndex))
      guard let next = candidates.max(by: { $0.resemblance(to: mode) < $1.resemblance(to: mode) }) else {
        throw .noSuchMode(number: number, found: 0, cutoffIndex: cutoffIndex)
      }
      indices.append(next.effectiveIndex)
      mode = next
    }
    return GridConvergence(effectiveIndices: indices, finest: mode)
  }
}

extension GuidedMode {
  /// |∫ E_t · E_t′ dA|/√(∫|E_t|² ∫|E_t′|²), from samples at the middles of the other's cells: 1 for the same mode on another
  /// grid, 0 for an orthogonal one in a uniform medium.
  func resemblance(to other: GuidedMode) -> Double {
    let grid = other.field.grid
    var product = 0.0
    var mine = 0.0
    var theirs = 0.0
    for y in ModeGrid.middles(grid.y).enumerated() {
      for x in ModeGrid.middles(grid.x).enumerated() {
        guard let a = field.electric(x: x.element, y: y.element),
          let b = other.field.electric(x: x.element, y: y.element)
        else { continue }
        let area = grid.dx(x.offset) * grid.dy(y.offset)
        product += (a.x * b.x + a.y * b.y) * area
        mine += (a.x * a.x + a.y * a.y) * area
        theirs += (b.x * b.x + b.y * b.y) * area
      }
    }
    return abs(product) / (mine * theirs).squareRoot()
  }
}
