import Light

/// Where `preset: NAME` finds its text. Presets come in kinds ("detector", "emitter"); names are unique within a kind.
public struct PresetLibrary: Sendable {
  /// The YAML text of a preset, or `nil` when there is none of that name.
  public let text: @Sendable (_ kind: String, _ name: String) -> String?
  /// The names of one kind, for messages.
  public let names: @Sendable (_ kind: String) -> [String]

  /// A library that asks these two functions, which may be called from any thread.
  public init(
    text: @escaping @Sendable (_ kind: String, _ name: String) -> String?,
    names: @escaping @Sendable (_ kind: String) -> [String]
  ) {
    self.text = text
    self.names = names
  }

  /// A library held in memory: kind → name → text.
  public init(_ texts: [String: [String: String]]) {
    self.init(text: { texts[$0]?[$1] }, names: { (texts[$0] ?? [:]).keys.sorted() })
  }

  /// No presets at all.
  public static let empty = PresetLibrary([:])
}

extension PresetLibrary {
  func unknownName(_ name: String, kind: String) -> String {
    let names = names(kind)
    if let near = nearestName(to: name, among: names) { return "unknown preset '\(name)'; did you mean '\(near)'?" }
    if names.isEmpty { return "unknown preset '\(name)'; there are no presets of kind '\(kind)'" }
    return "unknown preset '\(name)'; use one of \(names.joined(separator: ", "))"
  }
}
