/// Names and version of the truth in `/user/antibunch`; `Sources/TimeTags/README.md` is their documentation.
enum TruthLayout {
  static let group = "/user/antibunch"
  /// Raised whenever a reader of the layout before would misread the new one.
  static let version: Int64 = 2
  /// The unit of every time of the truth.
  static let timeUnit = "1/16 picosecond"
}

/// The columns of the truth: one entry per photon, and the changes of state beside them.
final class TruthColumns {
  private let origins: OriginTable
  private let origin: HDF5Column<UInt16>
  private let emissionTime: HDF5Column<Int64>
  private let detectionTime: HDF5Column<Int64>
  private let parent: HDF5Column<Int64>
  private let particles: HDF5Column<Int16>
  private let changeTime: HDF5Column<Int64>
  private let changeEmitter: HDF5Column<UInt16>
  private let changeState: HDF5Column<UInt16>
  /// The emitter of each origin; −1 for none.
  private let emitters: [Int16]

  init(_ file: HDF5OutputFile, origins: OriginTable) throws(TimeTagError) {
    let group = TruthLayout.group
    self.origins = origins
    emitters = origins.origins.map { Int16(clamping: $0.emitter) }
    origin = try file.column(group + "/origin", of: UInt16.self)
    emissionTime = try file.column(group + "/emission_time", of: Int64.self)
    detectionTime = try file.column(group + "/detection_time", of: Int64.self)
    parent = try file.column(group + "/parent", of: Int64.self)
    particles = try file.column(
      "/photon_data/particles", of: Int16.self, title: PhotonHDF5Titles.title("/photon_data/particles"))
    try file.group(group + "/state_changes")
    changeTime = try file.column(group + "/state_changes/time", of: Int64.self)
    changeEmitter = try file.column(group + "/state_changes/emitter", of: UInt16.self)
    changeState = try file.column(group + "/state_changes/state", of: UInt16.self)
    for name in ["/emission_time", "/detection_time", "/state_changes/time"] {
      try file.attribute("unit", TruthLayout.timeUnit, ofObject: group + name)
    }
  }

  func append(_ truths: Span<RecordTruth>, path: String) throws(TimeTagError) {
    for index in truths.indices {
      let truth = truths[index]
      guard Int(truth.origin) < emitters.count, truth.parent >= -1 else {
        throw .cannotEncode(
          path: path,
          reason: "the truth of record \(origin.count) has origin \(truth.origin) of \(emitters.count), "
            + "parent \(truth.parent)")
      }
      try origin.append(truth.origin)
      try emissionTime.append(truth.emissionTime)
      try detectionTime.append(truth.detectionTime)
      try parent.append(truth.parent)
      try particles.append(emitters[Int(truth.origin)])
    }
  }

  func append(_ change: StateChange) throws(TimeTagError) {
    try changeTime.append(change.time)
    try changeEmitter.append(change.emitter)
    try changeState.append(change.state)
  }

  /// Writes what has collected, and the tables of origins and state names.
  func finish(
    _ file: HDF5OutputFile, states: [[StateDescription]], liveTimes: LiveTimes?
  ) throws(TimeTagError) {
    try origin.flush()
    try emissionTime.flush()
    try detectionTime.flush()
    try parent.flush()
    try particles.flush()
    try changeTime.flush()
    try changeEmitter.flush()
    try changeState.flush()
    let group = TruthLayout.group + "/origins"
    try file.group(group)
    let table = origins.origins
    try file.texts(group + "/kind", table.map(\.kind.rawValue), shape: [table.count])
    try file.texts(group + "/name", table.map(\.name), shape: [table.count])
    try file.array(group + "/emitter", table.map { Int32(clamping: $0.emitter) })
    try write(states, file)
    if let liveTimes {
      try file.group(TruthLayout.group + "/live_time")
      try file.array(TruthLayout.group + "/live_time/detector", liveTimes.detectorSeconds)
      try file.array(TruthLayout.group + "/live_time/input", liveTimes.inputSeconds)
    }
  }

  /// The states by name, emitters × states, and what each hidden variable is in them, one row after the other.
  private func write(_ states: [[StateDescription]], _ file: HDF5OutputFile) throws(TimeTagError) {
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
