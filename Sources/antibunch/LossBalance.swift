import Reporting
import Simulation
import TimeTags

/// The balance of a simulation: per cause what came into being, what was recorded, and what was lost where.
struct LossBalance {
  private let origins: [OriginTable.Origin]
  private let places: [LossPlaceTable.Place]
  /// Per origin.
  private(set) var emitted: [Int64]
  var recorded: [Int]
  /// Per origin and place.
  private var lost: [[Int64]]

  init(_ simulator: Simulator) {
    origins = simulator.origins.origins
    places = simulator.lossPlaces.places
    emitted = Array(repeating: 0, count: origins.count)
    recorded = Array(repeating: 0, count: origins.count)
    lost = Array(repeating: Array(repeating: 0, count: places.count), count: origins.count)
  }

  mutating func add(_ events: [LostEvent], emitted more: [Int64] = []) {
    for event in events { lost[Int(event.origin)][Int(event.place)] += 1 }
    for (origin, count) in more.enumerated() { emitted[origin] += count }
  }

  /// One row per cause that gave anything, one column per kind of place at which anything was lost.
  var table: Table {
    let kinds = LossPlaceTable.Place.Kind.allCases.filter { kind in
      places.indices.contains { place in places[place].kind == kind && lost.contains { $0[place] > 0 } }
    }
    var table = Table(
      [.init("cause"), .init("emitted", .right), .init("recorded", .right)]
        + kinds.map { .init($0.rawValue, .right) })
    for origin in origins.indices where emitted[origin] > 0 {
      let shares = kinds.map { kind in
        places.indices.reduce(Int64(0)) { places[$1].kind == kind ? $0 + lost[origin][$1] : $0 }
      }
      table.append(
        [origins[origin].name, NumberFormat.count(Int(emitted[origin])), NumberFormat.count(recorded[origin])]
          + shares.map { NumberFormat.count(Int($0)) })
    }
    return table
  }
}
