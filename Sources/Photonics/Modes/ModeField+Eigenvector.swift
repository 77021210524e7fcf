extension ModeField {
  /// All components from the transverse electric field of an eigenvector, by Maxwell's equations on the grid:
  ///
  ///     ez = ε⁻¹∇·(εE_t)/β,  H_x = −n Ey + ∂_y ez/k₀,  H_y = n Ex − ∂_x ez/k₀,  hz = −(∂_x Ey − ∂_y Ex)/k₀
  init(_ vector: [Double], effectiveIndex n: Double, of problem: WaveOperator) {
    let grid = problem.grid
    let permittivity = problem.permittivity
    let walls = problem.walls
    let k0 = problem.k0
    let columns = grid.columns
    let rows = grid.rows
    var ex = [Double](repeating: 0, count: columns * (rows + 1))
    var ey = [Double](repeating: 0, count: (columns + 1) * rows)
    var ez = [Double](repeating: 0, count: (columns + 1) * (rows + 1))
    for j in 0...rows { for i in 0..<columns { if let c = problem.ex(i, j) { ex[j * columns + i] = vector[c] } } }
    for j in 0..<rows { for i in 0...columns { if let c = problem.ey(i, j) { ey[j * (columns + 1) + i] = vector[c] } } }
    for j in 0...rows {
      if j == 0 && walls.bottom == .electric || j == rows && walls.top == .electric { continue }
      for i in 0...columns {
        if i == 0 && walls.left == .electric || i == columns && walls.right == .electric { continue }
        var sum = 0.0
        if i < columns { sum += permittivity.x(i, j) * ex[j * columns + i] / grid.dualX(i) }
        if i > 0 { sum -= permittivity.x(i - 1, j) * ex[j * columns + i - 1] / grid.dualX(i) }
        if j < rows { sum += permittivity.y(i, j) * ey[j * (columns + 1) + i] / grid.dualY(j) }
        if j > 0 { sum -= permittivity.y(i, j - 1) * ey[(j - 1) * (columns + 1) + i] / grid.dualY(j) }
        ez[j * (columns + 1) + i] = sum / (permittivity.z(i, j) * n * k0)
      }
    }
    var hx = ey.map { -n * $0 }
    var hy = ex.map { n * $0 }
    var hz = [Double](repeating: 0, count: columns * rows)
    for j in 0..<rows {
      for i in 0...columns {
        let here = j * (columns + 1) + i
        hx[here] += (ez[here + columns + 1] - ez[here]) / (grid.dy(j) * k0)
      }
      for i in 0..<columns {
        let dEy = (ey[j * (columns + 1) + i + 1] - ey[j * (columns + 1) + i]) / grid.dx(i)
        let dEx = (ex[(j + 1) * columns + i] - ex[j * columns + i]) / grid.dy(j)
        hz[j * columns + i] = -(dEy - dEx) / k0
      }
    }
    for j in 0...rows {
      for i in 0..<columns {
        let node = j * (columns + 1) + i
        hy[j * columns + i] -= (ez[node + 1] - ez[node]) / (grid.dx(i) * k0)
      }
    }
    self.init(grid: grid, ex: ex, ey: ey, ez: ez, hx: hx, hy: hy, hz: hz)
  }

  /// The whole window of a field computed right of a wall at x = 0. At a conductor Ex, Hy and Hz are even in x and the
  /// others odd; at its dual the other way round.
  func unfolded(at wall: Walls.Kind) -> ModeField {
    let even: Double = wall == .electric ? 1 : -1
    let whole = ModeGrid(x: grid.x.dropFirst().reversed().map { -$0 } + grid.x, y: grid.y)
    /// Values between the lines of x.
    func between(_ values: [Double], _ sign: Double) -> [Double] {
      let width = grid.columns
      return stride(from: 0, to: values.count, by: width).flatMap { start in
        let right = values[start..<start + width]
        return right.reversed().map { sign * $0 } + right
      }
    }
    /// Values on the lines of x.
    func on(_ values: [Double], _ sign: Double) -> [Double] {
      let width = grid.columns + 1
      return stride(from: 0, to: values.count, by: width).flatMap { start in
        let right = values[start..<start + width]
        return right.dropFirst().reversed().map { sign * $0 } + right
      }
    }
    return ModeField(
      grid: whole, ex: between(ex, even), ey: on(ey, -even), ez: on(ez, -even), hx: on(hx, -even),
      hy: between(hy, even),
      hz: between(hz, even))
  }
}
