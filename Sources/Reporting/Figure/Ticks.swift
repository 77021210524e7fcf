/// The ticks of an axis: which values carry a label, which only a short line.
package struct Ticks: Equatable {
  /// A labelled tick.
  package struct Major: Equatable {
    package var value: Double
    package var label: String
    /// Raised digits behind the label: 10 with superscript 3.
    package var superscript = ""
  }

  package var major: [Major] = []
  package var minor: [Double] = []
  /// Labels are to be multiplied by this power of ten; 0 when they stand for themselves.
  package var exponent = 0

  package init(major: [Major] = [], minor: [Double] = [], exponent: Int = 0) {
    self.major = major
    self.minor = minor
    self.exponent = exponent
  }
}

/// Ticks at 1, 2 or 5 times a power of ten, about `count` intervals of them, for a finite `low` < `high`.
package func linearTicks(_ low: Double, _ high: Double, count: Int) -> Ticks {
  let raw = (high - low) / Double(max(1, count))
  guard raw.isFinite, raw >= 1e-290 else { return Ticks() }
  var power = Int(log10Floor(raw))
  let mantissa: Double
  switch raw / NumberFormat.powerOfTen(power) {
  case ..<1.414: mantissa = 1
  case ..<3.162: mantissa = 2
  case ..<7.071: mantissa = 5
  default:
    mantissa = 1
    power += 1
  }
  // Multiples are taken of whole numbers and scaled once, so that 0.3 is 0.3 and not 0.30000000000000004.
  func value(_ index: Double) -> Double {
    power < 0
      ? index * mantissa / NumberFormat.powerOfTen(-power) : index * mantissa * NumberFormat.powerOfTen(power)
  }
  let step = value(1)
  let first = (low / step - 1e-9).rounded(.up)
  let last = (high / step + 1e-9).rounded(.down)
  guard first <= last, last - first < 1000 else { return Ticks() }
  let values = stride(from: first, through: last, by: 1).map(value)

  let largest = values.reduce(0) { max($0, $1.magnitude) }
  let size = largest > 0 ? log10Floor(largest) : 0
  let exponent = size >= 5 || size < -2 ? Int((Double(size) / 3).rounded(.down)) * 3 : 0
  let scaled: (Double) -> Double = {
    exponent < 0 ? $0 * NumberFormat.powerOfTen(-exponent) : $0 / NumberFormat.powerOfTen(exponent)
  }
  let places = max(0, exponent - power)
  let pieces = mantissa == 2 ? 4.0 : 5.0
  let minor = stride(from: ((first - 1) * pieces), through: (last + 1) * pieces, by: 1)
    .filter { !$0.truncatingRemainder(dividingBy: pieces).isZero }
    .map { value($0) / pieces }
    .filter { $0 >= low && $0 <= high }
  return Ticks(
    major: values.map { .init(value: $0, label: tickLabel(scaled($0), places: places)) }, minor: minor,
    exponent: exponent)
}

/// Ticks of a logarithmic axis for 0 < `low` < `high`: decades as powers of ten with 2 to 9 between them; many decades
/// are thinned; within one decade 1, 2, 5 are labelled, and within less the ticks are the linear ones.
package func logTicks(_ low: Double, _ high: Double, count: Int) -> Ticks {
  guard low > 0, low < high, high.isFinite else { return Ticks() }
  let inside: (Double) -> Bool = { $0 >= low * (1 - 1e-9) && $0 <= high * (1 + 1e-9) }
  let powers = Array(log10Floor(low)...(log10Floor(high) + 1))
  let decades = powers.filter { inside(NumberFormat.powerOfTen($0)) }
  let between = powers.flatMap { power in (2...9).map { ($0, power) } }
  let scaled: (Int, Int) -> Double = { mantissa, power in
    power < 0
      ? Double(mantissa) / NumberFormat.powerOfTen(-power) : Double(mantissa) * NumberFormat.powerOfTen(power)
  }

  if decades.count >= 2 {
    let step = (decades.count + max(2, count) - 1) / max(2, count)
    let labelled = decades.filter { $0.isMultiple(of: step) }
    return Ticks(
      major: labelled.map { .init(value: NumberFormat.powerOfTen($0), label: "10", superscript: exponentText($0)) },
      minor: step == 1
        ? between.map(scaled).filter(inside)
        : decades.filter { !$0.isMultiple(of: step) }.map(NumberFormat.powerOfTen))
  }
  let all = powers.flatMap { power in [1, 2, 5].map { ($0, power) } }.filter { inside(scaled($0.0, $0.1)) }
  guard all.count >= 2 else { return linearTicks(low, high, count: count) }
  return Ticks(
    major: all.map { mantissa, power in
      let value = scaled(mantissa, power)
      if (-3...4).contains(power) {
        return .init(value: value, label: tickLabel(value, places: max(0, -power)))
      }
      return .init(value: value, label: mantissa == 1 ? "10" : "\(mantissa)×10", superscript: exponentText(power))
    },
    minor: between.filter { mantissa, _ in mantissa != 2 && mantissa != 5 }.map(scaled).filter(inside))
}

/// The power of ten at or below `value`, exact at the powers themselves.
func log10Floor(_ value: Double) -> Int {
  NumberFormat.decimalExponent(of: value, digits: 17)
}

/// Digits with a true minus sign, in groups of three from five digits on.
private func tickLabel(_ value: Double, places: Int) -> String {
  var text = NumberFormat.fixed(value, places: places)
  if places == 0, value.magnitude < 1e15 { text = NumberFormat.count(Int(value.rounded())) }
  return text.hasPrefix("-") ? "−" + text.dropFirst() : text
}

func exponentText(_ exponent: Int) -> String { exponent < 0 ? "−\(-exponent)" : String(exponent) }
