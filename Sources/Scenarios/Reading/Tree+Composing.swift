import Yams

extension Tree {
  /// Parses a text into a tree.
  ///
  /// - Throws: one `Diagnostic`: a syntax error, a duplicate key, an empty text, or anything but a mapping at the top.
  static func document(_ text: String, file: String, origin: Origin) throws(Diagnostic) -> Tree {
    let start = Place(file: file, line: 1, column: 1)
    guard let tree = try compose(text, file: file, origin: origin), !tree.isBlank else {
      throw start.diagnostic("the file is empty")
    }
    guard tree.isMapping else {
      throw tree.place.diagnostic("the file must be a mapping of keys to values, found \(tree.found)")
    }
    return tree
  }

  /// Parses a text into a tree of any shape; `nil` when it holds nothing but comments.
  static func compose(_ text: String, file: String, origin: Origin) throws(Diagnostic) -> Tree? {
    do {
      var converter = Converter(file: file, origin: origin)
      return try Yams.compose(yaml: text, .default, .default, .utf8).map { node in try converter.tree(node) }
    } catch let diagnostic as Diagnostic {
      throw diagnostic
    } catch let error as YamlError {
      throw diagnostic(for: error, in: text, file: file)
    } catch {
      throw Diagnostic(file: file, message: "not valid YAML: \(error)")
    }
  }

  /// Our sentence for what the YAML library found wrong.
  private static func diagnostic(for error: YamlError, in text: String, file: String) -> Diagnostic {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let line = mark.line <= lines.count ? lines[mark.line - 1] : ""
      if let tab = line.prefix(while: \.isWhitespace).firstIndex(of: "\t") {
        let column = line.distance(from: line.startIndex, to: tab) + 1
        return Diagnostic(file: file, line: mark.line, column: column, message: "a tab cannot indent; use spaces")
      }
      // A quotation mark or bracket that nobody closed is found at the end of the text: point to where it opened.
      let isPastTheEnd = lines.dropFirst(mark.line - 1).allSatisfy { $0.allSatisfy(\.isWhitespace) }
      let mark = isPastTheEnd ? context?.mark ?? mark : mark
      let setting = context.map { " (\($0.text))" } ?? ""
      return Diagnostic(
        file: file, line: mark.line, column: mark.column, message: "not valid YAML: \(problem)\(setting)")
    case .composer(_, let problem, let mark, _):
      let message = problem.contains("another document") ? "only one YAML document in a file" : problem
      return Diagnostic(file: file, line: mark.line, column: mark.column, message: message)
    case .duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? ""
      let mark = context.mark
      guard let again = lineRepeating(key, after: mark, in: text) else {
        return Diagnostic(file: file, line: mark.line, column: mark.column, message: "duplicate key '\(key)'")
      }
      return Diagnostic(
        file: file, line: again, column: mark.column,
        message: "duplicate key '\(key)', already given in line \(mark.line)")
    case .reader(let problem, let offset, _, _):
      let before = offset.map { text.prefix($0) } ?? ""
      let line = before.count { $0 == "\n" } + 1
      let column = before.reversed().prefix { $0 != "\n" }.count + 1
      return Diagnostic(file: file, line: line, column: column, message: "not valid YAML: \(problem)")
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return Diagnostic(file: file, message: "not valid YAML: \(error)")
    }
  }

  /// The YAML library gives the first of two equal keys; in block style the second is easy to find.
  private static func lineRepeating(_ key: String, after mark: Mark, in text: String) -> Int? {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where index >= mark.line {
      let indent = line.prefix { $0 == " " }.count
      let content = line.dropFirst(indent)
      if content.isEmpty || content.hasPrefix("#") { continue }
      if indent < mark.column - 1 { return nil }
      if indent == mark.column - 1, content.hasPrefix("\(key):") { return index + 1 }
    }
    return nil
  }
}

/// Turns the library's nodes into ours.
private struct Converter {
  let file: String
  let origin: Origin
  /// Aliases share nodes, and a few lines of them can stand for billions.
  var budget = 100_000

  mutating func tree(_ node: Node) throws(Diagnostic) -> Tree {
    let place = Place(file: file, line: node.mark?.line, column: node.mark?.column)
    budget -= 1
    guard budget > 0 else { throw place.diagnostic("the document holds more than 100000 values") }
    switch node {
    case .scalar(let scalar):
      let plain = scalar.style == .plain || scalar.style == .any
      return Tree(content: .scalar(scalar.string, plain: plain), place: place, origin: origin)
    case .sequence(let sequence):
      var items: [Tree] = []
      for item in sequence { items.append(try tree(item)) }
      return Tree(content: .sequence(items), place: place, origin: origin)
    case .mapping(let mapping):
      var entries: [Tree.Entry] = []
      for (key, value) in mapping {
        let keyPlace = Place(file: file, line: key.mark?.line, column: key.mark?.column)
        guard let name = key.scalar?.string else { throw keyPlace.diagnostic("a key must be a text") }
        guard name != "<<" else { throw keyPlace.diagnostic("'<<' is not supported; use 'preset: NAME'") }
        entries.append(Tree.Entry(key: name, keyPlace: keyPlace, value: try tree(value)))
      }
      return Tree(content: .mapping(entries), place: place, origin: origin)
    case .alias:
      throw place.diagnostic("unresolved alias")
    }
  }
}
