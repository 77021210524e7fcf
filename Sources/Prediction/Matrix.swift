import CGSL

/// A dense real matrix on GSL: products, the matrix exponential (`gsl_linalg_exponential_ss`), linear systems (LU).
struct Matrix: Sendable {
  let rows: Int
  let columns: Int
  private(set) var elements: [Double]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    elements = [Double](repeating: 0, count: rows * columns)
  }

  static func identity(_ n: Int) -> Matrix {
    var m = Matrix(rows: n, columns: n)
    for i in 0..<n { m[i, i] = 1 }
    return m
  }

  /// A single column.
  init(column: [Double]) {
    self.init(rows: column.count, columns: 1)
    elements = column
  }

  subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.columns == b.rows, "matrix shapes do not fit")
    var c = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for k in 0..<a.columns {
        for j in 0..<b.columns { c[i, j] += a[i, k] * b[k, j] }
      }
    }
    return c
  }

  /// A row vector times this matrix.
  func leftMultiplied(by row: [Double]) -> [Double] {
    (0..<columns).map { j in (0..<rows).reduce(0.0) { $0 + row[$1] * self[$1, j] } }
  }

  /// e to the power of this matrix times t.
  func exponential(times t: Double) -> Matrix {
    let a = gsl_matrix_alloc(rows, rows)!
    let e = gsl_matrix_alloc(rows, rows)!
    defer {
      gsl_matrix_free(a)
      gsl_matrix_free(e)
    }
    for i in 0..<rows {
      for j in 0..<rows { gsl_matrix_set(a, i, j, self[i, j] * t) }
    }
    gsl_linalg_exponential_ss(a, e, gsl_mode_t(GSL_PREC_DOUBLE))
    var result = Matrix(rows: rows, columns: rows)
    for i in 0..<rows {
      for j in 0..<rows { result[i, j] = gsl_matrix_get(e, i, j) }
    }
    return result
  }

  /// The stationary row vector of a stochastic matrix: π (this) = π, Σ π = 1.
  func stationaryRow() -> [Double] {
    // Transposed balance equations; the last one is replaced by the normalisation.
    var balance = Matrix(rows: rows, columns: rows)
    for i in 0..<rows {
      for j in 0..<rows { balance[i, j] = i == rows - 1 ? 1 : self[j, i] - (i == j ? 1 : 0) }
    }
    return balance.solve((0..<rows).map { $0 == rows - 1 ? 1 : 0 })
  }

  /// The solution x of (this) x = right.
  func solve(_ right: [Double]) -> [Double] {
    let n = rows
    let a = gsl_matrix_alloc(n, n)!
    let b = gsl_vector_alloc(n)!
    let x = gsl_vector_alloc(n)!
    let permutation = gsl_permutation_alloc(n)!
    defer {
      gsl_matrix_free(a)
      gsl_vector_free(b)
      gsl_vector_free(x)
      gsl_permutation_free(permutation)
    }
    for i in 0..<n {
      gsl_vector_set(b, i, right[i])
      for j in 0..<n { gsl_matrix_set(a, i, j, self[i, j]) }
    }
    var sign: Int32 = 0
    gsl_linalg_LU_decomp(a, permutation, &sign)
    gsl_linalg_LU_solve(a, permutation, b, x)
    return (0..<n).map { gsl_vector_get(x, $0) }
  }

  /// The cosine of an angle in radians.
  static func cosine(_ angle: Double) -> Double { gsl_sf_cos(angle) }

  /// Puts a block into this matrix.
  mutating func place(_ block: Matrix, row: Int, column: Int) {
    for i in 0..<block.rows {
      for j in 0..<block.columns { self[row + i, column + j] = block[i, j] }
    }
  }

  /// A block of this matrix.
  func block(row: Int, column: Int, rows: Int, columns: Int) -> Matrix {
    var result = Matrix(rows: rows, columns: columns)
    for i in 0..<rows {
      for j in 0..<columns { result[i, j] = self[row + i, column + j] }
    }
    return result
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
