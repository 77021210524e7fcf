extension Resolved {
  /// The document as YAML, complete: read again it gives the same values without any preset, override or default.
  ///
  /// - Parameters:
  ///   - header: lines of comment at the top, without the "#".
  ///   - withOrigins: whether comments tell defaults, presets and overrides apart. Without them a document that is read again
  ///     and resolved again gives the same text.
  public func yaml(header: String? = nil, withOrigins: Bool = true) -> String {
    let comments = header.map { $0.split(separator: "\n", omittingEmptySubsequences: false).map { "# \($0)" } } ?? []
    guard case .section(let children, _) = root, !children.isEmpty else {
      return (comments + ["{}", ""]).joined(separator: "\n")
    }
    return (comments + Self.lines(of: children, withOrigins) + [""]).joined(separator: "\n")
  }

  private static func lines(of children: [(key: String, node: Node)], _ withOrigins: Bool) -> [String] {
    children.flatMap { lines(of: $0.node, after: "\(FlowText.scalar($0.key)):", withOrigins) }
  }

  /// The lines of a node, the first of which begins with its key.
  private static func lines(of node: Node, after key: String, _ withOrigins: Bool) -> [String] {
    switch node {
    case .none: return ["\(key) none"]
    case .value(let value): return lines(of: value, after: key, withOrigins)
    case .list(let items):
      guard !items.isEmpty else { return ["\(key) []"] }
      return [key] + items.flatMap { item in lines(ofItem: item, withOrigins) }.map { "  \($0)" }
    case .section(let children, let presetName):
      let comment = presetName.flatMap { withOrigins ? "  # preset \($0)" : nil } ?? ""
      guard !children.isEmpty else { return ["\(key) {}\(comment)"] }
      return ["\(key)\(comment)"] + lines(of: children, withOrigins).map { "  \($0)" }
    }
  }

  private static func lines(ofItem item: Node, _ withOrigins: Bool) -> [String] {
    guard case .section(let children, _) = item, !children.isEmpty else { return ["- {}"] }
    return lines(of: children, withOrigins).enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
  }

  private static func lines(of value: ResolvedValue, after key: String, _ withOrigins: Bool) -> [String] {
    let comment = withOrigins ? comment(for: value.origin) : ""
    let about = [
      value.provenance.map { ($0.kind.rawValue, FlowText.quoted($0.text)) },
      value.range.map { ("range", $0) },
    ].compactMap(\.self)
    if case .table(let rows) = value.content, !rows.isEmpty {
      let lines = rows.map { "\(FlowText.scalar($0.x)): \(FlowText.scalar($0.y))" }
      guard !about.isEmpty else { return ["\(key)\(comment)"] + lines.map { "  \($0)" } }
      return ["\(key)\(comment)", "  value:"] + lines.map { "    \($0)" } + about.map { "  \($0.0): \($0.1)" }
    }
    let text =
      switch value.content {
      case .plain(let text): FlowText.scalar(text)
      case .text(let text): FlowText.scalar(text, isText: true)
      case .list(let items, let texts):
        "[\(items.map { FlowText.scalar($0, isText: texts) }.joined(separator: ", "))]"
      case .table: "{}"
      }
    guard value.provenance != nil else { return ["\(key) \(text)\(comment)"] }
    return ["\(key) {value: \(text), \(about.map { "\($0.0): \($0.1)" }.joined(separator: ", "))}\(comment)"]
  }

  private static func comment(for origin: Origin) -> String {
    switch origin {
    case .file: ""
    case .preset(let name): "  # preset \(name)"
    case .byDefault: "  # default"
    case .override: "  # set from outside"
    }
  }
}

/// Writes scalars so that they are read back as the same text, inside braces and out.
enum FlowText {
  private static let reserved: Set<String> = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "none",
  ]

  /// A scalar, in quotation marks where it needs them.
  ///
  /// - Parameter isText: words, which must not look like a number, a truth value or nothing to anybody.
  static func scalar(_ text: String, isText: Bool = false) -> String { isPlain(text, isText) ? text : quoted(text) }

  private static func isPlain(_ text: String, _ isText: Bool) -> Bool {
    guard let first = text.first, let last = text.last, last != " ", !text.hasPrefix("---"), text != "-" else {
      return false
    }
    guard first.isLetter || (!isText && (first.isNumber || "+-./".contains(first))) else { return false }
    if text.hasPrefix("- ") || text.hasPrefix("...") || (isText && reserved.contains(text.lowercased())) {
      return false
    }
    return text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || "0"..."9" ~= $0 || " _-+./%^()µμ²".unicodeScalars.contains($0)
    }
  }

  /// A text in double quotation marks.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\u{0}"..<" ", "\u{7F}"..."\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}":
        let digits = String(scalar.value, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A whole tree on one line.
  static func text(of tree: Tree) -> String {
    switch tree.content {
    case .scalar(let text, let plain): plain && isPlain(text, false) ? text : quoted(text)
    case .sequence(let items): "[\(items.map(text(of:)).joined(separator: ", "))]"
    case .mapping, .items:
      "{\(tree.entries.map { "\(scalar($0.key)): \(text(of: $0.value))" }.joined(separator: ", "))}"
    }
  }
}
