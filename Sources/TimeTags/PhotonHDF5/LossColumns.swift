/// What was lost: one entry per loss, and per origin the other side of the balance.
final class LossColumns {
  private let origins: Int
  private let places: Int
  private let origin: JournalColumn<UInt16>
  private let time: JournalColumn<Int64>
  private let place: JournalColumn<UInt16>
  /// One row of all origins after the other, to be added up.
  private let emitted: JournalColumn<Int64>

  init(_ journal: PhotonJournal, origins: Int, places: Int) throws(TimeTagError) {
    self.origins = origins
    self.places = places
    origin = try JournalColumn(journal, .lostOrigin)
    time = try JournalColumn(journal, .lostTime)
    place = try JournalColumn(journal, .lostPlace)
    emitted = try JournalColumn(journal, .emitted)
  }

  func append(_ lost: [LostEvent], emitted more: [Int64], path: String) throws(TimeTagError) {
    guard more.count <= origins else {
      throw .cannotEncode(path: path, reason: "\(more.count) numbers of what was emitted for \(origins) origins")
    }
    if more.contains(where: { $0 != 0 }) {
      for o in 0..<origins { try emitted.append(o < more.count ? more[o] : 0) }
    }
    for (index, event) in lost.enumerated() {
      guard Int(event.origin) < origins, Int(event.place) < places else {
        throw .cannotEncode(
          path: path,
          reason:
            "loss \(origin.count + index) has origin \(event.origin) of \(origins), place \(event.place) of \(places)")
      }
    }
    try origin.append(lost.count) { lost[$0].origin }
    try time.append(lost.count) { lost[$0].time }
    try place.append(lost.count) { lost[$0].place }
  }

  /// Brings what has collected to the journal.
  func flush() throws(TimeTagError) {
    try origin.flush()
    try time.flush()
    try place.flush()
    try emitted.flush()
  }

  /// The columns, and the table of places, in the file.
  static func write(
    _ journal: PhotonJournal, places: [LossPlaceTable.Place], to file: HDF5OutputFile
  ) throws(TimeTagError) {
    let group = TruthLayout.group + "/lost"
    try file.group(group)
    try file.column(group + "/origin", .lostOrigin, of: journal)
    try file.column(group + "/time", .lostTime, of: journal)
    try file.column(group + "/place", .lostPlace, of: journal)
    try file.attribute("unit", TruthLayout.timeUnit, ofObject: group + "/time")
    try file.group(group + "/places")
    try file.texts(group + "/places/kind", places.map(\.kind.rawValue), shape: [places.count])
    try file.texts(group + "/places/name", places.map(\.name), shape: [places.count])
    try file.array(group + "/places/detector", places.map { Int32(clamping: $0.detector) })
  }

  /// What was emitted altogether, per origin, in the file.
  static func writeEmitted(_ journal: PhotonJournal, origins: Int, to file: HDF5OutputFile) throws(TimeTagError) {
    var emitted = [Int64](repeating: 0, count: origins)
    var next = 0
    try journal.forEachChunk(of: .emitted) { bytes in
      for offset in stride(from: 0, to: bytes.count, by: 8) {
        emitted[next % origins] += Int64(bitPattern: bytes.uint64(at: offset))
        next += 1
      }
    }
    try file.array(TruthLayout.group + "/origins/emitted", emitted)
  }
}
