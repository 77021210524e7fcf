import Light

extension Section {
  /// A section within this one.
  ///
  /// - Parameter presets: the kind of presets the section may name with `preset: NAME`; none when `nil`.
  public func section(_ key: String, presets: String? = nil) -> Section {
    switch opened(key, presets: presets) {
    case .section(let section): return section
    case .nothing(let place):
      let path = state.child(key)
      report(Fault(place: place, message: "\(path) cannot be none; expected a section"))
      return ghost(path)
    case .absent:
      reportMissing(key, "a section")
      return ghost(state.child(key))
    case .faulty:
      return ghost(state.child(key))
    }
  }

  /// A section that may be absent or `none`.
  public func optionalSection(_ key: String, presets: String? = nil) -> Section? {
    switch opened(key, presets: presets) {
    case .section(let section): return section
    case .absent, .nothing:
      if !state.isGhost { state.record.set(key, Record(.none)) }
      return nil
    case .faulty: return nil
    }
  }

  /// The sections within this one that bear names the user chose, in the order of the text.
  public func sections(presets: String? = nil) -> [(name: String, section: Section)] {
    keys.map { ($0, section($0, presets: presets)) }
  }

  /// A list of sections. An absent list is empty unless `count` asks for items.
  ///
  /// - Parameters:
  ///   - presets: the kind of presets each item may name.
  ///   - count: the least number of items.
  public func list(_ key: String, presets: String? = nil, atLeast count: Int = 0) -> [Section] {
    let path = state.child(key)
    func ghosts() -> [Section] { (0..<count).map { ghost("\(path)[\($0)]") } }
    guard !state.isGhost else { return ghosts() }
    do throws(Fault) {
      guard let (items, patches, place) = try items(of: key) else {
        if count > 0 { reportMissing(key, "a list of sections") } else { state.record.set(key, Record(.list)) }
        return ghosts()
      }
      guard items.count >= count else {
        throw Fault(place: place, message: "\(path) needs at least \(counted(count, "item")), found \(items.count)")
      }
      let record = state.record.descend(key, .list)
      return items.enumerated().map { index, item in
        let layers = (patches[index] ?? []) + [item]
        let record = record.descend("\(index)", .section)
        return open("\(path)[\(index)]", layers, at: item.place, presets: presets, record: record)
      }
    } catch {
      report(error)
      return ghosts()
    }
  }

  /// The items of a list, and what overrides and documents based on this one lay over them, the topmost first; `nil` when
  /// there is none.
  private func items(of key: String) throws(Fault) -> (items: [Tree], patches: [Int: [Tree]], place: Place)? {
    let path = state.child(key)
    state.ask(key)
    var patches: [Int: [Tree]] = [:]
    for layer in state.layers {
      guard let tree = layer.entry(key)?.value else { continue }
      switch tree.content {
      case .items(let items):
        for (index, item) in items { patches[index, default: []].append(item) }
      case .mapping(let entries) where !entries.isEmpty && entries.allSatisfy({ Int($0.key) != nil }):
        // Some items of the list in a document that this one is based on.
        for entry in entries { patches[Int(entry.key)!, default: []].append(entry.value) }
      case .sequence(let items):
        if let index = patches.keys.filter({ !items.indices.contains($0) }).min(), let patch = patches[index]?.first {
          throw Leaf.noSuchPath(patch, because: "\(path) has \(counted(items.count, "item"))")
        }
        return (items, patches, tree.place)
      case .scalar, .mapping:
        if tree.isNone, patches.isEmpty { return nil }
        throw Fault(place: tree.place, message: "\(path): expected a list of sections, found \(tree.found)")
      }
    }
    if let patch = patches.values.first?.first { throw Leaf.noSuchPath(patch, because: "\(path) is not given") }
    return nil
  }

  private enum Opened {
    case section(Section)
    /// Not written.
    case absent
    /// Written as `none`.
    case nothing(Place)
    /// Already reported.
    case faulty
  }

  private func opened(_ key: String, presets: String?) -> Opened {
    guard !state.isGhost else { return .absent }
    state.ask(key)
    let path = state.child(key)
    var layers: [Tree] = []
    var place: Place?
    for layer in state.layers {
      guard let entry = layer.entry(key) else { continue }
      let tree = entry.value
      if tree.isNone {
        if layers.isEmpty { return .nothing(tree.place) }
        break
      }
      guard tree.isMapping else {
        report(
          Fault(place: tree.place, message: "\(path) must be a section of keys and values, found \(tree.found)"))
        return .faulty
      }
      layers.append(tree)
      if case .override? = layers.first?.origin, layers.count == 2 { place = nil }
      place = place ?? entry.keyPlace
    }
    guard let place else { return .absent }
    return .section(open(path, layers, at: place, presets: presets, record: state.record.descend(key, .section)))
  }

  /// Opens a section over the layers given and those of its preset.
  private func open(_ path: String, _ layers: [Tree], at place: Place, presets kind: String?, record: Record) -> Section
  {
    let opened = reader.open(path) { made(path, layers, at: place, presets: kind, record: record) }
    return Section(reader: reader, state: opened)
  }

  private func made(
    _ path: String, _ layers: [Tree], at place: Place, presets kind: String?, record: Record
  ) -> SectionState {
    if let wrong = layers.first(where: { !$0.isMapping }) {
      let message = "\(path) must be a section of keys and values, found \(wrong.found)"
      report(Fault(place: wrong.place, message: message))
      return SectionState(path: path, layers: [], place: place, record: record, isGhost: true)
    }
    guard let kind else {
      return SectionState(path: path, layers: layers, place: place, record: record, isDoubtful: state.isDoubtful)
    }
    let filled = reader.filled(layers, kind: kind, path: path)
    if let fault = filled.fault { reader.report(fault) }
    record.presetName = filled.name
    let opened = SectionState(
      path: path, layers: filled.layers, place: place, presetName: filled.name, record: record,
      isDoubtful: state.isDoubtful || filled.fault != nil)
    opened.ask("preset")
    return opened
  }

  /// A section that is not there.
  private func ghost(_ path: String) -> Section {
    let record = Record(.section)
    let ghost = SectionState(path: path, layers: [], place: state.place, record: record, isGhost: true)
    return Section(reader: reader, state: ghost)
  }

  /// The top of a document and of those it is based on, the document first.
  static func root(of trees: [Tree], overrides: Tree?, reader: Reader, presets kind: String?) -> Section {
    let place = Place(file: reader.file, line: 1, column: 1)
    let empty = SectionState(path: "", layers: [], place: place, record: Record(.section))
    let root = Section(reader: reader, state: empty)
      .open("", [overrides].compactMap(\.self) + trees, at: place, presets: kind, record: Record(.section))
    if trees.contains(where: { $0.entry("based_on") != nil }) { root.state.ask("based_on") }
    return root
  }
}
