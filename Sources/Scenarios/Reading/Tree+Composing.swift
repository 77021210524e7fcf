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
    let document: YAMLDocument
    do {
      guard let found = try YAMLDocument(text) else { return nil }
      document = found
    } catch {
      throw diagnostic(for: error, in: text, file: file)
    }
    var converter = Converter(file: file, origin: origin)
    return try converter.tree(YAMLDocument.root, of: document)
  }

  /// Our sentence for what the YAML library found wrong.
  private static func diagnostic(for fault: YAMLDocument.Fault, in text: String, file: String) -> Diagnostic {
    switch fault {
    case .syntax(let mark, let problem, let context):
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let line = mark.line <= lines.count ? lines[mark.line - 1] : ""
      if let tab = line.prefix(while: \.isWhitespace).firstIndex(of: "\t") {
        let column = line.distance(from: line.startIndex, to: tab) + 1
        return Diagnostic(file: file, line: mark.line, column: column, message: "a tab cannot indent; use spaces")
      }
      // A quotation mark or bracket that nobody closed is found at the end of the text: point to where it opened.
      let isPastTheEnd = lines.dropFirst(mark.line - 1).allSatisfy { $0.allSatisfy(\.isWhitespace) }
      let place = isPastTheEnd ? context?.mark ?? mark : mark
      let setting = context.map { " (\($0.text))" } ?? ""
      return Diagnostic(
        file: file, line: place.line, column: place.column, message: "not valid YAML: \(problem)\(setting)")
    case .composition(let mark, let problem):
      return Diagnostic(file: file, line: mark.line, column: mark.column, message: problem)
    case .bytes(let offset, let problem):
      let before = text.utf8.prefix(offset)
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count { $0 & 0xC0 != 0x80 } + 1
      return Diagnostic(file: file, line: line, column: column, message: "not valid YAML: \(problem)")
    case .memory:
      return Diagnostic(file: file, message: "there is no memory for it")
    }
  }
}

/// Turns the library's nodes into ours.
private struct Converter {
  let file: String
  let origin: Origin
  /// Aliases share nodes, and a few lines of them can stand for billions, or for themselves.
  var budget = 100_000
  var depth = 0

  mutating func tree(_ number: Int32, of document: borrowing YAMLDocument) throws(Diagnostic) -> Tree {
    let (node, mark) = document.node(number)
    let place = Place(file: file, line: mark.line, column: mark.column)
    budget -= 1
    guard budget > 0 else { throw place.diagnostic("the document holds more than 100000 values") }
    depth += 1
    defer { depth -= 1 }
    guard depth <= YAMLDocument.mostNested else {
      throw place.diagnostic("lists and sections nest more than \(YAMLDocument.mostNested) deep")
    }
    switch node {
    case .scalar(let text, let plain):
      return Tree(content: .scalar(text, plain: plain), place: place, origin: origin)
    case .sequence(let numbers):
      var items: [Tree] = []
      for item in numbers { items.append(try tree(item, of: document)) }
      return Tree(content: .sequence(items), place: place, origin: origin)
    case .mapping(let pairs):
      var entries: [Tree.Entry] = []
      var lines: [String: Int] = [:]
      for (key, value) in pairs {
        let (node, mark) = document.node(key)
        let keyPlace = Place(file: file, line: mark.line, column: mark.column)
        guard case .scalar(let name, _) = node else { throw keyPlace.diagnostic("a key must be a text") }
        guard name != "<<" else { throw keyPlace.diagnostic("'<<' is not supported; use 'preset: NAME'") }
        if let line = lines.updateValue(mark.line, forKey: name) {
          throw keyPlace.diagnostic("duplicate key '\(name)', already given in line \(line)")
        }
        entries.append(Tree.Entry(key: name, keyPlace: keyPlace, value: try tree(value, of: document)))
      }
      return Tree(content: .mapping(entries), place: place, origin: origin)
    }
  }
}
