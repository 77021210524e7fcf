import Glibc

/// Delays with the digits that people type, twelve per decade from the rise time (or a two-hundredth of the end) to the
/// end.
public func gateDelaysNs(fromRise rise: Double, to end: Double) -> [Double] {
  func rounded(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
    let unit = pow(10, floor(log10(value)) - 1)
    // a quotient of whole numbers, so that 0.3 is 0.3
    return unit < 1 ? (value / unit).rounded(rule) / (1 / unit).rounded() : (value / unit).rounded(rule) * unit
  }
  guard end > 0 else { return [] }
  var delays: [Double] = []
  var delay = max(rise, end / 200)
  while delay < end / 1.1 {
    delays.append(rounded(delay, .toNearestOrEven))
    delay *= pow(10, 1.0 / 12)
  }
  return Set(delays.filter { $0 < end }).sorted() + [(end * 100).rounded(.down) / 100].filter { $0 > 0 }
}
