/// A quantity between 0 and 1 against wavelength, linear between the points of a table and constant outside it.
public struct EfficiencyCurve: Sendable, Hashable {
  /// Points of the table, by rising wavelength.
  public let wavelengthsNanometers: [Double]
  /// The value at each point.
  public let values: [Double]

  /// A table; stops the program when it is empty or its columns differ in length.
  ///
  /// - Parameters:
  ///   - wavelengthsNanometers: strictly rising, at least one.
  ///   - values: as many, each within 0 … 1.
  public init(wavelengthsNanometers: [Double], values: [Double]) {
    precondition(wavelengthsNanometers.count == values.count && !values.isEmpty, "a table needs points")
    self.wavelengthsNanometers = wavelengthsNanometers
    self.values = values
  }

  /// The same value at every wavelength.
  public init(constant: Double) {
    self.init(wavelengthsNanometers: [0], values: [constant])
  }

  /// The interpolated value; the time goes with the logarithm of the number of points.
  public func value(atNanometers wavelength: Double) -> Double {
    let above = firstIndex(above: wavelength)
    if above == values.count { return values[above - 1] }
    if above == 0 { return values[0] }
    let (x0, x1) = (wavelengthsNanometers[above - 1], wavelengthsNanometers[above])
    let (y0, y1) = (values[above - 1], values[above])
    return y0 + (y1 - y0) * (wavelength - x0) / (x1 - x0)
  }

  /// What is missing to 1 at every wavelength: the other port of a beamsplitter without loss.
  public var complement: EfficiencyCurve {
    EfficiencyCurve(wavelengthsNanometers: wavelengthsNanometers, values: values.map { 1 - $0 })
  }

  /// The points within an interval: the kinks of the curve there.
  func points(within interval: ClosedRange<Double>) -> ArraySlice<Double> {
    let start = firstIndex(above: interval.lowerBound)
    return wavelengthsNanometers[start..<max(start, firstIndex(above: interval.upperBound))]
  }

  /// The first point above a wavelength, by bisection; the number of points if there is none.
  private func firstIndex(above wavelength: Double) -> Int {
    var (low, high) = (0, wavelengthsNanometers.count)
    while low < high {
      let middle = (low + high) / 2
      if wavelengthsNanometers[middle] > wavelength { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
