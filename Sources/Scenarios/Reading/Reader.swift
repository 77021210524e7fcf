import Light

/// What one reading of a document knows: the sections opened, the keys asked for, the faults found so far.
final class Reader {
  /// The document's name or path.
  let file: String
  let presets: PresetLibrary
  /// Calculates a device that the document asks for; `nil` where that cannot be done.
  var deviceModel: ((Guide) throws -> (coupling: Double, purcellFactor: Double))?
  private(set) var faults: [Diagnostic] = []
  private var sections: [String: SectionState] = [:]
  private var order: [SectionState] = []

  init(file: String, presets: PresetLibrary) {
    self.file = file
    self.presets = presets
  }

  func report(_ fault: Diagnostic) { faults.append(fault) }

  /// The section at `path`; opened once, however often it is asked for.
  func open(_ path: String, make: () -> SectionState) -> SectionState {
    if let known = sections[path] { return known }
    let state = make()
    sections[path] = state
    order.append(state)
    return state
  }

  /// Everything known to be wrong; `complete` when all that can be read was read, so that unread keys are unknown ones.
  func diagnostics(complete: Bool) -> Diagnostics {
    var all = faults
    for state in order where !state.isDoubtful {
      let misspelt = complete ? reportUnknownKeys(of: state, into: &all) : []
      all += state.missing.filter { !misspelt.contains($0.key) }.map(\.fault)
    }
    return Diagnostics(Self.sorted(all))
  }

  /// Reports the keys nobody asked for, and returns those they were probably meant to be.
  private func reportUnknownKeys(of state: SectionState, into all: inout [Diagnostic]) -> Set<String> {
    var meant: Set<String> = []
    let written = Set(state.layers.flatMap { $0.entries.map(\.key) })
    for layer in state.layers {
      for entry in layer.entries where !state.asked.contains(entry.key) {
        let near =
          nearestName(to: entry.key, among: state.asked.filter { !written.contains($0) })
          ?? nearestName(to: entry.key, among: state.asked)
        if let near { meant.insert(near) }
        if case .override = entry.value.origin {
          all += Self.noSuchPath(entry, near: near, in: state)
        } else {
          let hint = near.map { "; did you mean '\($0)'?" } ?? "; \(state.takes)"
          all.append(entry.keyPlace.diagnostic("unknown key '\(entry.key)'\(hint)"))
        }
      }
    }
    return meant
  }

  /// One fault for each override that leads through an unknown key.
  private static func noSuchPath(_ entry: Tree.Entry, near: String?, in state: SectionState) -> [Diagnostic] {
    entry.value.leaves.map { leaf in
      guard case .override(let path) = leaf.origin else { return leaf.place.diagnostic("no such path") }
      let wrong = state.child(entry.key)
      let right = near.map { state.child($0) + (path.hasPrefix(wrong) ? path.dropFirst(wrong.count) : "") }
      let hint = right.map { "; did you mean '\($0)'?" } ?? "; \(state.takes)"
      return leaf.place.diagnostic("no such path '\(path)'\(hint)")
    }
  }

  /// Without repetitions; file by file as they first appear, and by line and column within a file.
  private static func sorted(_ all: [Diagnostic]) -> [Diagnostic] {
    var files: [String: Int] = [:]
    var seen: Set<Diagnostic> = []
    for fault in all where files[fault.file] == nil { files[fault.file] = files.count }
    func rank(_ fault: Diagnostic) -> (Int, Int, Int) {
      (files[fault.file]!, fault.line ?? 0, fault.column ?? 0)
    }
    return all.filter { seen.insert($0).inserted }.enumerated()
      .sorted { a, b in
        let (x, y) = (rank(a.element), rank(b.element))
        return x == y ? a.offset < b.offset : x < y
      }
      .map(\.element)
  }
}

/// What the reader knows of one section.
final class SectionState {
  /// "detectors[0]"; empty at the top.
  let path: String
  /// The mappings that make up the section; the first that has a key wins: overrides, the document, its presets.
  let layers: [Tree]
  /// Where to report what is missing.
  let place: Place
  let presetName: String?
  let record: Record
  /// A section that is not there: it answers every question with a placeholder and reports nothing.
  let isGhost: Bool
  /// After a fault that decides which keys make sense, unknown and missing ones are no longer reported.
  var isDoubtful: Bool
  private(set) var asked: [String] = []
  var missing: [(key: String, fault: Diagnostic)] = []

  init(
    path: String, layers: [Tree], place: Place, presetName: String? = nil, record: Record, isGhost: Bool = false,
    isDoubtful: Bool = false
  ) {
    self.path = path
    self.layers = layers
    self.place = place
    self.presetName = presetName
    self.record = record
    self.isGhost = isGhost
    self.isDoubtful = isDoubtful || isGhost
  }

  func ask(_ key: String) {
    if !asked.contains(key) { asked.append(key) }
  }

  /// The path of a key in this section.
  func child(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// "emitter.neutral", or "the top level".
  var name: String { path.isEmpty ? "the top level" : path }

  /// "filter takes center, bandwidth".
  var takes: String { "\(name) takes \(asked.isEmpty ? "no keys" : asked.joined(separator: ", "))" }
}
