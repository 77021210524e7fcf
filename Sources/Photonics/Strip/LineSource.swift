/// Maxwell's equations in an open cross-section for sources that run along z as exp(i s k₀ z): ∇×∇×E − εE = J, lengths in
/// units of 1/k₀.
///
/// The transverse field alone is sought, with the operator A of `WaveOperator` in complex cells; the rest follows from the
/// divergence:
///
///     (A − s²) E_t = −J_t − ∇[ε⁻¹ ∇·J],   i s ε E_z = −∇·J − ∇·(ε E_t)
///
/// So modes, radiation and source see the same discrete equations.
struct LineSource: Sendable {
  let layers: AbsorbingLayers
  /// The operator right of a wall at x = 0, or in the whole window.
  let problem: WaveOperator
  /// The mirror at x = 0, if any.
  let mirror: Walls.Kind?
  private let matrix: ComplexColumns

  init(_ permittivity: Permittivity, layers: AbsorbingLayers, mirror: Walls.Kind?, k0: Double) throws(ModeError) {
    self.layers = layers
    self.mirror = mirror
    problem = WaveOperator(permittivity: permittivity, walls: Walls(left: mirror ?? .electric), k0: k0)
    matrix = try ComplexColumns(problem.matrix(layers.lengths))
  }

  /// The fields of sources at one s, by one factorization.
  func fields(of sources: [LineField], s: Complex) throws(ModeError) -> [LineField] {
    let factors = try ComplexFactorization(matrix, shift: s * s)
    var fields: [LineField] = []
    for source in sources {
      let divergence = divergence(of: source, s: s)
      let solution = try factors.solve(rightSide(source, divergence))
      fields.append(field(solution, divergence, s: s))
    }
    return fields
  }

  /// ∇·J on the nodes; zero on conducting walls.
  private func divergence(of source: LineField, s: Complex) -> [Complex] {
    let grid = layers.grid
    let (columns, width) = (grid.columns, grid.columns + 1)
    let (dualX, dualY) = (layers.lengths.dualX, layers.lengths.dualY)
    let along = Complex(0, 1) * s
    var result = [Complex](repeating: Complex(0), count: source.ez.count)
    for j in problem.firstRow...problem.lastRow {
      for i in problem.firstColumn...problem.lastColumn {
        let right = i < columns ? source.ex[j * columns + i] : Complex(0)
        let left = i > 0 ? source.ex[j * columns + i - 1] : Complex(0)
        let up = j < grid.rows ? source.ey[j * width + i] : Complex(0)
        let down = j > 0 ? source.ey[(j - 1) * width + i] : Complex(0)
        result[j * width + i] =
          (right - left) / dualX[i] + (up - down) / dualY[j] + along * source.ez[j * width + i]
      }
    }
    return result
  }

  /// −J_t − ∇[ε⁻¹ ∇·J].
  private func rightSide(_ source: LineField, _ divergence: [Complex]) -> [Complex] {
    let grid = layers.grid
    let (columns, width) = (grid.columns, grid.columns + 1)
    let permittivity = problem.permittivity
    let charge = (0...grid.rows).flatMap { j in
      (0...columns).map { i in
        let here = divergence[j * width + i]
        return here == Complex(0) ? here : here / permittivity.z(i, j)
      }
    }
    var right = [Complex](repeating: Complex(0), count: problem.unknowns)
    for j in problem.firstRow...problem.lastRow {
      for i in 0..<columns {
        guard let row = problem.ex(i, j) else { continue }
        let node = j * width + i
        right[row] = -source.ex[j * columns + i] - (charge[node + 1] - charge[node]) / layers.lengths.dx[i]
      }
    }
    for j in 0..<grid.rows {
      for i in problem.firstColumn...problem.lastColumn {
        guard let row = problem.ey(i, j) else { continue }
        let node = j * width + i
        right[row] = -source.ey[node] - (charge[node + width] - charge[node]) / layers.lengths.dy[j]
      }
    }
    return right
  }

  /// All three components from a solution.
  private func field(_ solution: [Complex], _ sourceDivergence: [Complex], s: Complex) -> LineField {
    let grid = layers.grid
    let (columns, width) = (grid.columns, grid.columns + 1)
    let permittivity = problem.permittivity
    var field = LineField(grid)
    var flux = LineField(grid)
    for j in 0...grid.rows {
      for i in 0..<columns {
        guard let c = problem.ex(i, j) else { continue }
        field.ex[j * columns + i] = solution[c]
        flux.ex[j * columns + i] = permittivity.x(i, j) * solution[c]
      }
    }
    for j in 0..<grid.rows {
      for i in 0...columns {
        guard let c = problem.ey(i, j) else { continue }
        field.ey[j * width + i] = solution[c]
        flux.ey[j * width + i] = permittivity.y(i, j) * solution[c]
      }
    }
    let along = Complex(0, -1) / s
    let divergence = divergence(of: flux, s: s)
    for j in problem.firstRow...problem.lastRow {
      for i in problem.firstColumn...problem.lastColumn {
        let node = j * width + i
        field.ez[node] = -(along * (sourceDivergence[node] + divergence[node])) / permittivity.z(i, j)
      }
    }
    return field
  }
}
