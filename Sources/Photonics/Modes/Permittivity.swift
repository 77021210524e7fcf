/// Relative permittivities on a Yee grid: averages over cells, and from them arithmetic averages on the edges, weighted by
/// the areas of the cells that share them. Across a line that lies on an interface this is exact for the tangential
/// components (the finite integration technique of T. Weiland, Arch. Elektron. Übertrag. 31, 116 (1977)).
package struct Permittivity: Sendable {
  let grid: ModeGrid
  /// Averages over cells, x running fastest.
  let cells: [Double]

  package init(_ section: CrossSection, on grid: ModeGrid) {
    self.grid = grid
    var cells = [Double]()
    cells.reserveCapacity(grid.columns * grid.rows)
    for j in 0..<grid.rows {
      for i in 0..<grid.columns {
        cells.append(Self.average(section, x: (grid.x[i], grid.x[i + 1]), y: (grid.y[j], grid.y[j + 1])))
      }
    }
    self.cells = cells
  }

  init(grid: ModeGrid, cells: [Double]) {
    self.grid = grid
    self.cells = cells
  }

  /// The whole window from its half right of x = 0.
  func unfolded() -> Permittivity {
    let width = grid.columns
    return Permittivity(
      grid: ModeGrid(x: grid.x.dropFirst().reversed().map { -$0 } + grid.x, y: grid.y),
      cells: stride(from: 0, to: cells.count, by: width).flatMap { start in
        cells[start..<start + width].reversed() + cells[start..<start + width]
      })
  }

  /// Averages on the grid of every second line; the last line stays.
  func coarsened() -> Permittivity {
    func thinned(_ lines: [Double]) -> [Int] { stride(from: 0, to: lines.count - 1, by: 2) + [lines.count - 1] }
    let columns = thinned(grid.x)
    let rows = thinned(grid.y)
    var means: [Double] = []
    for (bottom, top) in zip(rows, rows.dropFirst()) {
      for (left, right) in zip(columns, columns.dropFirst()) {
        var sum = 0.0
        for j in bottom..<top { for i in left..<right { sum += cell(i, j) * grid.dx(i) * grid.dy(j) } }
        means.append(sum / ((grid.x[right] - grid.x[left]) * (grid.y[top] - grid.y[bottom])))
      }
    }
    return Permittivity(grid: ModeGrid(x: columns.map { grid.x[$0] }, y: rows.map { grid.y[$0] }), cells: means)
  }

  /// The mean of n² over a cell. A cell whose corners and middle agree is uniform; one that an edge of the guide cuts is
  /// sampled at 16 × 16 points, one in a smooth profile at 3 × 3.
  private static func average(_ section: CrossSection, x: (Double, Double), y: (Double, Double)) -> Double {
    func mean(_ points: Int) -> Double {
      var sum = 0.0
      for b in 0..<points {
        for a in 0..<points {
          let n = section.index(
            x: x.0 + (x.1 - x.0) * (Double(a) + 0.5) / Double(points),
            y: y.0 + (y.1 - y.0) * (Double(b) + 0.5) / Double(points))
          sum += n * n
        }
      }
      return sum / Double(points * points)
    }
    guard let guide = section.guide, y.1 <= 0 else { return mean(1) }
    guard guide.isSharp else { return mean(3) }
    let corners = [(x.0, y.0), (x.0, y.1), (x.1, y.0), (x.1, y.1)].map { guide.contains(x: $0.0, depth: -$0.1 + 1e-9) }
    return corners.allSatisfy { $0 == corners[0] } ? mean(1) : mean(16)
  }

  /// The permittivity of a cell; outside the window that of the nearest cell, whose weight is then zero or irrelevant.
  package func cell(_ i: Int, _ j: Int) -> Double {
    cells[min(max(j, 0), grid.rows - 1) * grid.columns + min(max(i, 0), grid.columns - 1)]
  }

  /// On Ex's edge (i+½, j).
  package func x(_ i: Int, _ j: Int) -> Double {
    let below = j > 0 ? grid.dy(j - 1) : 0
    let above = j < grid.rows ? grid.dy(j) : 0
    return (cell(i, j - 1) * below + cell(i, j) * above) / (below + above)
  }

  /// On Ey's edge (i, j+½).
  func y(_ i: Int, _ j: Int) -> Double {
    let left = i > 0 ? grid.dx(i - 1) : 0
    let right = i < grid.columns ? grid.dx(i) : 0
    return (cell(i - 1, j) * left + cell(i, j) * right) / (left + right)
  }

  /// On Ez's node (i, j).
  func z(_ i: Int, _ j: Int) -> Double {
    let below = j > 0 ? grid.dy(j - 1) : 0
    let above = j < grid.rows ? grid.dy(j) : 0
    let lower = below > 0 ? y(i, j - 1) * below : 0
    let upper = above > 0 ? y(i, j) * above : 0
    return (lower + upper) / (below + above)
  }
}
