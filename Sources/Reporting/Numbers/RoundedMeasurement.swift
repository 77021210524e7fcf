/// A value and its standard uncertainty, rounded for reading: the uncertainty to two significant digits, the value to
/// the same decimal place.
///
///     RoundedMeasurement(0.143234, 0.00481).description   // "0.1432 ± 0.0048"
///     RoundedMeasurement(1234.5, 99.96).description       // "1230 ± 100"
///     RoundedMeasurement(3.21e-9, 4e-11).description      // "(3.210 ± 0.040)×10⁻⁹"
public struct RoundedMeasurement: Sendable, Hashable, CustomStringConvertible {
  /// The value as text, without the common power of ten.
  public let value: String
  /// The uncertainty as text, without the common power of ten. Nil when it is exactly zero: nothing is uncertain.
  public let uncertainty: String?
  /// The common power of ten; 0 when the numbers are written out.
  public let exponent: Int

  /// Rounds. An uncertainty that is negative or not finite is written "unknown"; a value that is not finite carries no
  /// uncertainty.
  public init(_ value: Double, _ uncertainty: Double) {
    guard value.isFinite else {
      self.value = NumberFormat.significant(value)
      self.uncertainty = nil
      exponent = 0
      return
    }
    guard uncertainty.isFinite, uncertainty > 0 else {
      self.value = NumberFormat.significant(value)
      self.uncertainty = uncertainty == 0 ? nil : "unknown"
      exponent = 0
      return
    }
    let size = NumberFormat.decimalExponent(of: max(value.magnitude, uncertainty), digits: 2)
    let common = size >= 6 || size < -3 ? size : 0
    let lastPlace = NumberFormat.decimalExponent(of: uncertainty, digits: 2) - 1
    exponent = common
    self.value = Self.text(value, lastPlace: lastPlace, common: common)
    self.uncertainty = Self.text(uncertainty, lastPlace: lastPlace, common: common)
  }

  /// "0.1432 ± 0.0048".
  public var description: String {
    let power = exponent == 0 ? "" : "×10" + NumberFormat.superscript(exponent)
    guard let uncertainty else { return value + power }
    let both = "\(value) ± \(uncertainty)"
    return exponent == 0 ? both : "(\(both))" + power
  }

  private static func text(_ number: Double, lastPlace: Int, common: Int) -> String {
    if lastPlace > common {
      return NumberFormat.fixed(
        NumberFormat.roundedTo(place: lastPlace - common, number / NumberFormat.powerOfTen(common)), places: 0)
    }
    let scaled = common >= 0 ? number / NumberFormat.powerOfTen(common) : number * NumberFormat.powerOfTen(-common)
    return NumberFormat.fixed(scaled, places: common - lastPlace)
  }
}

extension NumberFormat {
  /// "(0.1432 ± 0.0048) ns": see ``RoundedMeasurement``. The unit follows after a space, or not at all when it is empty.
  public static func measured(_ value: Double, uncertainty: Double, unit: String = "") -> String {
    let rounded = RoundedMeasurement(value, uncertainty)
    guard !unit.isEmpty else { return rounded.description }
    let needsBrackets = rounded.uncertainty != nil && rounded.exponent == 0
    return needsBrackets ? "(\(rounded)) \(unit)" : "\(rounded) \(unit)"
  }

  /// The places after the decimal point that show two digits of an uncertainty: 0.034 → 3, 12 → 0; 4 where there is none.
  public static func places(of uncertainty: Double) -> Int {
    guard uncertainty > 0, uncertainty.isFinite else { return 4 }
    return max(0, 1 - decimalExponent(of: uncertainty, digits: 2))
  }
}
