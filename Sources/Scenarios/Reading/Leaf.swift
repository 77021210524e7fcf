import Light

/// Why a node is not what was asked for.
struct Fault: Error {
  let place: Place
  let message: String
}

/// A value with what is written about it: a plain scalar, or `{value: …, paper: "…", range: […]}`.
struct Leaf {
  var value: Tree
  var provenance: Provenance?
  var range: String?
  var origin: Origin { value.origin }

  /// Takes a node apart.
  ///
  /// - Parameter path: the node's path, for messages.
  init(_ tree: Tree, path: String) throws(Fault) {
    self.value = tree
    guard case .mapping(let entries) = tree.content, Self.hasProvenance(tree) else {
      if case .override = tree.origin { provenance = Provenance(.chosen, tree.place.file) }
      return
    }
    let kinds = Provenance.Kind.allCases.map(\.rawValue)
    guard let inner = tree.entry("value")?.value else {
      throw Fault(place: tree.place, message: "\(path) has a provenance but no 'value'")
    }
    value = inner
    for entry in entries where entry.key != "value" {
      if entry.key == "range" {
        range = FlowText.text(of: entry.value)
      } else if let kind = Provenance.Kind(rawValue: entry.key) {
        guard case .scalar(let text, _) = entry.value.content, !text.isEmpty else {
          throw Fault(
            place: entry.value.place,
            message: "\(path).\(entry.key) must be a text that names the source, found \(entry.value.found)")
        }
        if let other = provenance {
          throw Fault(
            place: entry.keyPlace,
            message: "\(path) has both '\(other.kind.rawValue)' and '\(kind.rawValue)'; give one provenance")
        }
        provenance = Provenance(kind, text)
      } else {
        let near = nearestName(to: entry.key, among: kinds + ["range"])
        let hint =
          near.map { "did you mean '\($0)'?" } ?? "beside 'value' stand \(kinds.joined(separator: ", ")), range"
        throw Fault(place: entry.keyPlace, message: "unknown key '\(entry.key)'; \(hint)")
      }
    }
    if case .override = inner.origin { provenance = Provenance(.chosen, inner.place.file) }
    if provenance == nil {
      throw Fault(
        place: tree.place, message: "\(path) needs a provenance beside 'value', one of \(kinds.joined(separator: ", "))"
      )
    }
  }

  /// Whether a mapping is a value with provenance rather than a table or a section.
  private static func hasProvenance(_ tree: Tree) -> Bool {
    if tree.entry("value") != nil { return true }
    return !tree.entries.isEmpty
      && tree.entries.allSatisfy { $0.key == "range" || Provenance.Kind(rawValue: $0.key) != nil }
  }

  /// Replaces items of a list by those an override sets.
  mutating func patch(_ items: [Int: Tree], path: String) throws(Fault) {
    guard case .sequence(var list) = value.content else {
      throw Self.noSuchPath(items.values.first ?? value, because: "\(path) is not a list")
    }
    for (index, item) in items.sorted(by: { $0.key < $1.key }) {
      guard list.indices.contains(index) else {
        throw Self.noSuchPath(item, because: "\(path) has \(counted(list.count, "item"))")
      }
      list[index] = item
    }
    value.content = .sequence(list)
    provenance = Provenance(.chosen, items.values.first?.place.file ?? "--set")
  }

  /// The fault of an override that leads nowhere.
  static func noSuchPath(_ tree: Tree, because reason: String) -> Fault {
    let leaf = tree.leaves[0]
    guard case .override(let path) = leaf.origin else { return Fault(place: leaf.place, message: reason) }
    return Fault(place: leaf.place, message: "no such path '\(path)'; \(reason)")
  }
}

/// "1 item", "2 items".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
