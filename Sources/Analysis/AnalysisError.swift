/// Why an analysis cannot give a result, as a sentence for the person who asked for it.
public struct AnalysisError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sentence.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
