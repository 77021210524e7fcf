/// What was lost: one entry per loss, and per origin the other side of the balance.
final class LossColumns {
  private static let group = TruthLayout.group + "/lost"

  private let places: [LossPlaceTable.Place]
  private let origin: HDF5Column<UInt16>
  private let time: HDF5Column<Int64>
  private let place: HDF5Column<UInt16>
  private var emitted: [Int64]

  init(_ file: HDF5OutputFile, origins: Int, places: LossPlaceTable) throws(TimeTagError) {
    self.places = places.places
    emitted = Array(repeating: 0, count: origins)
    try file.group(Self.group)
    origin = try file.column(Self.group + "/origin", of: UInt16.self)
    time = try file.column(Self.group + "/time", of: Int64.self)
    place = try file.column(Self.group + "/place", of: UInt16.self)
    try file.attribute("unit", TruthLayout.timeUnit, ofObject: Self.group + "/time")
  }

  func append(_ lost: [LostEvent], emitted more: [Int64], path: String) throws(TimeTagError) {
    guard more.count <= emitted.count else {
      throw .cannotEncode(path: path, reason: "\(more.count) numbers of what was emitted for \(emitted.count) origins")
    }
    for (i, count) in more.enumerated() { emitted[i] += count }
    for event in lost {
      guard Int(event.origin) < emitted.count, Int(event.place) < places.count else {
        throw .cannotEncode(
          path: path,
          reason: "loss \(origin.count) has origin \(event.origin) of \(emitted.count), "
            + "place \(event.place) of \(places.count)")
      }
      try origin.append(event.origin)
      try time.append(event.time)
      try place.append(event.place)
    }
  }

  /// Writes what has collected, and the tables.
  func finish(_ file: HDF5OutputFile) throws(TimeTagError) {
    try origin.flush()
    try time.flush()
    try place.flush()
    let group = Self.group + "/places"
    try file.group(group)
    try file.texts(group + "/kind", places.map(\.kind.rawValue), shape: [places.count])
    try file.texts(group + "/name", places.map(\.name), shape: [places.count])
    try file.array(group + "/detector", places.map { Int32(clamping: $0.detector) })
    try file.array(TruthLayout.group + "/origins/emitted", emitted)
  }
}
