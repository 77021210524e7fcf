extension ModeField {
  /// ∫ Re(E × H*)_z dA; 1 once normalised.
  func power() -> Double { overlap(with: self) ?? 0 }

  /// ∫ |H|² dA.
  func magneticEnergy() -> Double {
    let columns = grid.columns
    var sum = 0.0
    for j in 0..<grid.rows {
      let height = grid.dy(j)
      for i in 0...columns {
        let h = hx[j * (columns + 1) + i]
        sum += h * h * grid.dualX(i) * height
      }
      for i in 0..<columns { sum += hz[j * columns + i] * hz[j * columns + i] * grid.dx(i) * height }
    }
    for j in 0...grid.rows {
      for i in 0..<columns { sum += hy[j * columns + i] * hy[j * columns + i] * grid.dx(i) * grid.dualY(j) }
    }
    return sum
  }

  /// The share of every cell in ∫ |E_x|² dA, ∫ |E_y|² dA and ∫ |E_z|² dA: a quarter or half of each edge's value times the
  /// cell's area, so that the sums over all cells are the grid's own integrals.
  func electricCells() -> [(x: Double, y: Double, z: Double)] {
    let columns = grid.columns
    var cells: [(x: Double, y: Double, z: Double)] = []
    cells.reserveCapacity(columns * grid.rows)
    for j in 0..<grid.rows {
      for i in 0..<columns {
        let area = grid.dx(i) * grid.dy(j)
        let a = j * columns + i
        let b = j * (columns + 1) + i
        let x = ex[a] * ex[a] + ex[a + columns] * ex[a + columns]
        let y = ey[b] * ey[b] + ey[b + 1] * ey[b + 1]
        let c = b + columns + 1
        let z = ez[b] * ez[b] + ez[b + 1] * ez[b + 1] + ez[c] * ez[c] + ez[c + 1] * ez[c + 1]
        cells.append((x * area / 2, y * area / 2, z * area / 4))
      }
    }
    return cells
  }
}
