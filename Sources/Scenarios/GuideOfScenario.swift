/// The guide's file that a scenario's `device` names, beside the scenario's own; `nil` for a text that is no scenario, or names
/// none.
///
/// - Throws: `Diagnostics` if the text is not YAML.
public func guideFile(ofScenario text: String, file: String) throws -> String? {
  let layers: [Tree]
  do {
    let tree = try Tree.document(text, file: file, origin: .file)
    layers = [tree] + (try tree.bases())
  } catch {
    throw Diagnostics([error])
  }
  // A section that is `none` hides those below.
  let devices = layers.lazy.compactMap { $0.entry("device")?.value }.prefix { !$0.isNone }
  guard let leaf = devices.compactMap({ $0.entry("guide")?.value }).first, case .scalar(let name, _) = leaf.content
  else { return nil }
  return leaf.place.path(of: name)
}
