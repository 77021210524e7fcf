public import Light

extension Section {
  /// A list of quantities, as numbers in `unit`. An absent list is empty unless `count` asks for items.
  ///
  /// - Parameter count: the least number of items.
  public func quantities(
    _ key: String, in unit: Quantity.Unit, range: Limits = .any, atLeast count: Int = 0,
    default fallback: Default<[Double]>? = nil
  ) -> [Double] {
    values(
      key, wanted: "a list of quantities such as '[\(unit.example)]'", atLeast: count, default: fallback,
      placeholder: range.placeholder, show: { .list($0.map { "\(Quantity($0, unit))" }, texts: false) },
      parse: { tree, path throws(Fault) in try tree.quantity(path, in: unit, range) })
  }

  /// A list of plain numbers.
  public func numbers(
    _ key: String, range: Limits = .any, atLeast count: Int = 0, default fallback: Default<[Double]>? = nil
  ) -> [Double] {
    values(
      key, wanted: "a list of numbers", atLeast: count, default: fallback, placeholder: range.placeholder,
      show: { .list($0.map { Quantity.text(of: $0) }, texts: false) },
      parse: { tree, path throws(Fault) in try tree.number(path, range) })
  }

  /// A list of texts.
  public func strings(
    _ key: String, atLeast count: Int = 0, default fallback: Default<[String]>? = nil
  ) -> [String] {
    values(
      key, wanted: "a list of texts", atLeast: count, default: fallback, placeholder: "",
      show: { .list($0, texts: true) },
      parse: { tree, path throws(Fault) in try tree.text(path) })
  }

  /// A list of words out of a few.
  public func choices(
    _ key: String, of words: [String], atLeast count: Int = 0, default fallback: Default<[String]>? = nil
  ) -> [String] {
    values(
      key, wanted: "a list of \(words.joined(separator: ", "))", atLeast: count, default: fallback,
      placeholder: words[0], show: { .list($0, texts: true) },
      parse: { tree, path throws(Fault) in try tree.choice(path, words) })
  }

  private func values<Value>(
    _ key: String, wanted: String, atLeast count: Int, default fallback: Default<[Value]>?, placeholder: Value,
    show: ([Value]) -> ResolvedValue.Content, parse: (Tree, String) throws(Fault) -> Parsed<Value>
  ) -> [Value] {
    if fallback == nil, count == 0, !has(key) {
      state.record.set(key, Record(.none))
      return []
    }
    return value(
      key, wanted: wanted, default: fallback, placeholder: Array(repeating: placeholder, count: count),
      show: { Parsed(value: $0, content: show($0)) },
      parse: { tree, path throws(Fault) in
        guard case .sequence(let items) = tree.content else {
          if tree.isReachedBeyond(path) { throw Leaf.noSuchPath(tree, because: "\(path) is a list") }
          throw Fault(place: tree.place, message: "\(path): expected \(wanted), found \(tree.found)")
        }
        guard items.count >= count else {
          throw Fault(
            place: tree.place, message: "\(path) needs at least \(counted(count, "item")), found \(items.count)")
        }
        var values: [Value] = []
        var texts: [String] = []
        var quoted = false
        for (index, item) in items.enumerated() {
          let parsed = try parse(item, "\(path)[\(index)]")
          values.append(parsed.value)
          switch parsed.content {
          case .plain(let text): texts.append(text)
          case .text(let text):
            texts.append(text)
            quoted = true
          case .list, .table: break
          }
        }
        return Parsed(value: values, content: .list(texts, texts: quoted))
      })
  }
}
