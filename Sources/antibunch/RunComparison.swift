import Reporting

/// `comparison.json` of a run: what its report holds against each other.
struct RunComparison: Codable {
  /// A quantity by paper, prediction and simulation, as far as each says it.
  struct Quantity: Codable {
    var name: String
    /// Empty for pure numbers.
    var unit: String
    var paper: Double?
    /// The tolerance that the scenario gives the paper's value.
    var paperWithin: Double?
    var predicted: Double?
    var simulated: Double?
    var simulatedUncertainty: Double?
    /// (simulated − predicted) in standard deviations: what recordings of this length scatter by, where that is calculated,
    /// else of the simulation.
    var differenceFromPredicted: Double?
    /// (simulated − paper) in standard deviations of both.
    var differenceFromPaper: Double?

    enum CodingKeys: String, CodingKey {
      case name, unit, paper, predicted, simulated
      case paperWithin = "paper_within"
      case simulatedUncertainty = "simulated_uncertainty"
      case differenceFromPredicted = "difference_from_predicted_in_standard_deviations"
      case differenceFromPaper = "difference_from_paper_in_standard_deviations"
    }
  }

  /// One statement of the scenario.
  struct Expectation: Codable {
    var name: String
    var value: Double?
    var uncertainty: Double?
    var expected: Double
    var within: Double
    var holds: Bool
  }

  /// Expected coincidences per bin, at the bins' centres.
  struct Coincidences: Codable {
    var tauNs: [Double]
    var coincidences: [Double]

    enum CodingKeys: String, CodingKey {
      case coincidences
      case tauNs = "tau_ns"
    }
  }

  var quantities: [Quantity]
  var expectations: [Expectation]
  /// `nil` where no g2 was measured.
  var predictedCoincidences: Coincidences?
  /// Expected counts per bin of the decay histogram; `nil` where none was measured.
  var predictedDecay: [Double]?

  enum CodingKeys: String, CodingKey {
    case quantities, expectations
    case predictedCoincidences = "predicted_coincidences"
    case predictedDecay = "predicted_decay"
  }

  init(_ comparison: Comparison, coincidences: (delaysNanoseconds: [Double], coincidences: [Double])?, decay: [Double]?)
  {
    quantities = comparison.rows.map {
      Quantity(
        name: $0.name, unit: $0.unit, paper: $0.paper?.value, paperWithin: $0.paper?.within, predicted: $0.expected,
        simulated: $0.simulated?.value, simulatedUncertainty: $0.simulated?.uncertainty,
        differenceFromPredicted: $0.fromExpected, differenceFromPaper: $0.fromPaper)
    }
    expectations = comparison.expectations.map {
      Expectation(
        name: $0.name, value: $0.value, uncertainty: $0.uncertainty, expected: $0.expected, within: $0.within,
        holds: $0.holds)
    }
    predictedCoincidences = coincidences.map { .init(tauNs: $0.delaysNanoseconds, coincidences: $0.coincidences) }
    predictedDecay = decay
  }
}
