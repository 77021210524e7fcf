import Bench
import Emitters
import Reporting
import Simulation
import TimeTags

/// What a scan leaves in `truth.json`: what caused the counts.
struct ScanTruth: Encodable {
  struct Source: Encodable {
    var name: String
    var counts: Int
  }
  struct EmitterTruth: Encodable {
    var name: String
    var xUm: Double
    var yUm: Double
    var counts: Int
    /// The hidden states with the spot near: at the start of each such dwell, and at every change.
    var states: [State]
    enum CodingKeys: String, CodingKey {
      case name, counts, states
      case xUm = "x_um"
      case yUm = "y_um"
    }
  }
  struct State: Encodable {
    var timeS: Double
    var state: String
    enum CodingKeys: String, CodingKey {
      case timeS = "time_s"
      case state
    }
  }
  var emitters: [EmitterTruth]
  var background: [Source]
  var darkCounts: Int
  var afterpulses: Int
  var clicksLostInDetectorDeadTime: Int64

  enum CodingKeys: String, CodingKey {
    case emitters, background, afterpulses
    case darkCounts = "dark_counts"
    case clicksLostInDetectorDeadTime = "clicks_lost_in_detector_dead_time"
  }

  init(_ simulator: ScanSimulator, _ record: ScanRecord) {
    let scan = simulator.scan
    let names = simulator.stateNames
    var states = [[State]](repeating: [], count: scan.bench.emitters.count)
    for change in record.stateChanges {
      let e = Int(change.emitter)
      let name = names[e][Int(change.state)]
      // A dwell that begins in the state of the last tells nothing new.
      if states[e].last?.state != name { states[e].append(State(timeS: Double(change.time) / 16e12, state: name)) }
    }
    emitters = scan.bench.emitters.indices.map { e in
      EmitterTruth(
        name: scan.bench.emitters[e].name, xUm: scan.emitterPlaces[e].xMicrometers,
        yUm: scan.emitterPlaces[e].yMicrometers, counts: record.countsPerEmitter[e], states: states[e])
    }
    background = zip(scan.bench.background, record.countsPerBackground).map { Source(name: $0.name, counts: $1) }
    darkCounts = record.darkCounts
    afterpulses = record.afterpulses
    clicksLostInDetectorDeadTime = record.lostInDeadTime
  }
}
