/// A number with its unit, as a person wrote it: `20.09 ns`, `5 MHz`, `0.4 dB/cm`, `0.95`.
///
/// The number stays in the unit it was given in, and converts on demand:
///
///     let lifetime = try Quantity("20.09 ns", expecting: .time)
///     lifetime.value(in: .picoseconds)  // 20090, exactly
public struct Quantity: Sendable, Hashable {
  /// The number in front of the unit.
  public let value: Double
  /// The unit in which it was given; kept until a conversion is asked for.
  public let unit: Unit

  /// A number in a unit; the number may be anything, also infinite.
  public init(_ value: Double, _ unit: Unit) {
    self.value = value
    self.unit = unit
  }

  /// The number in another unit of the same dimension.
  ///
  /// Between units that differ by a power of ten the result is the number nearest to the decimal a person would write:
  /// the decimal point is moved in the shortest decimal that stands for `value`, so no factor such as 1e-9 rounds.
  /// Same size, same number. Asking for a unit of another dimension is a fault of the program and stops it.
  public func value(in other: Unit) -> Double {
    precondition(
      unit.dimension == other.dimension,
      "\(self) is \(unit.dimension.phrase), not \(other.dimension.phrase)")
    let shift = unit.exponent - other.exponent
    if unit.multiplier == other.multiplier { return Self.shifted(value, byPowersOfTen: shift) }
    return Self.shifted(value * unit.multiplier, byPowersOfTen: shift) / other.multiplier
  }

  /// The same quantity in another unit of the same dimension.
  public func converted(to other: Unit) -> Quantity { Quantity(value(in: other), other) }

  /// Moves the decimal point of the shortest decimal that stands for `value`.
  static func shifted(_ value: Double, byPowersOfTen shift: Int) -> Double {
    guard shift != 0, value != 0, value.isFinite else { return value }
    let parts = value.description.split(separator: "e", maxSplits: 1)
    let exponent = parts.count == 2 ? Int(parts[1].drop { $0 == "+" }) ?? 0 : 0
    // A decimal numeral always parses; beyond the range of Double it gives infinity or zero.
    return Double("\(parts[0])e\(exponent + shift)") ?? value
  }
}

extension Quantity: CustomStringConvertible {
  /// The quantity as `Quantity.init(_:expecting:)` reads it back, to the last bit.
  public var description: String {
    let number = Self.text(of: value)
    return unit.symbol.isEmpty ? number : "\(number) \(unit.symbol)"
  }

  /// The shortest decimal that stands for `number`, without a trailing ".0".
  public static func text(of number: Double) -> String {
    let text = number.description
    if text.hasSuffix(".0") { return String(text.dropLast(2)) }
    return String(text.filter { $0 != "+" })
  }
}
