public import Light

extension Section {
  /// A quantity, as a number in `unit`.
  ///
  ///     let lifetime = section.quantity("lifetime", in: .nanoseconds, range: .positive)
  ///
  /// - Parameters:
  ///   - unit: the unit of the result; the user may write any unit of the same dimension.
  ///   - range: what is accepted, in `unit`.
  ///   - fallback: the value, in `unit`, when the key is not written; without it the key is required.
  public func quantity(
    _ key: String, in unit: Quantity.Unit, range: Limits = .any, default fallback: Default<Double>? = nil
  ) -> Double {
    value(
      key, wanted: unit.wanted, default: fallback, placeholder: range.placeholder,
      show: { Parsed(value: $0, content: .plain("\(Quantity($0, unit))"), number: $0, unit: unit.symbol) },
      parse: { tree, path throws(Fault) in try tree.quantity(path, in: unit, range) })
  }

  /// A quantity that may be absent or `none`.
  public func optionalQuantity(_ key: String, in unit: Quantity.Unit, range: Limits = .any) -> Double? {
    optionalValue(key, wanted: unit.wanted) { tree, path throws(Fault) in try tree.quantity(path, in: unit, range) }
  }

  /// A quantity that may measure one of several things, such as a width given as a length or as an energy.
  ///
  /// - Parameter dimensions: at least one.
  public func quantity(
    _ key: String, of dimensions: [Quantity.Dimension], default fallback: Default<Quantity>? = nil
  ) -> Quantity {
    let wanted = dimensions.map { "\($0.phrase) such as '\($0.example)'" }.joined(separator: " or ")
    return value(
      key, wanted: wanted, default: fallback, placeholder: Quantity(1, dimensions[0].usualUnit),
      show: { Parsed(value: $0, content: .plain("\($0)"), number: $0.value, unit: $0.unit.symbol) },
      parse: { tree, path throws(Fault) in
        let text = try tree.scalar(path, wanted)
        let quantity: Quantity
        do { quantity = try Quantity(text) } catch { throw Fault(place: tree.place, message: "\(path): \(error)") }
        guard dimensions.contains(quantity.unit.dimension) else {
          let what = quantity.unit == .one ? "a number without unit" : quantity.unit.dimension.phrase
          throw Fault(place: tree.place, message: "\(path): expected \(wanted), found '\(text)' (\(what))")
        }
        return Parsed(value: quantity, content: .plain(text), number: quantity.value, unit: quantity.unit.symbol)
      })
  }

  /// A fraction, written as `0.95` or `95 %`.
  public func fraction(
    _ key: String, range: Limits = .between(0...1), default fallback: Default<Double>? = nil
  ) -> Double {
    quantity(key, in: .one, range: range, default: fallback)
  }

  /// A fraction that may be absent or `none`.
  public func optionalFraction(_ key: String, range: Limits = .between(0...1)) -> Double? {
    optionalQuantity(key, in: .one, range: range)
  }

  /// A plain number, without unit and without "%".
  public func number(_ key: String, range: Limits = .any, default fallback: Default<Double>? = nil) -> Double {
    value(
      key, wanted: "a number", default: fallback, placeholder: range.placeholder,
      show: { Parsed(value: $0, content: .plain(Quantity.text(of: $0)), number: $0) },
      parse: { tree, path throws(Fault) in try tree.number(path, range) })
  }

  /// A plain number that may be absent or `none`.
  public func optionalNumber(_ key: String, range: Limits = .any) -> Double? {
    optionalValue(key, wanted: "a number") { tree, path throws(Fault) in try tree.number(path, range) }
  }

  /// A whole number; `1e6` is one.
  public func integer(_ key: String, range: Limits = .any, default fallback: Default<Int>? = nil) -> Int {
    value(
      key, wanted: "a whole number", default: fallback, placeholder: Int(range.placeholder.rounded(.up)),
      show: { Parsed(value: $0, content: .plain("\($0)"), number: Double($0)) },
      parse: { tree, path throws(Fault) in try tree.integer(path, range) })
  }

  /// A whole number that may be absent or `none`.
  public func optionalInteger(_ key: String, range: Limits = .any) -> Int? {
    optionalValue(key, wanted: "a whole number") { tree, path throws(Fault) in try tree.integer(path, range) }
  }

  /// Any text that is not empty.
  public func string(_ key: String, default fallback: Default<String>? = nil) -> String {
    value(
      key, wanted: "a text", default: fallback, placeholder: "", noneIsText: true,
      show: { Parsed(value: $0, content: .text($0)) },
      parse: { tree, path throws(Fault) in try tree.text(path) })
  }

  /// A text that may be absent or `none`.
  public func optionalString(_ key: String) -> String? {
    optionalValue(key, wanted: "a text") { tree, path throws(Fault) in try tree.text(path) }
  }

  /// One of a few words.
  ///
  /// - Parameter words: at least one; the first is what a faulty document reads as.
  public func choice(_ key: String, of words: [String], default fallback: Default<String>? = nil) -> String {
    value(
      key, wanted: "one of \(words.joined(separator: ", "))", default: fallback, placeholder: words[0],
      noneIsText: true, show: { Parsed(value: $0, content: .text($0)) },
      parse: { tree, path throws(Fault) in
        do throws(Fault) {
          return try tree.choice(path, words)
        } catch {
          // Which keys a section takes often hangs on such a word: report it alone.
          state.isDoubtful = true
          throw error
        }
      })
  }

  /// One of the cases of an enumeration, by raw value.
  public func choice<Word: RawRepresentable<String> & CaseIterable>(
    _ key: String, of type: Word.Type, default fallback: Default<Word>? = nil
  ) -> Word {
    let word = choice(
      key, of: type.allCases.map(\.rawValue),
      default: fallback.map { Default($0.value.rawValue, $0.provenance) })
    return type.allCases.first { $0.rawValue == word }!
  }

  /// `true` or `false`; `yes`, `no`, `on` and `off` are understood.
  public func boolean(_ key: String, default fallback: Default<Bool>? = nil) -> Bool {
    value(
      key, wanted: "true or false", default: fallback, placeholder: false,
      show: { Parsed(value: $0, content: .plain("\($0)")) },
      parse: { tree, path throws(Fault) in
        let text = try tree.scalar(path, "true or false")
        switch text.lowercased() {
        case "true", "yes", "on": return Parsed(value: true, content: .plain("true"))
        case "false", "no", "off": return Parsed(value: false, content: .plain("false"))
        default: throw Fault(place: tree.place, message: "\(path): expected true or false, found '\(text)'")
        }
      })
  }
}

extension Quantity.Unit {
  /// "a time such as '20 ns'".
  var wanted: String { "\(dimension.phrase) such as '\(example)'" }
}

extension Tree {
  /// The text of a scalar; anything else is a fault.
  func scalar(_ path: String, _ wanted: String) throws(Fault) -> String {
    guard case .scalar(let text, _) = content else {
      if isReachedBeyond(path) { throw Leaf.noSuchPath(self, because: "\(path) is a value") }
      throw Fault(place: place, message: "\(path): expected \(wanted), found \(found)")
    }
    return text
  }

  func quantity(_ path: String, in unit: Quantity.Unit, _ range: Limits) throws(Fault) -> Section.Parsed<Double> {
    let text = try scalar(path, unit.wanted)
    let number: Double
    do throws(QuantityError) {
      number = try Quantity(text, convertibleTo: unit).value(in: unit)
    } catch {
      throw Fault(place: place, message: "\(path): \(error)")
    }
    guard number.isFinite else { throw Fault(place: place, message: "\(path): '\(text)' is not a finite number") }
    guard range.contains(number) else {
      throw Fault(place: place, message: "\(path) must be \(range.phrase(in: unit)), found \(text)")
    }
    return Section.Parsed(value: number, content: .plain(text), number: number, unit: unit.symbol)
  }

  func number(_ path: String, _ range: Limits) throws(Fault) -> Section.Parsed<Double> {
    let text = try scalar(path, "a number")
    let expected = Fault(place: place, message: "\(path): expected a number, found '\(text)'")
    let quantity: Quantity
    do throws(QuantityError) {
      quantity = try Quantity(text)
    } catch .notFinite(let found) {
      throw Fault(place: place, message: "\(path): '\(found)' is not a finite number")
    } catch {
      throw expected
    }
    guard quantity.unit == .one else { throw expected }
    guard range.contains(quantity.value) else {
      throw Fault(place: place, message: "\(path) must be \(range.phrase(in: .one)), found \(text)")
    }
    return Section.Parsed(value: quantity.value, content: .plain(text), number: quantity.value)
  }

  func integer(_ path: String, _ range: Limits) throws(Fault) -> Section.Parsed<Int> {
    let text = try scalar(path, "a whole number")
    let whole = Int(text) ?? (try? Quantity(text)).flatMap { $0.unit == .one ? Int(exactly: $0.value) : nil }
    guard let whole else {
      throw Fault(place: place, message: "\(path): expected a whole number, found '\(text)'")
    }
    guard range.contains(Double(whole)) else {
      throw Fault(place: place, message: "\(path) must be \(range.phrase(in: .one)), found \(text)")
    }
    return Section.Parsed(value: whole, content: .plain(text), number: Double(whole))
  }

  func text(_ path: String) throws(Fault) -> Section.Parsed<String> {
    let text = try scalar(path, "a text")
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw Fault(place: place, message: "\(path): expected a text, found an empty one")
    }
    return Section.Parsed(value: text, content: .text(text))
  }

  func choice(_ path: String, _ words: [String]) throws(Fault) -> Section.Parsed<String> {
    let text = try scalar(path, "one of \(words.joined(separator: ", "))")
    guard words.contains(text) else {
      let near = nearestName(to: text, among: words)
      let hint = near.map { "did you mean '\($0)'?" } ?? "use one of \(words.joined(separator: ", "))"
      throw Fault(place: place, message: "unknown \(path) '\(text)'; \(hint)")
    }
    return Section.Parsed(value: text, content: .text(text))
  }
}
