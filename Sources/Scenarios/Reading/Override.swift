/// A value set from outside the document, such as by `--set filter.bandwidth="10 nm"` or by a sweep.
public struct Override: Sendable, Hashable {
  /// Keys separated by dots, items of lists by number: `detectors[0].dark_counts` or `detectors.0.dark_counts`.
  public let path: String
  /// The value as it would stand in the document.
  public let value: String
  /// What messages call the place; "--set PATH" unless told.
  public let label: String

  /// A value laid over the key at `path`; a malformed path is reported when the document is read.
  public init(_ path: String, _ value: String, label: String? = nil) {
    self.path = path
    self.value = value
    self.label = label ?? "--set \(path)"
  }

  /// Reads "filter.bandwidth = 10 nm".
  public init(parsing text: String) throws(Diagnostic) {
    func trimmed(_ text: Substring) -> String {
      String(String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)).reversed())
    }
    guard let equals = text.firstIndex(of: "=") else {
      throw Diagnostic(file: "--set", message: "expected PATH=VALUE such as 'filter.bandwidth=10 nm', found '\(text)'")
    }
    self.init(trimmed(text[..<equals]), trimmed(text[text.index(after: equals)...]))
  }
}

extension Override {
  enum Step: Hashable {
    case key(String)
    case item(Int)
  }

  var place: Place { Place(file: label) }

  /// The path taken apart.
  func steps() throws(Diagnostic) -> [Step] {
    var steps: [Step] = []
    let malformed = place.diagnostic("'\(path)' is not a path such as 'detectors[0].dark_counts'")
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      guard let name = pieces.first, !name.isEmpty else { throw malformed }
      steps.append(Int(name).map { .item($0) } ?? .key(String(name)))
      for piece in pieces.dropFirst() {
        guard piece.hasSuffix("]"), let index = Int(piece.dropLast()), index >= 0 else { throw malformed }
        steps.append(.item(index))
      }
    }
    return steps
  }

  /// The value as a tree. What is not YAML is a plain text.
  func tree(path: String) -> Tree {
    let origin = Origin.override(path)
    let scalar = Tree(content: .scalar(value, plain: true), place: place, origin: origin)
    return ((try? Tree.compose(value, file: label, origin: origin)) ?? scalar).moved(to: place)
  }

  /// All overrides as one tree, to be laid over the document. Later ones win.
  static func layer(_ overrides: [Override]) throws(Diagnostics) -> Tree? {
    var root: Tree?
    var faults: [Diagnostic] = []
    for override in overrides {
      do throws(Diagnostic) {
        let steps = try override.steps()
        let path = steps.reduce("") { text, step in
          switch step {
          case .key(let key): text.isEmpty ? key : "\(text).\(key)"
          case .item(let index): "\(text)[\(index)]"
          }
        }
        root = merge(steps[...], override.tree(path: path), into: root)
      } catch {
        faults.append(error)
      }
    }
    if !faults.isEmpty { throw Diagnostics(faults) }
    return root
  }

  private static func merge(_ steps: ArraySlice<Step>, _ value: Tree, into node: Tree?) -> Tree {
    guard let step = steps.first else { return value }
    var result = node ?? Tree(content: .mapping([]), place: value.place, origin: value.origin)
    switch step {
    case .item(let index):
      var items: [Int: Tree] = [:]
      if case .items(let known) = result.content { items = known }
      items[index] = merge(steps.dropFirst(), value, into: items[index])
      result.content = .items(items)
    case .key(let key):
      var entries: [Tree.Entry] = []
      if case .mapping(let known) = result.content { entries = known }
      let child = merge(steps.dropFirst(), value, into: entries.first { $0.key == key }?.value)
      entries.removeAll { $0.key == key }
      entries.append(Tree.Entry(key: key, keyPlace: value.place, value: child))
      result.content = .mapping(entries)
    }
    return result
  }
}

extension Tree {
  /// The same tree with everything at one place.
  fileprivate func moved(to place: Place) -> Tree {
    let content: Content =
      switch content {
      case .scalar: content
      case .sequence(let items): .sequence(items.map { $0.moved(to: place) })
      case .items(let items): .items(items.mapValues { $0.moved(to: place) })
      case .mapping(let entries):
        .mapping(entries.map { Entry(key: $0.key, keyPlace: place, value: $0.value.moved(to: place)) })
      }
    return Tree(content: content, place: place, origin: origin)
  }
}
