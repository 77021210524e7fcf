import Bench
import Detectors
import Emitters
import Scenarios
import Simulation
import Records

/// A run's records, their truth and what describes them, as columns by name. `README.md` lists them.
final class SimulatedRun {
  private(set) var columns: [String: Column] = [:]
  private let simulator: Simulator
  private let isT3: Bool

  private let times = ColumnOf<Int64>()
  private let channels = ColumnOf<UInt8>()
  private let nanotimes = ColumnOf<UInt16>()
  private let syncNumbers = ColumnOf<Int64>()
  private let markerTimes = ColumnOf<Int64>()
  private let markerBits = ColumnOf<UInt8>()
  private let syncTimes = ColumnOf<Int64>()

  private let origins = ColumnOf<UInt16>()
  private let emissionTimes = ColumnOf<Int64>()
  private let detectionTimes = ColumnOf<Int64>()
  private let parents = ColumnOf<Int64>()
  private let changeTimes = ColumnOf<Int64>()
  private let changeEmitters = ColumnOf<UInt16>()
  private let changeStates = ColumnOf<UInt16>()
  private let lostOrigins = ColumnOf<UInt16>()
  private let lostTimes = ColumnOf<Int64>()
  private let lostPlaces = ColumnOf<UInt16>()

  /// How much of the truth is kept.
  enum Truth: Int32 {
    case none, detected, all
  }

  /// The simulation was stopped from outside.
  struct Stopped: Error {}

  /// Simulates a scenario.
  ///
  /// - Parameter isStopped: asked after every batch.
  /// - Throws: ``Stopped``.
  init(
    _ scenario: Scenario, seed: UInt64, engine: Simulator.Engine, threads: Int, truth: Truth,
    isStopped: () -> Bool
  ) throws(Stopped) {
    let simulator = Simulator(bench: scenario.bench, seed: seed, engine: engine)
    self.simulator = simulator
    isT3 = scenario.bench.electronics.mode == .t3
    var seconds = 0.0
    var isOverrun = false
    var emitted = [Int64](repeating: 0, count: simulator.origins.origins.count)
    let losses = try simulator.run(threads: threads, withTruth: truth != .none, withLosses: truth == .all) {
      (batch) throws(Stopped) in
      append(batch.tags)
      append(batch.truths)
      append(batch.stateChanges)
      append(batch.lost)
      for (origin, count) in batch.emitted.enumerated() { emitted[origin] += count }
      seconds = batch.secondsDone
      isOverrun = batch.isOverrun
      if isStopped() { throw Stopped() }
      return true
    }
    append(losses.rest)
    name(scenario, seconds: seconds, isOverrun: isOverrun)
    if truth != .none { nameTruth(losses, seconds: seconds, isOverrun: isOverrun) }
    if truth == .all { nameLosses(emitted) }
  }

  private func append(_ tags: [TimeTag]) {
    let electronics = simulator.bench.electronics
    let resolution = Int64(electronics.baseResolutionPicoseconds)
    let nanotimeResolution = Int64(electronics.nanotimeResolutionPicoseconds)
    let period = syncPeriodPicoseconds
    let isT3 = isT3
    func time(_ tag: TimeTag) -> Int64 {
      isT3
        ? Int64((Double(tag.macroTime) * period).rounded()) + Int64(tag.nanotime) * nanotimeResolution
        : tag.macroTime * resolution
    }
    func append(_ photons: [TimeTag]) {
      times.append(photons, time)
      channels.append(photons) { $0.channel }
      guard isT3 else { return }
      nanotimes.append(photons) { $0.nanotime }
      syncNumbers.append(photons) { $0.macroTime }
    }
    if electronics.markers.isEmpty && !electronics.recordsSync { return append(tags) }
    append(tags.filter { $0.kind == .photon })
    let markers = tags.filter { $0.kind == .marker }
    markerTimes.append(markers, time)
    markerBits.append(markers) { $0.channel }
    syncTimes.append(tags.filter { $0.kind == .sync }, time)
  }

  private func append(_ truths: [RecordTruth]) {
    origins.append(truths) { $0.origin }
    emissionTimes.append(truths) { $0.emissionTime }
    detectionTimes.append(truths) { $0.detectionTime }
    parents.append(truths) { $0.parent }
  }

  private func append(_ changes: [StateChange]) {
    changeTimes.append(changes) { $0.time }
    changeEmitters.append(changes) { $0.emitter }
    changeStates.append(changes) { $0.state }
  }

  private func append(_ lost: [LostEvent]) {
    lostOrigins.append(lost) { $0.origin }
    lostTimes.append(lost) { $0.time }
    lostPlaces.append(lost) { $0.place }
  }

  /// The time of one laser pulse; 0 under continuous excitation.
  private var syncPeriodPicoseconds: Double { 1e3 * (simulator.bench.excitation.periodNanoseconds ?? 0) }

  private func name(_ scenario: Scenario, seconds: Double, isOverrun: Bool) {
    times.trim()
    channels.trim()
    nanotimes.trim()
    syncNumbers.trim()
    let bench = simulator.bench
    let electronics = bench.electronics
    columns["times_ps"] = times
    columns["channels"] = channels
    if isT3 {
      columns["nanotimes"] = nanotimes
      columns["sync_numbers"] = syncNumbers
      columns["nanotime_resolution_ps"] = ColumnOf([Int64(electronics.nanotimeResolutionPicoseconds)])
    }
    columns["marker_times_ps"] = markerTimes
    columns["marker_bits"] = markerBits
    columns["sync_times_ps"] = syncTimes
    columns["mode"] = ColumnOf([Int64(isT3 ? 3 : 2)])
    columns["resolution_ps"] = ColumnOf([Int64(electronics.baseResolutionPicoseconds)])
    columns["sync_period_ps"] = ColumnOf([syncPeriodPicoseconds])
    columns["duration_s"] = ColumnOf([seconds])
    columns["is_partial"] = ColumnOf([UInt8(isOverrun ? 1 : 0)])
    columns["name"] = ColumnOf(texts: [bench.name])
    columns["scenario_yaml"] = ColumnOf(texts: [scenario.resolved.yaml()])
  }

  private func nameTruth(_ losses: Simulator.Losses, seconds: Double, isOverrun: Bool) {
    origins.trim()
    emissionTimes.trim()
    detectionTimes.trim()
    parents.trim()
    columns["origin"] = origins
    columns["emission_time"] = emissionTimes
    columns["detection_time"] = detectionTimes
    columns["parent"] = parents
    let table = simulator.origins.origins
    columns["origin_kind"] = ColumnOf(texts: table.map(\.kind.rawValue))
    columns["origin_name"] = ColumnOf(texts: table.map(\.name))
    columns["origin_emitter"] = ColumnOf(table.map { Int32($0.emitter) })
    columns["change_time"] = changeTimes
    columns["change_emitter"] = changeEmitters
    columns["change_state"] = changeStates
    let states = simulator.stateDescriptions.enumerated().flatMap { emitter, states in
      states.enumerated().map { (emitter: UInt16(emitter), state: UInt16($0), is: $1) }
    }
    columns["states/name"] = ColumnOf(texts: states.map(\.is.name))
    columns["states/emitter"] = ColumnOf(states.map(\.emitter))
    columns["states/state"] = ColumnOf(states.map(\.state))
    columns["states/slow_state"] = ColumnOf(texts: states.map(\.is.slowState))
    columns["states/centres"] = ColumnOf(texts: states.map(\.is.centres))
    columns["states/shift_mev"] = ColumnOf(states.map(\.is.shiftMillielectronvolts))
    columns["states/bleaching_stage"] = ColumnOf(states.map { Int32($0.is.bleachingStage) })
    columns["states/is_bleached"] = ColumnOf(states.map { UInt8($0.is.isBleached ? 1 : 0) })
    if !isOverrun {
      columns["detector_live_s"] = ColumnOf(losses.detectorLiveSeconds)
      columns["input_live_s"] = ColumnOf(
        simulator.inputLiveSeconds(photonsPerChannel: channels.frequencies, seconds: seconds))
    }
  }

  private func nameLosses(_ emitted: [Int64]) {
    lostOrigins.trim()
    lostTimes.trim()
    lostPlaces.trim()
    columns["lost/origin"] = lostOrigins
    columns["lost/time"] = lostTimes
    columns["lost/place"] = lostPlaces
    let places = simulator.lossPlaces.places
    columns["lost/place_kind"] = ColumnOf(texts: places.map(\.kind.rawValue))
    columns["lost/place_name"] = ColumnOf(texts: places.map(\.name))
    columns["lost/place_detector"] = ColumnOf(places.map { Int32($0.detector) })
    columns["lost/emitted"] = ColumnOf(emitted)
  }
}
