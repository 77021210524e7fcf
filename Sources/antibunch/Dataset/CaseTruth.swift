import Reporting

/// What a case's `expected.json` holds: what is asked about its recording, and the true answers.
struct CaseTruth: Codable {
  var name: String
  var about: String
  var seed: UInt64
  /// How often a correct analysis fails one of the quantities by chance, on both sides together.
  var falseAlarmProbability: Double
  /// The files of the case: t2, t3, truth, irf.
  var files: [String: String]
  /// What an analysis may be told, such as a gate or the signal fraction; units in the names.
  var conditions: [String: Double]
  var quantities: [String: ExpectedQuantity]
  /// `nil` unless they are asked for.
  var changePoints: ExpectedChangePoints?

  enum CodingKeys: String, CodingKey {
    case name, about, seed, files, conditions, quantities
    case falseAlarmProbability = "false_alarm_probability"
    case changePoints = "change_points_s"
  }

  /// The names of everything that is asked.
  var asked: [String] { quantities.keys.sorted() + (changePoints == nil ? [] : [ExpectedChangePoints.name]) }

  init(readingFrom path: String) throws {
    let text = try readText(path)
    guard let truth = try? JSONInput.decode(CaseTruth.self, from: text) else {
      throw Failure(.badData, "error: \(path) is not the expected.json of a dataset; build the dataset again")
    }
    self = truth
  }

  init(
    name: String, about: String, seed: UInt64, falseAlarmProbability: Double, files: [String: String]
  ) {
    (self.name, self.about, self.seed, self.files) = (name, about, seed, files)
    self.falseAlarmProbability = falseAlarmProbability
    (conditions, quantities) = ([:], [:])
  }
}

/// A number that is asked for, and which answers are accepted.
struct ExpectedQuantity: Codable {
  /// How the value is known.
  enum Kind: String, Codable {
    /// From the recording itself: there is one right answer.
    case counted
    /// The expectation over all recordings of the bench, calculated without random numbers.
    case expected
    /// A number of the scenario.
    case putIn = "put in"
  }
  var value: Double
  /// Answers from here to ``high`` are accepted.
  var low: Double
  var high: Double
  /// What a good estimate scatters by in recordings of this bench; 0 where there is one right answer.
  var standardDeviation: Double
  var kind: Kind
  /// What is meant, in a sentence.
  var meaning: String

  enum CodingKeys: String, CodingKey {
    case value, low, high, kind, meaning
    case standardDeviation = "standard_deviation"
  }

  /// A number with one right answer; `within` is what rounding may change.
  init(counted value: Double, within: Double = 0, _ meaning: String) {
    self.init(value, low: value - within, high: value + within, standardDeviation: 0, .counted, meaning)
  }

  init(
    _ value: Double, low: Double, high: Double, standardDeviation: Double, _ kind: Kind, _ meaning: String
  ) {
    (self.value, self.low, self.high, self.kind) = (value, low, high, kind)
    (self.standardDeviation, self.meaning) = (standardDeviation, meaning)
  }
}
