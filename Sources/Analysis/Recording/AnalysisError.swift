/// Why an analysis cannot give a result, as a sentence for the person who asked for it.
public struct AnalysisError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sentence.
  public let message: String

  /// An error with this sentence; `message` should name what is missing or out of range.
  public init(_ message: String) { self.message = message }

  /// The sentence itself, as the command line prints it.
  public var description: String { message }
}
