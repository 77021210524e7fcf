/// Names and version of the truth in `/user/antibunch`; `Sources/TimeTags/README.md` is their documentation.
enum TruthLayout {
  static let group = "/user/antibunch"
  /// Raised whenever a reader of the layout before would misread the new one.
  static let version: Int64 = 3
  /// The unit of every time of the truth.
  static let timeUnit = "1/16 picosecond"
}

/// The columns of the truth: one entry per photon, and the changes of state beside them.
final class TruthColumns {
  private let origin: JournalColumn<UInt16>
  private let emissionTime: JournalColumn<Int64>
  private let detectionDelay: JournalColumn<Int64>
  private let parent: JournalColumn<Int64>
  private let particles: JournalColumn<Int16>
  private let changeTime: JournalColumn<Int64>
  private let changeEmitter: JournalColumn<UInt16>
  private let changeState: JournalColumn<UInt16>
  /// The emitter of each number an origin can have; −1 for none.
  private let emitters: [Int16]
  private let origins: Int

  init(_ journal: PhotonJournal, origins: OriginTable) throws(TimeTagError) {
    self.origins = origins.origins.count
    let emitters = origins.origins.map { Int16(clamping: $0.emitter) }
    self.emitters = emitters + Array(repeating: -1, count: Int(UInt16.max) + 1 - emitters.count)
    origin = try JournalColumn(journal, .origin)
    emissionTime = try JournalColumn(journal, .emissionTime)
    detectionDelay = try JournalColumn(journal, .detectionDelay)
    parent = try JournalColumn(journal, .parent)
    particles = try JournalColumn(journal, .particles)
    changeTime = try JournalColumn(journal, .changeTime)
    changeEmitter = try JournalColumn(journal, .changeEmitter)
    changeState = try JournalColumn(journal, .changeState)
  }

  /// Appends truths.
  ///
  /// - Throws: ``TimeTagError/cannotEncode(path:reason:)`` for an origin or parent that does not exist.
  func append(_ truths: Span<RecordTruth>, path: String) throws(TimeTagError) {
    var done = 0
    while done < truths.count {
      let free = (
        origin: origin.free, emissionTime: emissionTime.free, detectionDelay: detectionDelay.free, parent: parent.free,
        particles: particles.free
      )
      let more = min(truths.count - done, free.origin.count)
      var highestOrigin: UInt16 = 0
      var lowestParent: Int64 = 0
      emitters.withUnsafeBufferPointer { emitters in
        for i in 0..<more {
          let truth = truths[unchecked: done &+ i]
          free.origin[i] = truth.origin
          free.emissionTime[i] = truth.emissionTime
          free.detectionDelay[i] = truth.detectionTime &- truth.emissionTime
          free.parent[i] = truth.parent
          free.particles[i] = emitters[Int(truth.origin)]
          highestOrigin = max(highestOrigin, truth.origin)
          lowestParent = min(lowestParent, truth.parent)
        }
      }
      guard Int(highestOrigin) < origins, lowestParent >= -1 else {
        throw refusal(of: truths.extracting(done..<done + more), path: path)
      }
      try origin.filled(more)
      try emissionTime.filled(more)
      try detectionDelay.filled(more)
      try parent.filled(more)
      try particles.filled(more)
      done += more
    }
  }

  private func refusal(of truths: Span<RecordTruth>, path: String) -> TimeTagError {
    let index = truths.indices.first { Int(truths[$0].origin) >= origins || truths[$0].parent < -1 } ?? 0
    let truth = truths[index]
    return .cannotEncode(
      path: path,
      reason: "the truth of record \(origin.count + index) has origin \(truth.origin) of \(origins), "
        + "parent \(truth.parent)")
  }

  func append(_ change: StateChange) throws(TimeTagError) {
    try changeTime.append(change.time)
    try changeEmitter.append(change.emitter)
    try changeState.append(change.state)
  }

  /// Brings what has collected to the journal.
  func flush() throws(TimeTagError) {
    try origin.flush()
    try emissionTime.flush()
    try detectionDelay.flush()
    try parent.flush()
    try particles.flush()
    try changeTime.flush()
    try changeEmitter.flush()
    try changeState.flush()
  }

  /// The columns, the tables of origins and states, and live times, in the file.
  static func write(
    _ journal: PhotonJournal, origins: OriginTable, states: [[StateDescription]], liveTimes: LiveTimes?,
    to file: HDF5OutputFile
  ) throws(TimeTagError) {
    let group = TruthLayout.group
    try file.column(group + "/origin", .origin, of: journal)
    try file.column(group + "/emission_time", .emissionTime, of: journal)
    try file.column(group + "/detection_delay", .detectionDelay, of: journal)
    try file.column(group + "/parent", .parent, of: journal)
    let particles = "/photon_data/particles"
    try file.column(particles, .particles, of: journal, title: PhotonHDF5Titles.title(particles))
    try file.group(group + "/state_changes")
    try file.column(group + "/state_changes/time", .changeTime, of: journal)
    try file.column(group + "/state_changes/emitter", .changeEmitter, of: journal)
    try file.column(group + "/state_changes/state", .changeState, of: journal)
    for name in ["/emission_time", "/detection_delay", "/state_changes/time"] {
      try file.attribute("unit", TruthLayout.timeUnit, ofObject: group + name)
    }
    let table = origins.origins
    try file.group(group + "/origins")
    try file.texts(group + "/origins/kind", table.map(\.kind.rawValue), shape: [table.count])
    try file.texts(group + "/origins/name", table.map(\.name), shape: [table.count])
    try file.array(group + "/origins/emitter", table.map { Int32(clamping: $0.emitter) })
    try write(states, to: file)
    if let liveTimes {
      try file.group(group + "/live_time")
      try file.array(group + "/live_time/detector", liveTimes.detectorSeconds)
      try file.array(group + "/live_time/input", liveTimes.inputSeconds)
    }
  }

  /// The states by name, emitters × states, and what each hidden variable is in them, one row after the other.
  private static func write(_ states: [[StateDescription]], to file: HDF5OutputFile) throws(TimeTagError) {
    let most = states.map(\.count).max() ?? 0
    let padded = states.flatMap { $0.map(\.name) + Array(repeating: "", count: most - $0.count) }
    try file.texts(TruthLayout.group + "/state_names", padded, shape: [states.count, most])
    let group = TruthLayout.group + "/states"
    let rows = states.flatMap { $0 }
    try file.group(group)
    try file.array(group + "/emitter", states.enumerated().flatMap { e, states in states.map { _ in UInt16(e) } })
    try file.array(group + "/state", states.flatMap { $0.indices.map { UInt16($0) } })
    try file.texts(group + "/slow_state", rows.map(\.slowState), shape: [rows.count])
    try file.texts(group + "/centres", rows.map(\.centres), shape: [rows.count])
    try file.array(group + "/shift_mev", rows.map(\.shiftMillielectronvolts))
    try file.array(group + "/bleaching_stage", rows.map { Int32(clamping: $0.bleachingStage) })
    try file.array(group + "/is_bleached", rows.map { UInt8($0.isBleached ? 1 : 0) })
  }
}
