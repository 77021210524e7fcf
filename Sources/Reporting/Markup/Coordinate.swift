/// A pixel coordinate with at most one decimal, always the same text for the same number: 12.34 → "12.3", 5.0 → "5".
///
/// Far outside any picture it is held at ±99 999, so that a path stays a path.
package func coordinate(_ value: Double) -> String {
  let tenths = Int((min(max(value, -99_999), 99_999) * 10).rounded())
  let sign = tenths < 0 ? "-" : ""
  let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
  return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
}
