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

  /// The value in a scenario that makes a quantity come out, by its path.
  struct Through {
    var path: String
    var resolved: Resolved
  }

  /// What the agreement is worth.
  enum Kind {
    /// The scenario contains the paper's number, or one derived from it, and the measurement finds it again.
    case putIn(Through)
    /// A number that the paper does not give was adjusted so that this one comes out.
    case calibrated(Through)
    /// It follows from other numbers.
    case predicted
    /// Arithmetic on numbers that the paper prints.
    case arithmetic

    var name: String {
      switch self {
      case .putIn: "put in"
      case .calibrated: "calibrated"
      case .predicted: "predicted"
      case .arithmetic: "arithmetic"
      }
    }

    var through: Through? {
      switch self {
      case .putIn(let through), .calibrated(let through): through
      case .predicted, .arithmetic: nil
      }
    }

    /// Whether the provenance written beside a value bears this out.
    func agrees(with provenance: Provenance.Kind?) -> Bool {
      switch self {
      case .putIn: [.paper, .supplement, .derived].contains(provenance)
      case .calibrated: provenance == .calibrated
      case .predicted, .arithmetic: true
      }
    }
  }

  var quantity: String
  var unit: String
  var place: String
  @OrNull var paper: Number?
  var kind: Kind
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
    try c.encode(kind.name, forKey: .kind)
    // `null` for predictions
    try c.encode(kind.through?.path, forKey: .through)
    try c.encode(ours, forKey: .ours)
    try c.encode(expected, forKey: .expected)
    try c.encode(differenceInDeviations, forKey: .difference)
    try c.encode(scenario, forKey: .scenario)
    try c.encode(note, forKey: .note)
  }

  /// - Throws: `Failure` if the value that was put in or calibrated has a provenance that says otherwise.
  init(
    _ quantity: String, unit: String = "", place: String, paper: Number?, kind: Kind, ours: Number?,
    expected: Double? = nil, scenario: String, note: String = ""
  ) throws {
    if let through = kind.through, !kind.agrees(with: through.resolved[through.path]?.provenance?.kind) {
      throw Failure(
        .fault, "error: \(scenario): \(through.path) is said to be \(kind.name), and its provenance is not so")
    }
    (self.quantity, self.unit, self.place, self.paper, self.kind) = (quantity, unit, place, paper, kind)
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
        row.differenceInDeviations.map { NumberFormat.fixed($0, places: 1) } ?? "–", row.kind.name, row.place)
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
