import Glibc

/// Numbers as people read them: fixed decimals, value with uncertainty, rates, durations, counts.
///
/// Every function is pure and independent of the locale: the decimal sign is a point, the minus sign is ASCII, so that
/// the text may go into a table, a CSV file or a page alike. A number that does not exist is written as "undefined",
/// never as "nan".
public enum NumberFormat {
  /// `value` with exactly `places` digits after the decimal point; "-0.00" is written "0.00".
  ///
  /// The exact binary value is rounded to nearest, as C's `printf` does.
  public static func fixed(_ value: Double, places: Int) -> String {
    if let special = nonFinite(value) { return special }
    let text = printed("%.*f", places: max(0, places), value)
    let isZero = text.utf8.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    return isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text
  }

  /// `value` with `digits` significant digits; outside 0.001 to 10⁶ in powers of ten: "1.23×10⁻⁹".
  public static func significant(_ value: Double, digits: Int = 4) -> String {
    if let special = nonFinite(value) { return special }
    if value == 0 { return "0" }
    let digits = max(1, digits)
    let exponent = decimalExponent(of: value, digits: digits)
    if exponent < -3 || exponent >= 6 {
      return printed("%.*e", places: digits - 1, value).prefix { $0 != "e" } + "×10" + superscript(exponent)
    }
    return exponent >= digits - 1
      ? fixed(roundedTo(place: exponent - digits + 1, value), places: 0)
      : fixed(value, places: digits - 1 - exponent)
  }

  /// `fraction` of one in percent: 0.1432 → "14.3 %".
  public static func percent(_ fraction: Double, places: Int = 1) -> String {
    fixed(fraction * 100, places: places) + " %"
  }

  /// An integer with its digits in groups of three, parted by narrow no-break spaces: "12 345 678"; four digits stay
  /// together.
  public static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    guard digits.count > 4 else { return String(value) }
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index).isMultiple(of: 3) { text += "\u{202F}" }
      text.append(digit)
    }
    return text
  }

  /// The power of ten of the first digit of `value` after rounding to `digits` significant digits: 99.96 → 2 for three
  /// digits.
  static func decimalExponent(of value: Double, digits: Int) -> Int {
    let text = printed("%.*e", places: digits - 1, value)
    guard let mark = text.firstIndex(of: "e") else { return 0 }
    return Int(text[text.index(after: mark)...]) ?? 0
  }

  /// `value` rounded to a whole number of 10^place, for `place` ≥ 0.
  static func roundedTo(place: Int, _ value: Double) -> Double {
    let unit = powerOfTen(place)
    return (value / unit).rounded() * unit
  }

  /// 10^exponent, correctly rounded (which `pow` does not promise).
  static func powerOfTen(_ exponent: Int) -> Double {
    Double("1e\(exponent)") ?? (exponent < 0 ? 0 : .infinity)
  }

  /// An integer in raised digits: -9 → "⁻⁹".
  static func superscript(_ value: Int) -> String {
    let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return String(String(value).map { character in character.wholeNumberValue.map { raised[$0] } ?? "⁻" })
  }

  static func nonFinite(_ value: Double) -> String? {
    if value.isNaN { return "undefined" }
    if value.isInfinite { return value < 0 ? "-∞" : "∞" }
    return nil
  }

  private static func printed(_ format: String, places: Int, _ value: Double) -> String {
    withVaList([Int32(truncatingIfNeeded: min(places, 60)), value]) { arguments in
      var buffer = [CChar](repeating: 0, count: 400)  // 309 digits before the point, up to 60 behind it
      let length = vsnprintf(&buffer, buffer.count, format, arguments)
      return String(decoding: buffer.prefix(Int(max(0, length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
