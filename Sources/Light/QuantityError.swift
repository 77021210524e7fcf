/// Why a text is not the quantity that was expected; its description is one sentence for the user.
public enum QuantityError: Error, Sendable, Equatable {
  /// What should have been there: "a time", "20 ns".
  public struct Expectation: Sendable, Equatable {
    /// The dimension in a sentence: "a time".
    public let phrase: String
    /// A text that would have been accepted: "20 ns".
    public let example: String
  }

  /// No number at the beginning.
  case notAQuantity(found: String, expected: Expectation?)
  /// Infinite, not a number, or too large to be represented.
  case notFinite(found: String)
  /// A number whose unit nobody knows.
  case unknownUnit(found: String, suggestion: String?, alternatives: [String])
  /// A quantity of another dimension.
  case wrongDimension(found: String, actual: Quantity.Dimension, expected: Expectation)
  /// A bare number where a unit is needed.
  case missingUnit(found: String, dimension: Quantity.Dimension, example: String)
}

extension QuantityError: CustomStringConvertible {
  /// One sentence without a full stop: "expected a time such as '20 ns', found 'fast'".
  public var description: String {
    switch self {
    case .notAQuantity(let found, let expected?):
      "expected \(expected.phrase) such as '\(expected.example)', found '\(found)'"
    case .notAQuantity(let found, nil):
      "expected a number with a unit such as '20 ns', found '\(found)'"
    case .notFinite(let found):
      "'\(found)' is not a finite number"
    case .unknownUnit(let found, let suggestion?, _):
      "unknown unit '\(found)'; did you mean '\(suggestion)'?"
    case .unknownUnit(let found, nil, let alternatives) where alternatives.isEmpty:
      "unknown unit '\(found)'"
    case .unknownUnit(let found, nil, let alternatives) where alternatives.contains(""):
      "unknown unit '\(found)'; use a plain number or '%'"
    case .unknownUnit(let found, nil, let alternatives):
      "unknown unit '\(found)'; use one of \(alternatives.joined(separator: ", "))"
    case .wrongDimension(let found, let actual, let expected):
      "expected \(expected.phrase) such as '\(expected.example)', found '\(found)' (\(actual.phrase))"
    case .missingUnit(let found, let dimension, let example):
      "\(found) needs a unit of \(dimension.rawValue), for example '\(example)'"
    }
  }
}
