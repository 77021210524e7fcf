import Reporting

/// Somebody's results held against the truth.
struct DatasetScore: Encodable {
  enum Verdict: String, Encodable {
    case pass, fail, missing
  }
  struct Answer: Encodable {
    var caseName: String
    var quantity: String
    var verdict: Verdict
    @OrNull var value: Double?
    @OrNull var expected: Double?
    @OrNull var low: Double?
    @OrNull var high: Double?
    /// In standard deviations of a good estimate; `nil` where there is one right answer.
    @OrNull var deviations: Double?
    /// How far off, in words.
    var note: String

    enum CodingKeys: String, CodingKey {
      case caseName = "case"
      case quantity, verdict, value, expected, low, high, deviations, note
    }
  }
  var passed: Int
  var failed: Int
  var missing: Int
  /// By case and quantity.
  var answers: [Answer]

  init(_ truths: [CaseTruth], answers given: DatasetAnswers) {
    answers = truths.flatMap { truth in
      let mine = given.values[truth.name] ?? [:]
      var list = truth.quantities.sorted { $0.key < $1.key }.map { name, quantity in
        Self.compare(truth.name, name, quantity, mine[name]?.first)
      }
      if let changes = truth.changePoints {
        list.append(Self.compare(truth.name, changes, mine[ExpectedChangePoints.name]))
      }
      return list
    }
    passed = answers.filter { $0.verdict == .pass }.count
    failed = answers.filter { $0.verdict == .fail }.count
    missing = answers.filter { $0.verdict == .missing }.count
  }

  private static func compare(
    _ name: String, _ quantity: String, _ expected: ExpectedQuantity, _ value: Double?
  ) -> Answer {
    var answer = Answer(
      caseName: name, quantity: quantity, verdict: .missing, value: value, expected: expected.value,
      low: expected.low, high: expected.high, deviations: nil, note: "")
    guard let value else { return answer }
    answer.verdict = (expected.low...expected.high).contains(value) ? .pass : .fail
    let off = value - expected.value
    let sign = off < 0 ? "−" : "+"
    if expected.standardDeviation > 0 {
      answer.deviations = off / expected.standardDeviation
      answer.note = "\(sign)\(NumberFormat.fixed(abs(off) / expected.standardDeviation, places: 1)) σ"
    } else if off != 0 {
      answer.note = "\(sign)\(NumberFormat.significant(abs(off), digits: 4))"
    }
    return answer
  }

  private static func compare(_ name: String, _ expected: ExpectedChangePoints, _ times: [Double]?) -> Answer {
    var answer = Answer(
      caseName: name, quantity: ExpectedChangePoints.name, verdict: .missing, value: nil, expected: nil, low: nil,
      high: nil, deviations: nil, note: "")
    guard let times else { return answer }
    let found = expected.compare(times)
    answer.verdict = found.missed == 0 && found.stray <= expected.strayAtMost ? .pass : .fail
    answer.note =
      "\(found.needed - found.missed) of \(found.needed) found, \(found.stray) stray (at most \(expected.strayAtMost))"
    return answer
  }

  var table: Table {
    var table = Table([
      .init("case"), .init("quantity"), .init("value", .right), .init("accepted", .right), .init("off", .right),
      .init(""),
    ])
    for answer in answers {
      func number(_ value: Double) -> String { NumberFormat.significant(value, digits: 6) }
      table.append(
        answer.caseName, answer.quantity, answer.value.map(number) ?? "–",
        answer.low.flatMap { low in answer.high.map { low == $0 ? number(low) : "\(number(low)) … \(number($0))" } }
          ?? "–", answer.note, answer.verdict == .pass ? "pass" : answer.verdict.rawValue.uppercased())
    }
    return table
  }

  var summary: String { "\(passed) of \(answers.count) pass, \(failed) fail, \(missing) are missing" }
}
