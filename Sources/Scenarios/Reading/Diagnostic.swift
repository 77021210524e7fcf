/// One fault in a document, at the place where it stands.
public struct Diagnostic: Error, Sendable, Hashable {
  /// The file as the user knows it: a path, "preset NAME", or "--set PATH".
  public let file: String
  /// Line and column, counted from one; `nil` for a fault that has no place in a text.
  public let line: Int?
  public let column: Int?
  /// One sentence, without a full stop.
  public let message: String

  public init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: error: message`, which editors and terminals make clickable.
  public var description: String {
    let place = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
    return "\(file)\(place): error: \(message)"
  }
}

/// Every fault found in a document and in the presets it uses, in the order of the text.
public struct Diagnostics: Error, Sendable, CustomStringConvertible {
  public let all: [Diagnostic]

  public init(_ all: [Diagnostic]) { self.all = all }

  /// One line for each fault.
  public var description: String { all.map(\.description).joined(separator: "\n") }
}
