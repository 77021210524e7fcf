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

  var firstRow: Int { walls.bottom == .electric ? 1 : 0 }
  var lastRow: Int { walls.top == .electric ? grid.rows - 1 : grid.rows }
  var firstColumn: Int { walls.left == .electric ? 1 : 0 }
  var lastColumn: Int { walls.right == .electric ? grid.columns - 1 : grid.columns }

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
  package func matrix() -> Triplets<Double> {
    matrix(
      CellLengths(
        dx: (0..<grid.columns).map { k0 * grid.dx($0) }, dy: (0..<grid.rows).map { k0 * grid.dy($0) },
        dualX: (0...grid.columns).map { k0 * grid.dualX($0) }, dualY: (0...grid.rows).map { k0 * grid.dualY($0) }))
  }

  /// The matrix for cells of any length, complex ones among them.
  func matrix<Value: FieldNumber>(_ lengths: CellLengths<Value>) -> Triplets<Value> {
    var m = Triplets<Value>(size: unknowns, reserving: 18 * unknowns)
    let (dx, dy, dualX, dualY) = (lengths.dx, lengths.dy, lengths.dualX, lengths.dualY)
    let one = Value.one

    /// Adds `factor` × (∇×E)_z of cell (i, j) to a row; beyond a magnetic wall there is none.
    func addCurl(_ row: Int, _ i: Int, _ j: Int, _ factor: Value) {
      guard i >= 0, i < grid.columns, j >= 0, j < grid.rows else { return }
      if let c = ey(i + 1, j) { m.add(row, c, factor / dx[i]) }
      if let c = ey(i, j) { m.add(row, c, -factor / dx[i]) }
      if let c = ex(i, j + 1) { m.add(row, c, -factor / dy[j]) }
      if let c = ex(i, j) { m.add(row, c, factor / dy[j]) }
    }
    /// Adds `factor` × ε⁻¹ ∇·(εE_t) of node (i, j) to a row; on a conducting wall it is zero.
    func addDivergence(_ row: Int, _ i: Int, _ j: Int, _ factor: Value) {
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
        m.add(row, row, one * permittivity.x(i, j))
        addCurl(row, i, j, -(one / dualY[j]))
        addCurl(row, i, j - 1, one / dualY[j])
        addDivergence(row, i + 1, j, one / dx[i])
        addDivergence(row, i, j, -(one / dx[i]))
      }
    }
    for j in 0..<grid.rows {
      for i in firstColumn...lastColumn {
        guard let row = ey(i, j) else { continue }
        m.add(row, row, one * permittivity.y(i, j))
        addCurl(row, i, j, one / dualX[i])
        addCurl(row, i - 1, j, -(one / dualX[i]))
        addDivergence(row, i, j + 1, one / dy[j])
        addDivergence(row, i, j, -(one / dy[j]))
      }
    }
    return m
  }
}

/// The sizes of a Yee grid's cells in units of 1/k₀; "dual" are those around its lines.
struct CellLengths<Value: FieldNumber>: Sendable {
  var dx, dy, dualX, dualY: [Value]
}
