/// A law of times given by a table: a density that is linear between its rows and zero outside them. A measured instrument
/// response, or measured delays of afterpulses. The rows need not be normalised.
public struct TabulatedDensity: Sendable, Hashable {
  /// The times of the rows, rising, in nanoseconds.
  public let nanoseconds: [Double]
  /// The density at each, in any unit; none negative, at least one above zero.
  public let densities: [Double]

  /// A law by its rows; stops the program unless there are two or more of them, as many densities as times, and an area
  /// above zero.
  public init(nanoseconds: [Double], densities: [Double]) {
    self.nanoseconds = nanoseconds
    self.densities = densities
    precondition(
      nanoseconds.count == densities.count && nanoseconds.count > 1 && areas.reduce(0, +) > 0,
      "a tabulated density needs two rows and an area")
  }

  /// The area under each stretch between two rows.
  public var areas: [Double] {
    (1..<nanoseconds.count).map { i in
      let width = nanoseconds[i] - nanoseconds[i - 1]
      return (densities[i - 1] + densities[i]) / 2 * width
    }
  }

  /// The mean time, in nanoseconds.
  public var meanNanoseconds: Double {
    let areas = areas
    var sum = 0.0
    for (i, area) in areas.enumerated() where area > 0 {
      let (a, b) = (densities[i], densities[i + 1])
      let (x, y) = (nanoseconds[i], nanoseconds[i + 1])
      // The centroid of a trapezoid.
      sum += area * (x + (y - x) * (a + 2 * b) / (3 * (a + b)))
    }
    return sum / areas.reduce(0, +)
  }

  /// The share of times before a time, in nanoseconds.
  public func shareBefore(_ time: Double) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (i, area) in areas.enumerated() {
      total += area
      let (x, width) = (nanoseconds[i], nanoseconds[i + 1] - nanoseconds[i])
      let part = min(1, max(0, (time - x) / width))
      sum += width * part * (densities[i] + (densities[i + 1] - densities[i]) * part / 2)
    }
    return sum / total
  }
}
