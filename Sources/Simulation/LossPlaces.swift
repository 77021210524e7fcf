import Bench
import Detectors
import Light
import Optics
import Records

/// Where each place of loss stands in the table of places.
struct LossPlaces: Sendable {
  private(set) var coupling = 0
  /// Per element of the path before the filters.
  private(set) var losses: [Int] = []
  /// Per filter before the beamsplitter.
  private(set) var filters: [Int] = []
  private(set) var port = 0
  /// Per arm and element.
  private(set) var arms: [[Int]] = []
  /// Per detector, here and below.
  private(set) var efficiency: [Int] = []
  private(set) var detectorDead: [Int] = []
  private(set) var recovery: [Int] = []
  private(set) var electronicsDead: [Int] = []
  private(set) var buffer = 0
  private(set) var outside = 0
  private(set) var table = LossPlaceTable()

  init(bench: Bench) {
    coupling = add(.coupling, "coupling")
    losses = bench.path.losses.map { add(.loss, $0.name) }
    filters = bench.path.filters.map { add(.filter, $0.name) }
    port = add(.port, "port without a detector")
    arms = bench.path.arms.enumerated().map { a, arm in arm.elements.map { add(.arm, "\($0.name), arm \(a)", a) } }
    func ofDetectors(_ kind: LossPlaceTable.Place.Kind, _ table: inout LossPlaces) -> [Int] {
      bench.detectors.enumerated().map { d, detector in table.add(kind, "\(detector.name), arm \(d)", d) }
    }
    efficiency = ofDetectors(.efficiency, &self)
    detectorDead = ofDetectors(.detectorDead, &self)
    recovery = ofDetectors(.recovery, &self)
    electronicsDead = bench.detectors.indices.map { add(.electronicsDead, "\(bench.electronics.name), arm \($0)", $0) }
    buffer = add(.buffer, bench.electronics.name)
    outside = add(.outside, "outside the recording")
  }

  /// What light meets from where it joins the path to the beamsplitter, each with its place.
  func way(_ path: LightPath, from entrance: LightPath.Entrance) -> [(element: Transmission, place: Int)] {
    let places =
      switch entrance {
      case .emitter: [coupling] + losses + filters
      case .collected: losses + filters
      case .filter: filters
      }
    return Array(zip(path.way(from: entrance), places))
  }

  private mutating func add(_ kind: LossPlaceTable.Place.Kind, _ name: String, _ detector: Int = -1) -> Int {
    table.places.append(.init(kind: kind, name: name, detector: detector))
    return table.places.count - 1
  }
}
