/// Where a node of the tree comes from.
public enum Origin: Sendable, Hashable {
  /// Written in the document itself.
  case file
  /// Written in the preset of that name.
  case preset(String)
  /// Not written anywhere: the reader's default.
  case byDefault
  /// Set from outside, with the dotted path that was given.
  case override(String)
}

/// A place in a text.
struct Place: Sendable, Hashable {
  let file: String
  var line: Int?
  var column: Int?

  func diagnostic(_ message: String) -> Diagnostic {
    Diagnostic(file: file, line: line, column: column, message: message)
  }
}

/// A node of a document, independent of the library that parsed it: every node knows its place and origin.
struct Tree: Sendable {
  struct Entry: Sendable {
    let key: String
    let keyPlace: Place
    var value: Tree
  }

  indirect enum Content: Sendable {
    /// `plain` when written without quotation marks, so that `none` and nothing mean nothing.
    case scalar(String, plain: Bool)
    case sequence([Tree])
    case mapping([Entry])
    /// Some items of a list that stands in a lower layer; only overrides make it.
    case items([Int: Tree])
  }

  var content: Content
  let place: Place
  let origin: Origin
}

extension Tree {
  /// The value of a key, if this is a mapping that has it.
  func entry(_ key: String) -> Entry? {
    switch content {
    case .mapping(let entries): entries.first { $0.key == key }
    case .items(let items): Int(key).flatMap { items[$0] }.map { Entry(key: key, keyPlace: $0.place, value: $0) }
    case .scalar, .sequence: nil
    }
  }

  /// The keys and values of a mapping, in the order of the text.
  var entries: [Entry] {
    switch content {
    case .mapping(let entries): entries
    case .items(let items):
      items.sorted { $0.key < $1.key }.map { Entry(key: "\($0.key)", keyPlace: $0.value.place, value: $0.value) }
    case .scalar, .sequence: []
    }
  }

  var isMapping: Bool {
    switch content {
    case .mapping, .items: true
    case .scalar, .sequence: false
    }
  }

  /// `none`, `null` or `~`: an explicit nothing.
  var isNone: Bool {
    guard case .scalar(let text, plain: true) = content else { return false }
    return ["none", "null", "Null", "NULL", "~"].contains(text)
  }

  /// A key without anything behind it, which is usually a forgotten value.
  var isBlank: Bool {
    guard case .scalar(let text, plain: true) = content else { return false }
    return text.isEmpty
  }

  /// What a user sees here, in a sentence.
  var found: String {
    switch content {
    case .scalar(let text, plain: true) where text.isEmpty: "nothing"
    case .scalar(let text, _): "'\(text)'"
    case .sequence, .items: "a list"
    case .mapping: "a section"
    }
  }

  /// Whether this is only the way to something an override sets further down than `path`.
  func isReachedBeyond(_ path: String) -> Bool {
    guard case .override(let target) = origin else { return false }
    return target != path && isMapping
  }

  /// Every node without children below this one, and itself if it has none.
  var leaves: [Tree] {
    switch content {
    case .scalar: [self]
    case .sequence(let items): items.isEmpty ? [self] : items.flatMap(\.leaves)
    case .mapping, .items: entries.isEmpty ? [self] : entries.flatMap(\.value.leaves)
    }
  }
}
