/// The guide's file that a scenario's `device` names, beside the scenario's own; `nil` for a text that is no scenario, or names
/// none.
///
/// - Throws: `Diagnostics` if the text is not YAML.
public func guideFile(ofScenario text: String, file: String) throws -> String? {
  let tree: Tree
  do {
    tree = try Tree.document(text, file: file, origin: .file)
  } catch {
    throw Diagnostics([error])
  }
  guard let leaf = tree.entry("device")?.value.entry("guide")?.value, case .scalar(let name, _) = leaf.content else {
    return nil
  }
  guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
  return file[...slash] + name
}
