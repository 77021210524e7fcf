/// A small dense square matrix, for the tables that the fast engine prepares. Plain arithmetic only, so that its bits
/// are the same on every processor. (`Prediction` has its own, from GSL: the two share no code.)
struct SmallMatrix: Sendable {
  let size: Int
  var elements: [Double]

  init(size: Int) {
    self.size = size
    elements = [Double](repeating: 0, count: size * size)
  }

  static func identity(_ size: Int) -> SmallMatrix {
    var m = SmallMatrix(size: size)
    for i in 0..<size { m[i, i] = 1 }
    return m
  }

  subscript(row: Int, column: Int) -> Double {
    get { elements[row * size + column] }
    set { elements[row * size + column] = newValue }
  }

  static func * (a: SmallMatrix, b: SmallMatrix) -> SmallMatrix {
    var c = SmallMatrix(size: a.size)
    for i in 0..<a.size {
      for k in 0..<a.size where a[i, k] != 0 {
        for j in 0..<a.size { c[i, j] += a[i, k] * b[k, j] }
      }
    }
    return c
  }

  /// e to the power of this matrix times t: Taylor series of the scaled matrix, squared back (Moler and Van Loan, SIAM
  /// Rev. 45, 3, 2003, method 3).
  func exponential(times t: Double) -> SmallMatrix {
    var norm = 0.0
    for i in 0..<size { norm = max(norm, (0..<size).reduce(0) { $0 + abs(self[i, $1]) }) }
    var squarings = 0
    var scale = t
    while norm * scale > 0.25 {
      scale /= 2
      squarings += 1
    }
    var scaled = self
    for i in scaled.elements.indices { scaled.elements[i] *= scale }
    var sum = SmallMatrix.identity(size)
    var term = sum
    for n in 1...14 {
      term = term * scaled
      for i in term.elements.indices { term.elements[i] /= Double(n) }
      for i in sum.elements.indices { sum.elements[i] += term.elements[i] }
    }
    for _ in 0..<squarings { sum = sum * sum }
    return sum
  }

  /// The solution x of (this) x = right, by Gaussian elimination with row pivots.
  ///
  /// - Precondition: the matrix is not singular.
  func solve(_ right: [Double]) -> [Double] {
    var a = self
    var b = right
    for column in 0..<size {
      let pivot = (column..<size).max { abs(a[$0, column]) < abs(a[$1, column]) }!
      precondition(a[pivot, column] != 0, "singular matrix")
      if pivot != column {
        for j in 0..<size { (a[pivot, j], a[column, j]) = (a[column, j], a[pivot, j]) }
        b.swapAt(pivot, column)
      }
      for row in (column + 1)..<max(size, column + 1) {
        let factor = a[row, column] / a[column, column]
        if factor == 0 { continue }
        for j in column..<size { a[row, j] -= factor * a[column, j] }
        b[row] -= factor * b[column]
      }
    }
    var x = [Double](repeating: 0, count: size)
    for row in (0..<size).reversed() {
      let known = ((row + 1)..<max(size, row + 1)).reduce(0.0) { $0 + a[row, $1] * x[$1] }
      x[row] = (b[row] - known) / a[row, row]
    }
    return x
  }
}
