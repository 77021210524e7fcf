import Bench
import Emitters

/// Photon statistics of one emitter in one hidden state; a unit of time is a laser pulse, or a nanosecond of continuous
/// excitation.
enum EmitterLight: Sendable {
  case pulsed(PulsedEmission)
  case continuous(ContinuousEmission)

  /// Under pulsed excitation.
  var pulsed: PulsedEmission? { if case .pulsed(let emission) = self { emission } else { nil } }

  /// Under continuous excitation.
  var continuous: ContinuousEmission? { if case .continuous(let emission) = self { emission } else { nil } }

  /// Per transition and detector: mean detected photons per unit.
  var meanPerTransition: [[Double]] {
    switch self {
    case .pulsed(let emission): emission.meanPerTransition
    case .continuous(let emission): emission.meanPerTransition
    }
  }

  /// Mean detected photons per unit at a detector.
  func mean(_ detector: Int) -> Double {
    meanPerTransition.reduce(0) { $0 + ($1.isEmpty ? 0 : $1[detector]) }
  }

  init(_ scheme: LevelScheme, absorption: Emitter.Absorption, bench: Bench) {
    let probabilities = scheme.transitions.map {
      $0.line.map { bench.detectionProbabilities(ofEmitted: $0) } ?? []
    }
    switch absorption {
    case .meanPhotonsPerPulse, .coherentPulse:
      self = .pulsed(
        PulsedEmission(
          scheme: scheme, absorption: absorption, probabilities: probabilities, excitation: bench.excitation,
          detectors: bench.detectors.count))
    case .ratePerNanosecond(let rate):
      self = .continuous(
        ContinuousEmission(
          scheme: scheme, absorption: rate, probabilities: probabilities, detectors: bench.detectors.count))
    }
  }
}
