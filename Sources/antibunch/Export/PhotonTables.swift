import Analysis
import TimeTags

extension TableWriter {
  /// Writes every photon and, of a simulated recording with its truth, causes and hidden states.
  func writePhotons(of recording: OpenRecording) throws {
    let truth = try RecordedTruth(path: recording.path)
    try begin(photonTable(recording.header, hasTruth: truth != nil))
    var number = 0
    var perOrigin = [Int](repeating: 0, count: truth?.origins.origins.count ?? 0)
    // so that the table begins even where there is none
    try append(photonBlock([], recording.header, truth.map { _ in [] }))
    try recording.replay { tags in
      let photons = tags.filter { $0.kind == .photon }
      guard !photons.isEmpty else { return }
      guard let truth else { return try append(photonBlock(photons, recording.header, nil)) }
      guard number + photons.count <= truth.count else {
        throw Failure(.badData, "error: \(recording.path) has more photons than truths")
      }
      let truths = try truth.truths(from: number, count: photons.count)
      number += photons.count
      for truth in truths { perOrigin[Int(truth.origin)] += 1 }
      try append(photonBlock(photons, recording.header, truths))
    }
    try end()
    if let truth {
      try write(causeTable(truth.origins, records: perOrigin))
      try write(stateTable(truth.states))
      try writeStateChanges(truth)
    }
  }

  private func writeStateChanges(_ truth: RecordedTruth) throws {
    var table = FilledTable("state_changes", "When an emitter changed its hidden state (truth).")
    table.add("time_s", unit: "s", "when the state begins, since the start of the recording", [Double?]())
    table.add("emitter", "number of the emitter", [Int]())
    table.add("state", "the state that begins, a number of the table states", [Int]())
    try begin(table.table)
    try append(table.values)
    let block = 1 << 16
    for start in stride(from: 0, to: truth.changeCount, by: block) {
      let changes = try truth.changes(from: start, count: min(block, truth.changeCount - start))
      try append([
        .real(changes.map { Double($0.time) / 16e12 }), .whole(changes.map { Int64($0.emitter) }),
        .whole(changes.map { Int64($0.state) }),
      ])
    }
    try end()
  }
}

private func stateTable(_ states: [[StateDescription]]) -> FilledTable {
  var table = FilledTable("states", "The hidden states of each emitter (truth).")
  let rows = states.enumerated().flatMap { emitter, states in
    states.enumerated().map { (emitter: emitter, state: $0, description: $1) }
  }
  table.add("emitter", "number of the emitter", rows.map(\.emitter))
  table.add("state", "number of the state, among those of its emitter", rows.map(\.state))
  table.add("slow_state", "the blinking level", texts: rows.map(\.description.slowState))
  table.add("name", "every hidden variable, for people", texts: rows.map(\.description.name))
  return table
}

private func causeTable(_ origins: OriginTable, records: [Int]) -> FilledTable {
  var table = FilledTable("causes", "What the column cause of the table photons means (truth).")
  let all = origins.origins
  table.add("cause", "number of the cause", Array(all.indices))
  table.add("kind", "emission, background, leak, dark, afterpulse or crosstalk", texts: all.map(\.kind.rawValue))
  table.add("name", "what it is", texts: all.map(\.name))
  table.add("emitter", "number of the emitter; -1 for none", all.map(\.emitter))
  table.add("photons", "records that it caused", records)
  return table
}

/// The unit of time in whole picoseconds; `nil` where it is none.
private func wholePicoseconds(_ seconds: Double) -> Int64? {
  let picoseconds = seconds * 1e12
  let whole = picoseconds.rounded()
  return whole >= 1 && abs(picoseconds - whole) < 1e-6 * whole ? Int64(whole) : nil
}

private func photonTable(_ header: RecordingHeader, hasTruth: Bool) -> ExportTable {
  var table = ExportTable(
    "photons", "Every photon in the order of the recording; markers and sync records are left out.")
  func add(_ name: String, _ type: ExportTable.Column.ValueType, _ unit: String, _ meaning: String) {
    table.columns.append(.init(name: name, type: type, unit: unit, meaning: meaning))
  }
  func time(_ name: String, _ unitSeconds: Double, _ meaning: String) {
    add(name, wholePicoseconds(unitSeconds) == nil ? .float64 : .int64, "ps", meaning)
  }
  add("channel", .int64, "", "input channel as the instrument numbers it")
  if header.mode == .t2 {
    time("time_ps", header.macroTimeUnitSeconds, "arrival since the start of the recording")
  } else {
    add("pulse", .int64, "", "number of the laser pulse before it, since the start of the recording")
    time("nanotime_ps", header.nanotimeUnitSeconds ?? 0, "delay after that pulse")
    add("time_s", .float64, "s", "arrival since the start: pulse × \(header.macroTimeUnitSeconds) s + nanotime")
  }
  if hasTruth {
    add("cause", .int64, "", "truth: why there is this record, a number of the table causes")
    let exact = "exact to 1/16 ps in the first 560 s"
    add("emission_time_ps", .float64, "ps", "truth: when the light was emitted, since the start; \(exact)")
    add("avalanche_time_ps", .float64, "ps", "truth: when the detector's avalanche began, before jitter; \(exact)")
    add(
      "parent", .int64, "", "truth: of afterpulses and crosstalk the photon (row, from 0) that caused it; -1 for none")
  }
  return table
}

private func photonBlock(_ tags: [TimeTag], _ header: RecordingHeader, _ truths: [RecordTruth]?) -> [ColumnValues] {
  func times(_ counts: [Int64], _ unitSeconds: Double) -> ColumnValues {
    if let whole = wholePicoseconds(unitSeconds) { return .whole(counts.map { $0 &* whole }) }
    return .real(counts.map { Double($0) * unitSeconds * 1e12 })
  }
  var columns = [ColumnValues.whole(tags.map { Int64($0.channel) })]
  if header.mode == .t2 {
    columns.append(times(tags.map(\.macroTime), header.macroTimeUnitSeconds))
  } else {
    let nanotimeUnit = header.nanotimeUnitSeconds ?? 0
    columns.append(.whole(tags.map(\.macroTime)))
    columns.append(times(tags.map { Int64($0.nanotime) }, nanotimeUnit))
    columns.append(
      .real(tags.map { Double($0.macroTime) * header.macroTimeUnitSeconds + Double($0.nanotime) * nanotimeUnit }))
  }
  if let truths {
    columns.append(.whole(truths.map { Int64($0.origin) }))
    columns.append(.real(truths.map { Double($0.emissionTime) / 16 }))
    columns.append(.real(truths.map { Double($0.detectionTime) / 16 }))
    columns.append(.whole(truths.map(\.parent)))
  }
  return columns
}
