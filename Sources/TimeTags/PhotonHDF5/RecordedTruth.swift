/// The truth behind the records of a Photon-HDF5 file of ours, block by block: what `/user/antibunch` holds in layout 3
/// (`Sources/TimeTags/README.md`). Never read by `Analysis`.
package final class RecordedTruth {
  /// What the numbers of origins mean.
  package let origins: OriginTable
  /// The states of each emitter, in the order of their numbers.
  package let states: [[StateDescription]]
  /// Records that have a truth.
  package let count: Int
  /// Changes of hidden state in the whole recording.
  package let changeCount: Int

  private let path: String
  private let origin: HDF5InputColumn
  private let emissionTime: HDF5InputColumn
  private let detectionDelay: HDF5InputColumn
  private let parent: HDF5InputColumn
  private let changeTime: HDF5InputColumn
  private let changeEmitter: HDF5InputColumn
  private let changeState: HDF5InputColumn

  /// Opens the truth of the file at `path`; `nil` when it is no HDF5 file, or holds none.
  ///
  /// - Throws: ``TimeTagError``: a truth of another layout, or one whose columns do not fit together.
  package init?(path: String) throws(TimeTagError) {
    guard try InputFile(path: path).bytes(at: 0, count: 8) == PhotonHDF5Source.signature else { return nil }
    let file = try HDF5InputFile(path: path)
    let group = TruthLayout.group
    guard file.holds(group + "/origin") else { return nil }
    let version = try file.wholeNumber(attribute: "layout_version", of: group)
    guard version == TruthLayout.version else {
      throw .corrupt(
        path: path,
        reason:
          "the layout of its truth is \(version.map { "\($0)" } ?? "unknown"); this program reads \(TruthLayout.version)"
      )
    }
    func column(_ name: String) throws(TimeTagError) -> HDF5InputColumn {
      guard let column = try file.column(group + name), column.count <= column.largestCount else {
        throw .corrupt(path: path, reason: "\(group)\(name) is missing or announces more than the file can hold")
      }
      return column
    }
    self.path = path
    origin = try column("/origin")
    emissionTime = try column("/emission_time")
    detectionDelay = try column("/detection_delay")
    parent = try column("/parent")
    changeTime = try column("/state_changes/time")
    changeEmitter = try column("/state_changes/emitter")
    changeState = try column("/state_changes/state")
    (count, changeCount) = (origin.count, changeTime.count)
    guard [emissionTime.count, detectionDelay.count, parent.count] == [count, count, count],
      [changeEmitter.count, changeState.count] == [changeCount, changeCount]
    else { throw .corrupt(path: path, reason: "the columns of its truth differ in length") }
    origins = try Self.origins(file, column("/origins/emitter"), path: path)
    states = try Self.states(file, column("/states/emitter"), path: path)
  }

  /// The truth of records from `start` on; what is asked for must be there.
  package func truths(from start: Int, count: Int) throws(TimeTagError) -> [RecordTruth] {
    let origin: [UInt16] = try self.origin.values(from: start, count: count)
    let emission: [Int64] = try emissionTime.values(from: start, count: count)
    let delay: [Int64] = try detectionDelay.values(from: start, count: count)
    let parent: [Int64] = try self.parent.values(from: start, count: count)
    guard origin.allSatisfy({ $0 < origins.origins.count }) else {
      throw .corrupt(path: path, reason: "a record has an origin that the table of origins does not know")
    }
    return origin.indices.map {
      RecordTruth(
        origin: origin[$0], emissionTime: emission[$0], detectionTime: emission[$0] &+ delay[$0], parent: parent[$0])
    }
  }

  /// Changes of state from number `start` on.
  package func changes(from start: Int, count: Int) throws(TimeTagError) -> [StateChange] {
    let time: [Int64] = try changeTime.values(from: start, count: count)
    let emitter: [UInt16] = try changeEmitter.values(from: start, count: count)
    let state: [UInt16] = try changeState.values(from: start, count: count)
    return time.indices.map { StateChange(time: time[$0], emitter: emitter[$0], state: state[$0]) }
  }

  private static func origins(
    _ file: HDF5InputFile, _ emitters: HDF5InputColumn, path: String
  ) throws(TimeTagError) -> OriginTable {
    let group = TruthLayout.group + "/origins"
    let kinds = try file.texts(group + "/kind") ?? []
    let names = try file.texts(group + "/name") ?? []
    guard kinds.count == emitters.count, names.count == emitters.count, emitters.count <= 1 << 16 else {
      throw .corrupt(path: path, reason: "the columns of \(group) differ in length")
    }
    let numbers: [Int32] = try emitters.values(from: 0, count: emitters.count)
    var origins: [OriginTable.Origin] = []
    for (i, kind) in kinds.enumerated() {
      guard let known = OriginTable.Origin.Kind(rawValue: kind) else {
        throw .corrupt(path: path, reason: "an origin is of the kind '\(kind)', which this program does not know")
      }
      origins.append(.init(kind: known, name: names[i], emitter: Int(numbers[i])))
    }
    return OriginTable(origins)
  }

  private static func states(
    _ file: HDF5InputFile, _ emitters: HDF5InputColumn, path: String
  ) throws(TimeTagError) -> [[StateDescription]] {
    let group = TruthLayout.group
    let slow = try file.texts(group + "/states/slow_state") ?? []
    let names = try file.texts(group + "/state_names") ?? []
    guard slow.count == emitters.count, slow.count <= 1 << 20 else {
      throw .corrupt(path: path, reason: "the columns of \(group)/states differ in length")
    }
    let numbers: [UInt16] = try emitters.values(from: 0, count: emitters.count)
    let emitterCount = Int(numbers.max() ?? 0) + 1
    var states = [[StateDescription]](repeating: [], count: slow.isEmpty ? 0 : emitterCount)
    // `state_names` has as many places for each emitter as the one with most states has states.
    let places = names.count / emitterCount
    for (row, emitter) in numbers.enumerated() {
      let place = Int(emitter) * places + states[Int(emitter)].count
      guard place < names.count else { throw .corrupt(path: path, reason: "\(group)/state_names is too short") }
      states[Int(emitter)].append(StateDescription(name: names[place], slowState: slow[row]))
    }
    return states
  }
}
