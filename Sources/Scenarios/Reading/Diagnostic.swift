/// One fault in a document, at the place where it stands.
public struct Diagnostic: Error, Sendable, Hashable {
  /// The file as the user knows it: a path, "preset NAME", or "--set PATH".
  public let file: String
  /// Line, counted from one; `nil` for a fault that has no place in a text.
  public let line: Int?
  /// Column within the line, counted from one; `nil` for a fault that has no place in a text.
  public let column: Int?
  /// One sentence, without a full stop.
  public let message: String

  /// A fault in `file`; leave out line and column where it has no place in a text.
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
  /// The faults; never empty when `readDocument` throws them.
  public let all: [Diagnostic]

  /// A collection of faults, kept in the order given.
  public init(_ all: [Diagnostic]) { self.all = all }

  /// One line for each fault.
  public var description: String { all.map(\.description).joined(separator: "\n") }
}
