/// One value as it was read: what the document, a preset, an override or the default says, and where that comes from.
public struct ResolvedValue: Sendable, Hashable {
  /// A row of a table, as text.
  public struct Row: Sendable, Hashable {
    /// First column, with its unit: "400 nm".
    public let x: String
    /// Second column, with its unit where it has one: "0.06".
    public let y: String
  }

  /// The value as text.
  public enum Content: Sendable, Hashable {
    /// A number, a quantity, `true` or `false`.
    case plain(String)
    /// Words.
    case text(String)
    /// Several items; `texts` when they are words rather than numbers or quantities.
    case list([String], texts: Bool)
    /// Pairs by rising first column, such as an efficiency against wavelength.
    case table([Row])

    /// The value on one line, without quotation marks.
    public var text: String {
      switch self {
      case .plain(let text), .text(let text): text
      case .list(let items, _): "[\(items.joined(separator: ", "))]"
      case .table(let rows): "{\(rows.map { "\($0.x): \($0.y)" }.joined(separator: ", "))}"
      }
    }

    /// The same, but of a long table only its number of rows and its ends.
    public var shortText: String {
      guard case .table(let rows) = self, rows.count > 40, let first = rows.first, let last = rows.last else {
        return text
      }
      return "\(rows.count) rows, {\(first.x): \(first.y), …, \(last.x): \(last.y)}"
    }
  }

  /// Such as "detectors[0].dark_counts".
  public let path: String
  /// What was read, as text.
  public let content: Content
  /// The number in `unit`, for a single number.
  public let number: Double?
  /// The symbol of the unit the reader asked for.
  public let unit: String?
  /// Where the value comes from, if anybody said so.
  public let provenance: Provenance?
  /// The range the source gives, as written.
  public let range: String?
  /// Whether it stands in the document, in a preset, in an override, or is the default.
  public let origin: Origin
}

/// A document with every default filled in, in the order in which it was read.
public struct Resolved: Sendable {
  /// What stands behind a key.
  indirect enum Node: Sendable {
    case value(ResolvedValue)
    case none
    case section([(key: String, node: Node)], presetName: String?)
    case list([Node])
  }

  let root: Node

  /// Every value, in reading order.
  public var values: [ResolvedValue] { Self.values(of: root) }

  /// The value at a path.
  public subscript(path: String) -> ResolvedValue? { values.first { $0.path == path } }

  private static func values(of node: Node) -> [ResolvedValue] {
    switch node {
    case .value(let value): [value]
    case .none: []
    case .section(let children, _): children.flatMap { values(of: $0.node) }
    case .list(let items): items.flatMap { values(of: $0) }
    }
  }
}

/// The resolved document while it grows.
final class Record {
  enum Kind {
    case value(ResolvedValue)
    case none, section, list
  }

  let kind: Kind
  var presetName: String?
  private var children: [(key: String, record: Record)] = []

  init(_ kind: Kind) { self.kind = kind }

  var value: ResolvedValue? { if case .value(let value) = kind { value } else { nil } }

  func child(_ key: String) -> Record? { children.first { $0.key == key }?.record }

  /// Puts a record at a key; a key read twice keeps its first place.
  func set(_ key: String, _ record: Record) {
    if let index = children.firstIndex(where: { $0.key == key }) {
      children[index].record = record
    } else {
      children.append((key, record))
    }
  }

  /// The section or list at a key, made if it is not there.
  func descend(_ key: String, _ kind: Kind) -> Record {
    if let known = child(key), known.value == nil { return known }
    let record = Record(kind)
    set(key, record)
    return record
  }

  var node: Resolved.Node {
    switch kind {
    case .value(let value): .value(value)
    case .none: .none
    case .section: .section(children.map { ($0.key, $0.record.node) }, presetName: presetName)
    case .list: .list(children.map(\.record.node))
    }
  }
}
