import Glibc
import Light

/// Values for one path of a document, as a user writes them for a map or a sweep: a list `120nm, 140nm, 190nm` or a range
/// `100nm..250nm:7`, both ends included, `log:100nm..10um:5` with equal ratios.
public struct ValueRange: Sendable, Hashable {
  /// The path: "strip.width".
  public let path: String
  /// The values as texts, in the order given.
  public let values: [String]

  /// Reads "strip.width=100nm..250nm:7".
  ///
  /// - Parameter option: the option that holds it, for messages: "--map".
  /// - Throws: `Diagnostic` with what is expected.
  public init(parsing text: String, option: String) throws(Diagnostic) {
    let example = "'strip.width=120nm..300nm:10' or 'strip.width=180nm,190nm'"
    guard let equals = text.firstIndex(of: "=") else {
      throw Diagnostic(file: option, message: "expected PATH=VALUES such as \(example), found '\(text)'")
    }
    path = Self.trimmed(text[..<equals])
    let label = "\(option) \(path)"
    func fault(_ message: String) -> Diagnostic { Diagnostic(file: label, message: message) }
    var body = Self.trimmed(text[text.index(after: equals)...])
    let isLogarithmic = body.hasPrefix("log:")
    if isLogarithmic { body = Self.trimmed(body.dropFirst(4)) }
    guard let dots = Self.range(of: "..", in: body) else {
      if isLogarithmic { throw fault("log: needs a range such as 'log:1..100:5', found '\(body)'") }
      values = body.split(separator: ",", omittingEmptySubsequences: false).map(Self.trimmed)
      guard !body.isEmpty, values.allSatisfy({ !$0.isEmpty }) else {
        throw fault("expected values such as \(example), found '\(body)'")
      }
      return
    }
    guard let colon = body.lastIndex(of: ":"), colon > dots.upperBound,
      let count = Int(Self.trimmed(body[body.index(after: colon)...]))
    else { throw fault("a range needs the number of its values, as in '100nm..250nm:7'; found '\(body)'") }
    guard (2...10_000).contains(count) else {
      throw fault("the number of values must be between 2 and 10000, found \(count)")
    }
    let first: Quantity, last: Double
    do throws(QuantityError) {
      first = try Quantity(Self.trimmed(body[..<dots.lowerBound]))
      last = try Quantity(Self.trimmed(body[dots.upperBound..<colon]), convertibleTo: first.unit).value(in: first.unit)
    } catch {
      throw fault("\(error)")
    }
    if isLogarithmic, !(first.value > 0 && last > 0) {
      throw fault("equal ratios need values above zero, found '\(body)'")
    }
    values = (0..<count).map { index in
      let share = Double(index) / Double(count - 1)
      let value =
        index == 0
        ? first.value
        : index == count - 1
          ? last
          : isLogarithmic
            ? first.value * pow(last / first.value, share)
            : first.value + (last - first.value) * Double(index) / Double(count - 1)
      return "\(Quantity(value, first.unit))"
    }
  }

  /// The value of this number laid over a document.
  public func override(_ index: Int, option: String) -> Override {
    Override(path, values[index], label: "\(option) \(path)")
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func range(of part: String, in text: String) -> Range<String.Index>? {
    text.firstRange(of: part)
  }
}
