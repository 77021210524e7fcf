/// Reads a YAML document. `based_on: FILE` at its top lays it over another one, key by key.
///
///     let (filter, resolved) = try readDocument(text, file: "lab.yaml") { root in
///       let section = root.section("filter")
///       return Filter(
///         center: section.quantity("center", in: .nanometers, range: .positive),
///         bandwidth: section.quantity("bandwidth", in: .nanometers, range: .positive))
///     }
///
/// - Parameters:
///   - text: the YAML text.
///   - file: its name, for messages.
///   - presets: where sections that may name a preset find it.
///   - overrides: values laid over the document, the later over the earlier.
///   - presetKind: the kind of presets that the top of the document may name.
///   - body: reads everything there is to read. It also runs to its end on a faulty document, on placeholders
///     within the limits; `Section.checkpoint()` stops it.
/// - Returns: what `body` made, and the record of every value with its provenance.
/// - Throws: `Diagnostics` with every fault found; else whatever `body` throws.
public func readDocument<Value>(
  _ text: String, file: String, presets: PresetLibrary = .empty, overrides: [Override] = [],
  presetKind: String? = nil, _ body: (Section) throws -> Value
) throws -> (value: Value, resolved: Resolved) {
  let layer = try Override.layer(overrides)
  let tree: Tree
  let bases: [Tree]
  do {
    tree = try Tree.document(text, file: file, origin: .file)
    bases = try tree.bases()
  } catch {
    throw Diagnostics([error])
  }
  let reader = Reader(file: file, presets: presets)
  let root = Section.root(of: [tree] + bases, overrides: layer, reader: reader, presets: presetKind)
  let value: Value
  do {
    value = try body(root)
  } catch {
    switch error {
    case let fault as Diagnostic: reader.report(fault)
    case let faults as Diagnostics: faults.all.forEach(reader.report)
    default: break
    }
    let found = reader.diagnostics(complete: false)
    throw found.all.isEmpty ? error : found
  }
  let found = reader.diagnostics(complete: true)
  guard found.all.isEmpty else { throw found }
  return (value, Resolved(root: root.state.record.node))
}
