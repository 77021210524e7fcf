import ArgumentParser

/// One machine's share of work that is counted from 0: the K-th part of N takes every N-th piece from the K-th on.
struct Part {
  /// Counted from 1.
  let number: Int
  let of: Int

  /// All of it.
  static let whole = Part(number: 1, of: 1)

  /// Whether a piece belongs to this part.
  func contains(_ piece: Int) -> Bool { piece % of == number - 1 }

  init(number: Int, of: Int) {
    (self.number, self.of) = (number, of)
  }

  /// Reads the value of `--part`, "1/2".
  ///
  /// - Throws: `ValidationError` for anything else.
  init(parsing text: String) throws {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let number = numbers[0], let all = numbers[1], all >= 1, (1...all).contains(number) else {
      throw ValidationError("--part must be K/N with K from 1 to N, such as 1/2, found '\(text)'")
    }
    self.init(number: number, of: all)
  }

  /// The part of `all` that a piece belongs to.
  static func number(of piece: Int, among all: Int) -> Int { piece % all + 1 }
}
