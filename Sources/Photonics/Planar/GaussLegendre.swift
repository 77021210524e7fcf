import Glibc

/// Gauss–Legendre quadrature: exact for polynomials up to degree 2n − 1, and exponentially convergent for smooth functions.
struct GaussLegendre: Sendable {
  /// Rising, within −1 … 1.
  let nodes: [Double]
  /// One per node; they sum to 2.
  let weights: [Double]

  /// The rule with `count` ≥ 1 points, by Newton's iteration on the Legendre polynomial from Tricomi's estimate of its
  /// roots; accurate to a few units in the last place, quadratic in `count`.
  init(count: Int) {
    precondition(count >= 1, "a quadrature needs points")
    var nodes = [Double](repeating: 0, count: count)
    var weights = nodes
    for i in 0..<(count + 1) / 2 {
      var x = cos(.pi * (Double(i) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (previous, value) = (0.0, 1.0)
        for degree in 1...count {
          let n = Double(degree)
          (previous, value) = (value, ((2 * n - 1) * x * value - (n - 1) * previous) / n)
        }
        slope = Double(count) * (x * value - previous) / (x * x - 1)
        let step = value / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      let weight = 2 / ((1 - x * x) * slope * slope)
      (nodes[i], nodes[count - 1 - i]) = (-x, x)
      (weights[i], weights[count - 1 - i]) = (weight, weight)
    }
    self.nodes = nodes
    self.weights = weights
  }

  /// For the pieces of an adaptive quadrature.
  static let piece = GaussLegendre(count: 20)
}
