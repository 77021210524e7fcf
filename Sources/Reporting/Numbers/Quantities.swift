extension NumberFormat {
  /// A quantity with a decimal prefix before its unit: `quantity(5e6, unit: "Hz")` → "5.00 MHz".
  ///
  /// Prefixes run from femto to tera; rounding moves on to the next one ("1.00 kHz", not "1000 Hz").
  public static func quantity(_ value: Double, unit: String, digits: Int = 3) -> String {
    prefixed(value, unit: unit, digits: digits, smallest: -5)
  }

  /// A count rate: 4210 → "4.21 kcps" (thousand counts per second). Below one count per second no prefix is used.
  public static func rate(_ countsPerSecond: Double, digits: Int = 3) -> String {
    prefixed(countsPerSecond, unit: "cps", digits: digits, smallest: 0)
  }

  /// A span of time in the two largest units that say something: "350 ms", "4.2 s", "2 min 05 s", "1 h 02 min",
  /// "3 d 04 h".
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite else { return seconds.isNaN ? "undefined" : nonFinite(seconds) ?? "" }
    if seconds < 0 { return "-" + duration(seconds: -seconds) }
    if seconds == 0 { return "0 s" }
    if seconds < 0.9995 { return quantity(seconds, unit: "s") }
    if seconds < 9.95 { return fixed(seconds, places: 1) + " s" }
    if seconds < 59.5 { return fixed(seconds, places: 0) + " s" }
    guard seconds < 1e15 else { return significant(seconds) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    let minutes = Int((seconds / 60).rounded())
    if minutes < 24 * 60 { return "\(minutes / 60) h \(twoDigits(minutes % 60)) min" }
    let hours = Int((seconds / 3600).rounded())
    return "\(hours / 24) d \(twoDigits(hours % 24)) h"
  }

  private static func prefixed(_ value: Double, unit: String, digits: Int, smallest: Int) -> String {
    if let special = nonFinite(value) { return "\(special) \(unit)" }
    if value == 0 { return "0 \(unit)" }
    let digits = max(3, digits)
    let exponent = decimalExponent(of: value, digits: digits)
    let thousands = min(max(Int((Double(exponent) / 3).rounded(.down)), smallest), 4)
    let prefix = ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T"][thousands + 5]
    let scaled = thousands < 0 ? value * powerOfTen(-3 * thousands) : value / powerOfTen(3 * thousands)
    return "\(significant(scaled, digits: digits)) \(prefix)\(unit)"
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
