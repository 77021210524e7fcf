import Light

/// A mapping of a document, read by key.
///
/// Every method that reads a key names it, says what it must be, and gives the value. A fault (a missing key, a wrong
/// unit, a number out of range) is noted with its place, and the method returns some harmless value within the limits,
/// so that reading goes on and the user sees all faults at once; `readDocument` throws them at the end.
/// Keys that nobody reads are faults, too.
public struct Section {
  let reader: Reader
  let state: SectionState

  /// Where the section stands, "detectors[0]"; empty at the top.
  public var path: String { state.path }

  /// The preset that fills what the section does not say.
  public var presetName: String? { state.presetName }

  /// The keys of the section and of its preset, without those that are `none`, in the order of the text.
  ///
  /// For sections whose keys are names the user gives; a key counts as unknown until it is read.
  public var keys: [String] {
    var keys: [String] = []
    for layer in state.layers.reversed() {
      for entry in layer.entries where entry.key != "preset" && !keys.contains(entry.key) { keys.append(entry.key) }
    }
    return keys.filter { key in
      let isNone = state.layers.lazy.compactMap { $0.entry(key) }.first?.value.isNone ?? true
      if isNone { state.ask(key) }
      return !isNone
    }
  }

  /// Whether the document or a preset gives this key, and not as `none`.
  public func has(_ key: String) -> Bool {
    state.ask(key)
    return state.layers.lazy.compactMap { $0.entry(key) }.first.map { !$0.value.isNone } ?? false
  }

  /// Whether a key holds several values, a table or a list, rather than one.
  public func isTable(_ key: String) -> Bool {
    guard let tree = written(key) else { return false }
    switch (tree.entry("value")?.value ?? tree).content {
    case .mapping(let entries):
      return entries.contains { $0.key != "range" && Provenance.Kind(rawValue: $0.key) == nil }
    case .sequence: return true
    case .scalar, .items: return false
    }
  }

  /// The keys of the section or table at a key, without reading it.
  public func keys(within key: String) -> [String] { written(key)?.entries.map(\.key) ?? [] }

  func written(_ key: String) -> Tree? {
    state.ask(key)
    return state.layers.lazy.compactMap { $0.entry(key)?.value }.first
  }

  /// Where the value of a key comes from, once it was read; `nil` when the document does not say.
  public func provenance(_ key: String) -> Provenance? { state.record.child(key)?.value?.provenance }

  /// Whether the value of a key was written in the document, in a preset, set from outside, or is the default,
  /// once it was read.
  public func origin(_ key: String) -> Origin? { state.record.child(key)?.value?.origin }

  /// Notes a fault that only the caller can see, such as two values that contradict each other.
  ///
  /// - Parameters:
  ///   - message: what comes after the path: "must be narrower than filter.spacing".
  ///   - key: the value to point to; the section itself when `nil` or not written.
  public func fail(_ message: String, at key: String? = nil) {
    guard !state.isGhost else { return }
    let written = key.flatMap { key in state.layers.lazy.compactMap { $0.entry(key) }.first }
    let name = key.map { state.child($0) } ?? state.name
    reader.report((written?.value.place ?? state.place).diagnostic("\(name) \(message)"))
  }

  /// Throws what was found so far; for callers about to build something that must not see placeholders.
  public func checkpoint() throws(Diagnostics) {
    let found = reader.diagnostics(complete: false)
    if !found.all.isEmpty { throw found }
  }
}

extension Section {
  /// What stands behind a key.
  enum Lookup {
    /// Not written.
    case absent
    /// Written as `none`.
    case nothing(Tree)
    case leaf(Leaf)
    /// Already reported.
    case faulty
  }

  /// What a leaf turns out to be.
  struct Parsed<Value> {
    let value: Value
    let content: ResolvedValue.Content
    var number: Double?
    var unit: String?
  }

  func report(_ fault: Fault) { reader.report(fault.place.diagnostic(fault.message)) }

  /// Notes that a key without default is not there.
  func reportMissing(_ key: String, _ wanted: String) {
    guard !state.isGhost else { return }
    let whose = state.path.isEmpty ? "at the top level" : "in \(state.path)"
    state.missing.append((key, state.place.diagnostic("missing '\(key)' \(whose) (\(wanted))")))
  }

  func lookup(_ key: String) -> Lookup {
    guard !state.isGhost else { return .faulty }
    state.ask(key)
    var patches: [Int: Tree] = [:]
    for layer in state.layers {
      guard let tree = layer.entry(key)?.value else { continue }
      if case .items(let items) = tree.content {
        patches.merge(items) { first, _ in first }
        continue
      }
      if tree.isNone, patches.isEmpty { return .nothing(tree) }
      do throws(Fault) {
        var leaf = try Leaf(tree, path: state.child(key))
        if !patches.isEmpty { try leaf.patch(patches, path: state.child(key)) }
        return .leaf(leaf)
      } catch {
        report(error)
        return .faulty
      }
    }
    guard let patch = patches.values.first else { return .absent }
    report(Leaf.noSuchPath(patch, because: "\(state.child(key)) is not given"))
    return .faulty
  }

  /// Reads a value that must be there, or has a default.
  func value<Value>(
    _ key: String, wanted: String, default fallback: Default<Value>?, placeholder: @autoclosure () -> Value,
    noneIsText: Bool = false, show: (Value) -> Parsed<Value>, parse: (Tree, String) throws(Fault) -> Parsed<Value>
  ) -> Value {
    let path = state.child(key)
    var found = lookup(key)
    if case .nothing(let tree) = found {
      if noneIsText {
        found = (try? Leaf(tree, path: path)).map { .leaf($0) } ?? .faulty
      } else {
        report(Fault(place: tree.place, message: "\(path) cannot be none; expected \(wanted)"))
      }
    }
    switch found {
    case .leaf(let leaf):
      return parsed(key, leaf, wanted: wanted, parse: parse) ?? placeholder()
    case .absent:
      if let fallback {
        record(key, show(fallback.value), fallback.provenance, range: nil, .byDefault)
        return fallback.value
      }
      reportMissing(key, wanted)
      return placeholder()
    case .nothing, .faulty:
      return placeholder()
    }
  }

  /// Reads a value that may be absent or `none`.
  func optionalValue<Value>(
    _ key: String, wanted: String, parse: (Tree, String) throws(Fault) -> Parsed<Value>
  ) -> Value? {
    switch lookup(key) {
    case .leaf(let leaf): return parsed(key, leaf, wanted: wanted, parse: parse)
    case .absent, .nothing:
      state.record.set(key, Record(.none))
      return nil
    case .faulty: return nil
    }
  }

  private func parsed<Value>(
    _ key: String, _ leaf: Leaf, wanted: String, parse: (Tree, String) throws(Fault) -> Parsed<Value>
  ) -> Value? {
    let path = state.child(key)
    do throws(Fault) {
      if leaf.value.isBlank {
        throw Fault(place: leaf.value.place, message: "\(path) has no value; expected \(wanted)")
      }
      let parsed = try parse(leaf.value, path)
      record(key, parsed, leaf.provenance, range: leaf.range, leaf.origin)
      return parsed.value
    } catch {
      report(error)
      return nil
    }
  }

  private func record<Value>(
    _ key: String, _ parsed: Parsed<Value>, _ provenance: Provenance?, range: String?, _ origin: Origin
  ) {
    let value = ResolvedValue(
      path: state.child(key), content: parsed.content, number: parsed.number, unit: parsed.unit,
      provenance: provenance, range: range, origin: origin)
    state.record.set(key, Record(.value(value)))
  }
}
