/// A dipole's rate over a strip's width and height, known at few sizes: between them the polynomial through all of them in
/// each (Lagrange; three sizes make it quadratic).
public struct DipoleRateTable: Sendable, Hashable {
  /// The widths, in nanometres, no two alike; one stands for all.
  public let widthsNanometers: [Double]
  /// The heights, likewise.
  public let heightsNanometers: [Double]
  /// Row by row, one for each height, along the widths.
  public let rates: [DipoleRate]

  /// A table of one rate for each pair of sizes.
  public init(widthsNanometers: [Double], heightsNanometers: [Double], rates: [DipoleRate]) {
    precondition(rates.count == widthsNanometers.count * heightsNanometers.count && !rates.isEmpty)
    self.widthsNanometers = widthsNanometers
    self.heightsNanometers = heightsNanometers
    self.rates = rates
  }

  /// The rate at a size; exactly that of the table at the table's own.
  public func rate(widthNanometers width: Double, heightNanometers height: Double) -> DipoleRate {
    let across = Self.weights(widthsNanometers, at: width)
    let up = Self.weights(heightsNanometers, at: height)
    var sum = DipoleRate(x: 0, y: 0, z: 0)
    for (j, b) in up.enumerated() {
      for (i, a) in across.enumerated() {
        let rate = rates[j * across.count + i]
        sum = sum + DipoleRate(x: a * b * rate.x, y: a * b * rate.y, z: a * b * rate.z)
      }
    }
    return sum
  }

  private static func weights(_ nodes: [Double], at x: Double) -> [Double] {
    nodes.indices.map { i in
      nodes.indices.reduce(1) { $1 == i ? $0 : $0 * (x - nodes[$1]) / (nodes[i] - nodes[$1]) }
    }
  }
}
