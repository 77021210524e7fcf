import FoundationEssentials

/// Values from JSON text that ``JSONOutput`` wrote.
public enum JSONInput {
  /// Decodes a value.
  ///
  /// - Throws: `DecodingError` for text that is no JSON or holds something else.
  public static func decode<Value: Decodable>(_ type: Value.Type, from text: some StringProtocol) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}
