extension Reader {
  /// The layers of a section, those of the preset it names, and those of the presets that one builds on.
  ///
  /// The preset comes right below the layer that names it, in place of whatever lay there. A name set by an override
  /// replaces the one in the document.
  ///
  /// - Returns: the layers, the name of the preset if there is one, and what is wrong with it.
  func filled(_ given: [Tree], kind: String, path: String) -> (layers: [Tree], name: String?, fault: Diagnostic?) {
    guard let first = given.lazy.compactMap({ $0.entry("preset") }).first, !first.value.isNone else {
      return (given, nil, nil)
    }
    func isOverride(_ tree: Tree) -> Bool { if case .override = tree.origin { true } else { false } }
    let owner = given.firstIndex { !isOverride($0) && $0.entry("preset") != nil } ?? given.count - 1
    var layers = Array(given[...owner])
    var next: Tree? = first.value
    var visited: [String] = []
    while let wanted = next {
      guard case .scalar(let name, _) = wanted.content, !name.isEmpty else {
        let key = path.isEmpty ? "preset" : "\(path).preset"
        let fault = wanted.place.diagnostic("\(key): expected the name of a preset, found \(wanted.found)")
        return (layers, visited.first, fault)
      }
      if visited.contains(name) {
        return (layers, visited.first, wanted.place.diagnostic("preset '\(name)' builds on itself"))
      }
      guard let text = presets.text(kind, name) else {
        return (layers, visited.first, wanted.place.diagnostic(presets.unknownName(name, kind: kind)))
      }
      visited.append(name)
      do throws(Diagnostic) {
        let tree = try Tree.document(text, file: "preset \(name)", origin: .preset(name))
        layers.append(tree)
        next = tree.entry("preset").flatMap { $0.value.isNone ? nil : $0.value }
      } catch {
        return (layers, visited.first, error)
      }
    }
    return (layers, visited.first, nil)
  }
}
