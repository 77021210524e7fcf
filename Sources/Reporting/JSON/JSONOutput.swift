import FoundationEssentials

/// Results as JSON text: keys sorted, so that the same result gives the same bytes.
///
/// JSON has no NaN and no infinity. A quantity that may be undefined must therefore be Optional and nil then, which is
/// written as `null` (mark it ``OrNull``: Swift leaves nil properties out otherwise). A number that is not finite where
/// nobody expected it is an error, ``JSONOutputError/notFinite(key:value:)``, and nothing is written.
public enum JSONOutput {
  /// How the text is laid out.
  public enum Layout: Sendable {
    /// For people: indented, a value per line, a line feed at the end.
    case pretty
    /// For programs: one line without a line feed.
    case compact
  }

  /// Encodes `result`.
  ///
  /// - Throws: ``JSONOutputError`` if a number is not finite, or whatever the value's own `encode(to:)` throws.
  public static func encode(_ result: some Encodable, layout: Layout = .pretty) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if layout == .pretty { encoder.outputFormatting.insert(.prettyPrinted) }
    do {
      return String(decoding: try encoder.encode(result), as: UTF8.self) + (layout == .pretty ? "\n" : "")
    } catch EncodingError.invalidValue(let value, let context) {
      guard let number = (value as? Double) ?? (value as? Float).map(Double.init), !number.isFinite else {
        throw EncodingError.invalidValue(value, context)
      }
      throw JSONOutputError.notFinite(key: path(context.codingPath), value: number)
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : "." + key.stringValue
      }
    }
  }
}
