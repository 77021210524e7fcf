import Scenarios
import Testing

/// The faults of a document, one per line, as a user sees them.
func faults(
  _ text: String, presets: PresetLibrary = .empty, overrides: [Override] = [], presetKind: String? = nil,
  _ body: (Section) throws -> Void
) -> String {
  do {
    _ = try readDocument(text, file: "lab.yaml", presets: presets, overrides: overrides, presetKind: presetKind, body)
    return "none"
  } catch let faults as Diagnostics {
    return faults.description
  } catch {
    return "other: \(error)"
  }
}
