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

  /// The interpolated value.
  public func value(atNanometers wavelength: Double) -> Double {
    guard let above = wavelengthsNanometers.firstIndex(where: { $0 > wavelength }) else { return values.last! }
    if above == 0 { return values[0] }
    let (x0, x1) = (wavelengthsNanometers[above - 1], wavelengthsNanometers[above])
    let (y0, y1) = (values[above - 1], values[above])
    return y0 + (y1 - y0) * (wavelength - x0) / (x1 - x0)
  }
}
