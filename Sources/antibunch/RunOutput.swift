import Analysis
import Reporting
import Simulation
import TimeTags

/// What `run` prints as JSON.
struct RunOutput: Encodable {
  var simulation: SimulationOutput
  var prediction: PredictionOutput
  var analysis: AnalysisOutput
  var expectations: [ExpectationOutput]
}

/// The simulation's own account, from its truth.
struct SimulationOutput: Encodable {
  struct Component: Encodable {
    var name: String
    var records: Int
  }
  var seed: UInt64
  var durationS: Double
  var isPartial: Bool
  var photonsPerChannel: [String: Int]
  var signalFraction: Double
  var components: [Component]
  /// `nil` where a buffer overran.
  @OrNull var clicksLostInDetectorDeadTime: Int64?
  @OrNull var clicksLostInElectronicsDeadTime: Int64?
  /// Per detector: how long it, and the input it is wired to, could record; `nil` where a buffer overran.
  @OrNull var detectorLiveTimeS: [Double]?
  @OrNull var inputLiveTimeS: [Double]?
  /// What it came to, where it was to end at a precision.
  var until: ReachedPrecision?

  enum CodingKeys: String, CodingKey {
    case seed
    case durationS = "duration_s"
    case isPartial = "is_partial"
    case photonsPerChannel = "photons_per_channel"
    case signalFraction = "signal_fraction"
    case components
    case clicksLostInDetectorDeadTime = "clicks_lost_in_detector_dead_time"
    case clicksLostInElectronicsDeadTime = "clicks_lost_in_electronics_dead_time"
    case detectorLiveTimeS = "detector_live_time_s"
    case inputLiveTimeS = "input_live_time_s"
    case until
  }

  init(simulator: Simulator, record: SimulationRecord) {
    seed = simulator.seed
    durationS = record.seconds
    isPartial = record.isPartial
    photonsPerChannel = Dictionary(uniqueKeysWithValues: record.photonsPerChannel.map { ("\($0.key)", $0.value) })
    let origins = simulator.origins.origins
    components = zip(origins, record.photonsPerOrigin).map { Component(name: $0.0.name, records: $0.1) }
    signalFraction = trueSignalFraction(origins: simulator.origins, counts: record.photonsPerOrigin)
    clicksLostInDetectorDeadTime = record.losses.detectorDead
    clicksLostInElectronicsDeadTime = record.losses.electronicsDead
    detectorLiveTimeS = record.liveTimes?.detectorSeconds
    inputLiveTimeS = record.liveTimes?.inputSeconds
    until = record.precision
  }
}

/// The share of records that an emitter caused.
func trueSignalFraction(origins: OriginTable, counts: [Int]) -> Double {
  let all = counts.reduce(0, +)
  let signal = zip(origins.origins, counts).reduce(0) { $1.0.kind == .emission ? $0 + $1.1 : $0 }
  return all > 0 ? Double(signal) / Double(all) : 0
}

/// What the analysis found in the recording.
struct AnalysisOutput: Encodable {
  var inspect: RecordingSummary
  var g2: CorrelationResult?
  var lifetime: LifetimeResult?
  /// Why something could not be measured.
  var notes: [String]
}

/// One statement of the scenario, held against the result.
struct ExpectationOutput: Encodable {
  var name: String
  /// `null` when the quantity could not be measured.
  @OrNull var value: Double?
  @OrNull var uncertainty: Double?
  var expected: Double
  var within: Double
  var holds: Bool
}
