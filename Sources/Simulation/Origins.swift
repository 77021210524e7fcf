import Bench
import Detectors
import Emitters
import Records

/// Where each possible cause of a record stands in the table of origins.
struct Origins: Sendable {
  /// Per emitter, state and transition.
  private(set) var emission: [[[Int]]] = []
  /// Per background component.
  private(set) var background: [Int] = []
  /// Per detector.
  private(set) var dark: [Int] = []
  private(set) var afterpulse: [Int] = []
  /// Per detector; empty on a bench without crosstalk.
  private(set) var crosstalk: [Int] = []
  private(set) var table = OriginTable()

  init(bench: Bench) {
    for (e, emitter) in bench.emitters.enumerated() {
      emission.append(
        emitter.states.map { state in
          state.scheme.transitions.map { transition in
            let levels = state.scheme.levels
            return add(
              .emission, "\(emitter.name)/\(state.name)/\(levels[transition.from])→\(levels[transition.to])",
              emitter: e)
          }
        })
    }
    background = bench.background.map { add($0.isLaserLeak ? .leak : .background, $0.name) }
    dark = bench.detectors.map { add(.dark, "\($0.name)/dark count") }
    afterpulse = bench.detectors.map { add(.afterpulse, "\($0.name)/afterpulse") }
    if bench.crosstalk != nil { crosstalk = bench.detectors.map { add(.crosstalk, "\($0.name)/crosstalk") } }
  }

  private mutating func add(_ kind: OriginTable.Origin.Kind, _ name: String, emitter: Int = -1) -> Int {
    table.origins.append(.init(kind: kind, name: name, emitter: emitter))
    return table.origins.count - 1
  }
}

/// The numbers of the causes that a detector adds itself.
struct DetectorOrigins: Sendable {
  var dark: UInt16
  var afterpulse: UInt16
  /// Of no meaning without crosstalk.
  var crosstalk: UInt16 = 0
}

extension Origins {
  /// What a detector adds itself.
  func own(ofDetector d: Int) -> DetectorOrigins {
    DetectorOrigins(
      dark: UInt16(dark[d]), afterpulse: UInt16(afterpulse[d]), crosstalk: crosstalk.isEmpty ? 0 : UInt16(crosstalk[d]))
  }
}
