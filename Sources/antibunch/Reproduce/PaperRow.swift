import Glibc
import Reporting
import Scenarios

/// A quantity that the paper states, and what comes out here.
struct PaperRow: Encodable {
  /// A number with its standard deviation, where there is one.
  struct Number: Encodable {
    var value: Double
    @OrNull var uncertainty: Double?

    init(_ value: Double, _ uncertainty: Double? = nil) {
      self.value = value
      self.uncertainty = uncertainty
    }
  }

  /// What the agreement is worth.
  enum Kind: String, Encodable {
    /// The scenario contains the paper's number, and the measurement finds it again.
    case putIn = "put in"
    /// A number that the paper does not give was adjusted so that this one comes out.
    case calibrated
    /// It follows from other numbers.
    case predicted
    /// Arithmetic on numbers that the paper prints.
    case arithmetic
  }

  var quantity: String
  var unit: String
  var place: String
  @OrNull var paper: Number?
  var kind: Kind
  /// The value in the scenario that makes it so; `null` for predictions.
  @OrNull var through: String?
  @OrNull var ours: Number?
  /// The exact expectation, where ours was measured on a simulated recording.
  @OrNull var expected: Double?
  var scenario: String
  var note: String

  /// (ours − paper) in standard deviations of both; `nil` where neither has one.
  var differenceInDeviations: Double? {
    guard let paper, let ours else { return nil }
    let deviation = hypot(paper.uncertainty ?? 0, ours.uncertainty ?? 0)
    return deviation > 0 ? (ours.value - paper.value) / deviation : nil
  }

  enum CodingKeys: String, CodingKey {
    case quantity, unit, place, paper, kind, through, ours, expected, scenario, note
    case difference = "difference_in_standard_deviations"
  }

  func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(quantity, forKey: .quantity)
    try c.encode(unit, forKey: .unit)
    try c.encode(place, forKey: .place)
    try c.encode(paper, forKey: .paper)
    try c.encode(kind, forKey: .kind)
    try c.encode(through, forKey: .through)
    try c.encode(ours, forKey: .ours)
    try c.encode(expected, forKey: .expected)
    try c.encode(differenceInDeviations, forKey: .difference)
    try c.encode(scenario, forKey: .scenario)
    try c.encode(note, forKey: .note)
  }

  /// - Parameters:
  ///   - through: path and scenario of the value that was put in or calibrated; its own provenance must say so.
  init(
    _ quantity: String, unit: String = "", place: String, paper: Number?, kind: Kind,
    through: (path: String, resolved: Resolved)? = nil, ours: Number?, expected: Double? = nil, scenario: String,
    note: String = ""
  ) throws {
    if let through {
      let found = through.resolved[through.path]?.provenance?.kind
      let isSo = kind == .calibrated ? found == .calibrated : found == .paper || found == .supplement
      guard isSo else {
        throw Failure(
          .fault, "error: \(scenario): \(through.path) is said to be \(kind.rawValue), and its provenance is not so")
      }
    }
    (self.quantity, self.unit, self.place, self.paper, self.kind) = (quantity, unit, place, paper, kind)
    self.through = through?.path
    (self.ours, self.expected, self.scenario, self.note) = (ours, expected, scenario, note)
  }
}

extension PaperRow {
  /// The rows as people read them.
  static func table(_ rows: [PaperRow]) -> Table {
    var table = Table([
      .init("quantity"), .init("paper", .right), .init("here", .right), .init("expected", .right),
      .init("difference (σ)", .right), .init("is"),
      .init("place in the paper"),
    ])
    for row in rows {
      table.append(
        row.quantity, row.paper.map { text($0, row.unit) } ?? "no number", row.ours.map { text($0, row.unit) } ?? "–",
        row.expected.map { NumberFormat.significant($0, digits: 4) } ?? "–",
        row.differenceInDeviations.map { NumberFormat.fixed($0, places: 1) } ?? "–", row.kind.rawValue, row.place)
    }
    return table
  }

  private static func text(_ number: Number, _ unit: String) -> String {
    let unit = unit.isEmpty ? "" : " \(unit)"
    guard let uncertainty = number.uncertainty, uncertainty > 0 else {
      return NumberFormat.significant(number.value, digits: 4) + unit
    }
    return "\(RoundedMeasurement(number.value, uncertainty))\(unit)"
  }
}
