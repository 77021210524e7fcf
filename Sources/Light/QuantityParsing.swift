extension Quantity {
  /// Reads a number and its unit; the space between them is optional.
  ///
  /// - Parameters:
  ///   - text: such as "20.09 ns", "532nm", "5e-16 cm^2", "1 µW", "50 %", "0.95".
  ///   - dimension: what the quantity must measure; anything when `nil`.
  /// - Throws: `QuantityError`, whose description is a sentence for the user.
  public init(_ text: some StringProtocol, expecting dimension: Dimension? = nil) throws(QuantityError) {
    try self.init(text, expecting: dimension, inTermsOf: dimension?.usualUnit)
  }

  /// Reads a number and its unit, which must convert to `unit`; the messages give examples in `unit`.
  public init(_ text: some StringProtocol, convertibleTo unit: Unit) throws(QuantityError) {
    try self.init(text, expecting: unit.dimension, inTermsOf: unit)
  }

  private init(
    _ text: some StringProtocol, expecting dimension: Dimension?, inTermsOf preferred: Unit?
  ) throws(QuantityError) {
    let found = String(trimmed(text))
    let expected = preferred.map { QuantityError.Expectation(phrase: $0.dimension.phrase, example: $0.example) }
    let (numeral, rest) = Self.splitNumeral(found)
    guard !numeral.isEmpty else {
      if Self.looksInfinite(found) { throw .notFinite(found: found) }
      throw .notAQuantity(found: found, expected: expected)
    }
    guard let value = Double(numeral), value.isFinite else { throw .notFinite(found: found) }
    let symbol = trimmed(rest)
    guard let unit = Unit(symbol: symbol) else {
      // "1,000 cps": not a number the way we write them
      if let first = symbol.first, ",._".contains(first) { throw .notAQuantity(found: found, expected: expected) }
      throw .unknownUnit(
        found: String(symbol), suggestion: Self.nearestUnit(to: String(symbol), in: dimension)?.symbol,
        alternatives: (dimension?.units ?? []).map(\.symbol))
    }
    if let preferred, let expected, unit.dimension != preferred.dimension {
      guard symbol.isEmpty else { throw .wrongDimension(found: found, actual: unit.dimension, expected: expected) }
      throw .missingUnit(
        found: found, dimension: preferred.dimension, example: "\(found) \(preferred.symbol)")
    }
    self.init(value, unit)
  }

  /// The longest beginning of `text` that is a decimal numeral, normalised for `Double`, and what follows it.
  private static func splitNumeral(_ text: String) -> (numeral: String, rest: Substring) {
    var numeral = ""
    var rest = text[...]
    func isDigit(_ character: Character?) -> Bool { character.map { "0"..."9" ~= $0 } ?? false }
    func takeDigits() -> Bool {
      let digits = rest.prefix(while: isDigit)
      numeral += digits
      rest = rest.dropFirst(digits.count)
      return !digits.isEmpty
    }
    if let sign = rest.first, "+-\u{2212}".contains(sign) {
      if sign != "+" { numeral += "-" }
      rest = rest.dropFirst()
    }
    var hasDigits = takeDigits()
    if !hasDigits { numeral += "0" }
    if rest.first == ".", hasDigits || isDigit(rest.dropFirst().first) {
      rest = rest.dropFirst()
      numeral += "."
      if takeDigits() { hasDigits = true } else { numeral += "0" }
    }
    guard hasDigits else { return ("", text[...]) }
    // "1e6 cps" has an exponent, "1 eV" has not
    if let e = rest.first, e == "e" || e == "E" {
      let sign = rest.dropFirst().prefix { "+-\u{2212}".contains($0) }
      let digits = rest.dropFirst(1 + sign.count).prefix(while: isDigit)
      if sign.count <= 1, !digits.isEmpty {
        numeral += "e" + (sign.isEmpty || sign == "+" ? "" : "-") + digits
        rest = rest.dropFirst(1 + sign.count + digits.count)
      }
    }
    return (numeral, rest)
  }

  /// Whether the text is one of the ways to write infinity or not-a-number.
  private static func looksInfinite(_ text: String) -> Bool {
    let word = text.lowercased().drop { "+-.".contains($0) }.prefix { $0.isLetter }
    return ["inf", "infinity", "nan"].contains(String(word))
  }

  /// The unit somebody meant by `found`: spelled out ("nanoseconds"), in other letter case, or mistyped.
  static func nearestUnit(to found: String, in dimension: Dimension?) -> Unit? {
    let candidates = dimension?.units ?? Unit.known
    if let spelled = UnitWords.unit(spelledOut: found), dimension == nil || spelled.dimension == dimension {
      return spelled
    }
    return nearestName(to: found, among: candidates.map(\.symbol).filter { !$0.isEmpty }, atMost: found.count / 2)
      .flatMap { Unit(symbol: $0) }
  }
}

/// Units spelled out in words, for suggestions only.
private enum UnitWords {
  static let bases = [
    "second": "s", "sec": "s", "meter": "m", "metre": "m", "hertz": "Hz", "watt": "W", "joule": "J",
    "electronvolt": "eV", "minute": "min", "hour": "h", "micron": "um", "percent": "%", "count": "cps",
  ]
  static let prefixes = [
    ("femto", "f"), ("pico", "p"), ("nano", "n"), ("micro", "u"), ("milli", "m"), ("centi", "c"), ("kilo", "k"),
    ("mega", "M"), ("giga", "G"), ("tera", "T"), ("f", "f"), ("p", "p"), ("n", "n"), ("u", "u"), ("m", "m"),
  ]

  static func unit(spelledOut text: String) -> Quantity.Unit? {
    var word = text.lowercased()
    if bases[word] == nil, word.hasSuffix("s") { word = String(word.dropLast()) }
    if let symbol = bases[word] { return Quantity.Unit(symbol: symbol) }
    for (prefix, letter) in prefixes where word.hasPrefix(prefix) {
      if let symbol = bases[String(word.dropFirst(prefix.count))] { return Quantity.Unit(symbol: letter + symbol) }
    }
    return nil
  }
}

/// `text` without the white space around it.
private func trimmed<Text: StringProtocol>(_ text: Text) -> Text.SubSequence {
  var rest = text[...]
  while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
  return rest.drop { $0.isWhitespace }
}
