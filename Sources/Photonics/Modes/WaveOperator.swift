/// The eigenvalue problem of a lossless waveguide on a Yee grid, for the transverse electric field alone:
///
///     n_eff² E_t = ε E_t − k₀⁻² ∇×(∇×E_t) + k₀⁻² ∇[ε⁻¹ ∇·(ε E_t)]
///
/// E_z is eliminated by ∇·(εE) = 0, so no mode of zero frequency spoils the spectrum. A real, unsymmetric matrix of up to
/// 13 entries in a row. (Zhu and Brown, Opt. Express 10, 853 (2002), in its E-form.)
package struct WaveOperator {
  let grid: ModeGrid
  let permittivity: Permittivity
  let walls: Walls
  /// 2π/λ, per nanometre.
  let k0: Double

  /// The number of unknowns, Ex first.
  let unknowns: Int
  private let exCount: Int

  package init(permittivity: Permittivity, walls: Walls, k0: Double) {
    self.permittivity = permittivity
    self.walls = walls
    self.k0 = k0
    grid = permittivity.grid
    let rows = grid.rows
    let columns = grid.columns
    let innerRows = rows + 1 - (walls.bottom == .electric ? 1 : 0) - (walls.top == .electric ? 1 : 0)
    let innerColumns = columns + 1 - (walls.left == .electric ? 1 : 0) - (walls.right == .electric ? 1 : 0)
    exCount = columns * innerRows
    unknowns = exCount + innerColumns * rows
  }

  private var firstRow: Int { walls.bottom == .electric ? 1 : 0 }
  private var lastRow: Int { walls.top == .electric ? grid.rows - 1 : grid.rows }
  private var firstColumn: Int { walls.left == .electric ? 1 : 0 }
  private var lastColumn: Int { walls.right == .electric ? grid.columns - 1 : grid.columns }

  /// The unknown of Ex at (i+½, j), or `nil` where a wall holds it at zero.
  func ex(_ i: Int, _ j: Int) -> Int? {
    guard i >= 0, i < grid.columns, j >= firstRow, j <= lastRow else { return nil }
    return (j - firstRow) * grid.columns + i
  }

  /// The unknown of Ey at (i, j+½), or `nil` where a wall holds it at zero.
  func ey(_ i: Int, _ j: Int) -> Int? {
    guard j >= 0, j < grid.rows, i >= firstColumn, i <= lastColumn else { return nil }
    return exCount + j * (lastColumn - firstColumn + 1) + i - firstColumn
  }

  /// The matrix as triplets.
  package func matrix() -> Triplets {
    var m = Triplets(size: unknowns, reserving: 18 * unknowns)
    // Lengths in units of 1/k₀
    let dx = (0..<grid.columns).map { k0 * grid.dx($0) }
    let dy = (0..<grid.rows).map { k0 * grid.dy($0) }
    let dualX = (0...grid.columns).map { k0 * grid.dualX($0) }
    let dualY = (0...grid.rows).map { k0 * grid.dualY($0) }

    /// Adds `factor` × (∇×E)_z of cell (i, j) to a row; beyond a magnetic wall there is none.
    func addCurl(_ row: Int, _ i: Int, _ j: Int, _ factor: Double) {
      guard i >= 0, i < grid.columns, j >= 0, j < grid.rows else { return }
      if let c = ey(i + 1, j) { m.add(row, c, factor / dx[i]) }
      if let c = ey(i, j) { m.add(row, c, -factor / dx[i]) }
      if let c = ex(i, j + 1) { m.add(row, c, -factor / dy[j]) }
      if let c = ex(i, j) { m.add(row, c, factor / dy[j]) }
    }
    /// Adds `factor` × ε⁻¹ ∇·(εE_t) of node (i, j) to a row; on a conducting wall it is zero.
    func addDivergence(_ row: Int, _ i: Int, _ j: Int, _ factor: Double) {
      guard i >= firstColumn, i <= lastColumn, j >= firstRow, j <= lastRow else { return }
      let f = factor / permittivity.z(i, j)
      if let c = ex(i, j) { m.add(row, c, f * permittivity.x(i, j) / dualX[i]) }
      if let c = ex(i - 1, j) { m.add(row, c, -f * permittivity.x(i - 1, j) / dualX[i]) }
      if let c = ey(i, j) { m.add(row, c, f * permittivity.y(i, j) / dualY[j]) }
      if let c = ey(i, j - 1) { m.add(row, c, -f * permittivity.y(i, j - 1) / dualY[j]) }
    }
    for j in firstRow...lastRow {
      for i in 0..<grid.columns {
        guard let row = ex(i, j) else { continue }
        m.add(row, row, permittivity.x(i, j))
        addCurl(row, i, j, -1 / dualY[j])
        addCurl(row, i, j - 1, 1 / dualY[j])
        addDivergence(row, i + 1, j, 1 / dx[i])
        addDivergence(row, i, j, -1 / dx[i])
      }
    }
    for j in 0..<grid.rows {
      for i in firstColumn...lastColumn {
        guard let row = ey(i, j) else { continue }
        m.add(row, row, permittivity.y(i, j))
        addCurl(row, i, j, 1 / dualX[i])
        addCurl(row, i - 1, j, -1 / dualX[i])
        addDivergence(row, i, j + 1, 1 / dy[j])
        addDivergence(row, i, j, -1 / dy[j])
      }
    }
    return m
  }
}
