/// A result as JSON, and beside its keys something more under a key of its own, which is left out where there is nothing.
struct WithMore<Result: Encodable, More: Encodable>: Encodable {
  private let result: Result
  private let key: Key
  private let more: More?

  init(_ result: Result, _ key: String, _ more: More?) {
    self.result = result
    self.key = Key(stringValue: key)
    self.more = more
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    guard let more else { return }
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(more, forKey: key)
  }
}
