import Bench
import Detectors
import Emitters
import Glibc
import Light
import Photonics
import Reporting
import Simulation
import TimeTags

/// The files one simulation writes: the same records in several formats.
final class RecordingFiles {
  private var ptu: [PTUWriter] = []
  private var hdf5: [PhotonHDF5Writer] = []
  private var csv: [CSVWriter] = []
  /// Whether no record is a marker or a sync event.
  private let isPhotonsOnly: Bool

  /// Where the files of a run stood at a checkpoint, per kind in the order of the run.
  struct Positions: Codable {
    var ptu: [PTUWriter.Position] = []
    var hdf5: [PhotonHDF5Writer.Position] = []
    var csv: [CSVWriter.Position] = []
  }

  /// The endings of the files it writes.
  static let endings = [".ptu", ".pt3", ".h5", ".hdf5", ".csv"]

  /// - Parameters:
  ///   - paths: each ends in one of ``endings``.
  ///   - threads: how many threads may prepare what is written; does not change a byte.
  ///   - withLosses: whether everything that is lost goes into the files that have room for the truth.
  ///   - positions: where to go on, of the same paths.
  init(
    _ paths: [String], simulator: Simulator, threads: Int, comment: String, withLosses: Bool, from positions: Positions?
  ) throws {
    let bench = simulator.bench
    let electronics = bench.electronics
    let isT3 = electronics.mode == .t3
    let baseResolution = electronics.baseResolutionPicoseconds
    isPhotonsOnly = electronics.markers.isEmpty && !electronics.recordsSync
    // The files of a run depend on scenario and seed only, so they carry a fixed date and an identifier of the seed.
    let created = CreationTime(unixSeconds: 1_767_225_600)  // 2026-01-01
    for path in paths {
      if path.hasSuffix(".csv") {
        csv.append(
          try CSVWriter(
            path: path, mode: isT3 ? .t3 : .t2,
            unitPicoseconds: isT3 ? electronics.nanotimeResolutionPicoseconds : baseResolution,
            from: positions?.csv[csv.count]))
      } else if path.hasSuffix(".ptu") || path.hasSuffix(".pt3") {
        ptu.append(
          try PTUWriter(
            path: path, recordType: RecordType(electronics),
            settings: PTUWriterSettings(
              creationTime: created, identifier: (high: 0x616e_7469_6275_6e63, low: simulator.seed),
              syncRateHz: isT3 || electronics.recordsSync ? bench.excitation.repetitionRateHz : nil,
              laserRepetitionRateHz: bench.excitation.repetitionRateHz,
              baseResolutionPicoseconds: baseResolution, detectorInputs: electronics.detectorInputs,
              syncDivider: isT3 || electronics.recordsSync ? electronics.syncDivider : 1,
              nanotimeUnitPicoseconds: isT3 ? electronics.nanotimeResolutionPicoseconds : baseResolution,
              creatorVersion: Antibunch.version, comment: comment),
            container: path.hasSuffix(".pt3") ? .pt3 : .ptu, from: positions?.ptu[ptu.count]))
      } else {
        hdf5.append(
          try PhotonHDF5Writer(
            path: path,
            settings: PhotonHDF5Settings(
              mode: isT3 ? .t3 : .t2,
              macroTimeUnitSeconds: isT3
                ? 1e-9 * (bench.excitation.periodNanoseconds ?? 0) : Double(baseResolution) / 1e12,
              nanotimeUnitSeconds: isT3 ? Double(electronics.nanotimeResolutionPicoseconds) * 1e-12 : nil,
              nanotimeBins: electronics.family.nanotimeBins,
              laserRepetitionRateHz: bench.excitation.repetitionRateHz,
              excitationWavelengthMeters: bench.excitation.wavelengthNanometers * 1e-9,
              detectionWavelengthMeters: bench.path.passBand.map { $0.centerNanometers * 1e-9 },
              detectors: bench.detectors.enumerated().map { d, detector in
                .init(
                  channel: UInt8(electronics.channel(ofDetector: d)), name: detector.name,
                  darkCountRateHz: detector.darkCountRateHz,
                  afterpulsingProbability: detector.afterpulsing.probability)
              },
              creationTime: created, comment: comment, softwareVersion: Antibunch.version, origins: simulator.origins,
              states: simulator.stateDescriptions, lossPlaces: withLosses ? simulator.lossPlaces : nil),
            threads: threads, from: positions?.hdf5[hdf5.count]))
      }
    }
  }

  /// Whether any of the files has room for the truth.
  var holdTruth: Bool { !hdf5.isEmpty }

  func append(_ batch: borrowing Simulator.Batch) throws {
    for writer in ptu { try writer.append(batch.tags) }
    guard holdTruth || !csv.isEmpty else { return }
    // Photon-HDF5 and text hold photons.
    let photons = isPhotonsOnly ? batch.tags : batch.tags.filter { $0.kind == .photon }
    for writer in csv { try writer.append(photons) }
    for writer in hdf5 {
      try writer.append(tags: photons, truths: batch.truths)
      try writer.append(stateChanges: batch.stateChanges)
    }
    if !batch.emitted.isEmpty { try append(lost: batch.lost, emitted: batch.emitted) }
  }

  func append(lost: [LostEvent], emitted: [Int64] = []) throws {
    for writer in hdf5 { try writer.append(lost: lost, emitted: emitted) }
  }

  /// Brings everything to the files and tells where to go on.
  func checkpoint() throws -> Positions {
    Positions(
      ptu: try ptu.map { try $0.checkpoint() }, hdf5: try hdf5.map { try $0.checkpoint() },
      csv: try csv.map { try $0.checkpoint() })
  }

  /// After ``finish(seconds:partial:isOverrun:liveTimes:keepingJournal:)``, when the recording does not go on.
  func removeJournals() {
    for writer in hdf5 { writer.removeJournal() }
  }

  /// Leaves what is in the files as `.part`, marked as partial where there is a place for it.
  func abandon(reason: String) {
    for writer in ptu { writer.abandon(reason: reason) }
    for writer in hdf5 { writer.abandon() }
    for writer in csv { writer.abandon() }
  }

  /// - Parameters:
  ///   - partial: why the recording is shorter than planned; `nil` for a whole one.
  ///   - isOverrun: whether the reason is that the instrument's buffer overran.
  ///   - liveTimes: how long each channel could record; `nil` where that is not known.
  ///   - keepingJournal: whether the recording may go on.
  func finish(
    seconds: Double, partial: String?, isOverrun: Bool, liveTimes: LiveTimes?, keepingJournal: Bool
  ) throws {
    for writer in ptu { try writer.finish(acquisitionTimeSeconds: seconds, partial: partial, isOverrun: isOverrun) }
    for writer in hdf5 {
      try writer.finish(
        acquisitionTimeSeconds: seconds, partial: partial, liveTimes: liveTimes, keepingJournal: keepingJournal)
    }
    for writer in csv { try writer.finish() }
  }
}

extension RecordType {
  /// The records that an instrument writes in its mode.
  init(_ electronics: TimingElectronics) {
    let isT3 = electronics.mode == .t3
    self =
      switch electronics.family {
      case .picoHarp300: isT3 ? .picoHarp300T3 : .picoHarp300T2
      case .hydraHarp400: isT3 ? .hydraHarpV2T3 : .hydraHarpV2T2
      case .timeHarp260Nano: isT3 ? .timeHarp260NT3 : .timeHarp260NT2
      case .timeHarp260Pico: isT3 ? .timeHarp260PT3 : .timeHarp260PT2
      case .multiHarp150: isT3 ? .multiHarpT3 : .multiHarpT2
      }
  }
}

/// What a simulation left besides its files.
struct SimulationRecord {
  var photonsPerChannel: [UInt8: Int] = [:]
  var photonsPerOrigin: [Int]
  var losses: Simulator.Losses
  /// `nil` where a buffer overran.
  var liveTimes: LiveTimes?
  /// What came into being and what was lost where; `nil` unless asked for.
  var balance: LossBalance?
  var seconds: Double
  var isInterrupted: Bool
  /// Whether the instrument stopped the recording because its buffer overran.
  var isOverrun: Bool
  /// What it came to, where it was to end at a precision.
  var precision: ReachedPrecision?

  /// Whether the recording is shorter than planned.
  var isPartial: Bool { isInterrupted || isOverrun }
}

/// Simulates into files with a progress bar; an interrupt or an overrun of the instrument's buffer leaves valid files
/// marked partial.
///
/// - Parameters:
///   - withLosses: whether everything that is lost is written down, too; the reference engine only.
///   - resumption: how the run can be gone on with, if it can; not with losses.
///   - target: the precision at which the recording ends, if it is to end at one. It is looked at where a fixed number of blocks
///     ends, so that the end does not depend on threads; the run can be gone on with.
///   - forEachBatch: sees every batch after it is written; the run then shows no bar of its own.
func simulate(
  _ simulator: Simulator, threads: Int, into paths: [String], comment: String, withLosses: Bool = false,
  resumption: Resumption? = nil, until target: PrecisionTarget? = nil,
  forEachBatch: ((borrowing Simulator.Batch) -> Void)? = nil
) throws -> SimulationRecord {
  var start: RunCheckpoint?
  if let resumption, resumption.isAsked {
    start = try RunCheckpoint.load(resumption.path, of: resumption.identity)
    if start == nil { standardError("there is no \(resumption.path): the run begins anew") }
  }
  var watch: PrecisionWatch?
  if let target {
    if let start, start.counts.running == nil {
      throw Failure(
        .badData, "error: \(resumption?.path ?? "") is of a run without --until; without --resume the run begins anew")
    }
    let found = PrecisionWatch(target, bench: simulator.bench, running: start?.counts.running)
    if let start, found.isMet {
      standardError("the recording is as precise already: the files stay as they are")
      return SimulationRecord(
        photonsPerChannel: start.counts.photonsPerChannel, photonsPerOrigin: start.counts.perOrigin,
        losses: Simulator.Losses(), seconds: start.counts.seconds, isInterrupted: false, isOverrun: false,
        precision: ReachedPrecision(found))
    }
    watch = found
  }
  let files = try RecordingFiles(
    paths, simulator: simulator, threads: threads, comment: comment, withLosses: withLosses, from: start?.files)
  Interruption.watch()
  do {
    return try simulate(
      simulator, threads: threads, into: files, withLosses: withLosses, from: start, resumption: resumption,
      watch: watch, forEachBatch: forEachBatch)
  } catch {
    let failure = Failure(error)
    guard failure.code == Failure.Code.inputOutput.rawValue else { throw failure }
    files.abandon(reason: "writing failed")
    let advice =
      resumption.map { access($0.path, F_OK) == 0 ? "; once there is room, --resume goes on" : "" } ?? ""
    let left = paths.map { $0 + ".part" }.filter { access($0, F_OK) == 0 }.joined(separator: ", ")
    throw Failure(
      .inputOutput, failure.message + (left.isEmpty ? "" : "; what was written before is in \(left)") + advice)
  }
}

private func simulate(
  _ simulator: Simulator, threads: Int, into files: RecordingFiles, withLosses: Bool, from start: RunCheckpoint?,
  resumption: Resumption?, watch: PrecisionWatch?,
  forEachBatch: ((borrowing Simulator.Batch) -> Void)?
) throws -> SimulationRecord {
  var watch = watch
  let bar = forEachBatch == nil ? ProgressBar("simulating", unit: "records") : nil
  var counts = start?.counts ?? RunCounts(perOrigin: [Int](repeating: 0, count: simulator.origins.origins.count))
  var seconds = 0.0
  var lastCheckpoint = ContinuousClock.now
  var hasCheckpoint = start != nil
  var isInterrupted = false
  var isOverrun = false
  // Truth goes into Photon-HDF5 only.
  var balance = withLosses ? LossBalance(simulator) : nil
  let losses = try simulator.run(
    threads: threads, blocksPerBatch: watch == nil ? nil : 4, withTruth: files.holdTruth || withLosses,
    withLosses: withLosses, from: start?.simulation,
    isCheckpointDue: {
      guard let resumption else { return false }
      // Any batch may be the last.
      if watch != nil { return true }
      guard Interruption.isRequested || ContinuousClock.now - lastCheckpoint >= resumption.interval else {
        return false
      }
      lastCheckpoint = .now
      return true
    }
  ) { batch in
    try files.append(batch)
    counts.add(batch)
    balance?.add(batch.lost, emitted: batch.emitted)
    if withLosses && ContinuousClock.now - lastCheckpoint >= .seconds(2) {
      // Nothing can go on from here, but what is in the files when the program is killed can be read.
      _ = try files.checkpoint()
      lastCheckpoint = .now
    }
    seconds = batch.secondsDone
    watch?.consume(batch.tags)
    counts.running = watch?.running
    counts.seconds = seconds
    let isMet = watch?.isMet ?? false
    forEachBatch?(batch)
    bar?.update(fraction: max(batch.fraction, watch?.fraction ?? 0), count: Double(counts.records))
    isOverrun = batch.isOverrun
    // A watched run has a checkpoint behind every batch and keeps few of them.
    let isDue =
      watch == nil || isMet || Interruption.isRequested
      || resumption.map { ContinuousClock.now - lastCheckpoint >= $0.interval } ?? false
    if let resumption, let checkpoint = batch.checkpoint, !isOverrun, isDue {
      lastCheckpoint = .now
      try RunCheckpoint(
        identity: resumption.identity, simulation: checkpoint, files: try files.checkpoint(), counts: counts
      ).save(to: resumption.path)
      hasCheckpoint = true
    }
    isInterrupted =
      Interruption.isRequested && batch.fraction < 1 && !isOverrun && (resumption == nil || batch.checkpoint != nil)
    return !isInterrupted && !isMet
  }
  bar?.finish()
  if withLosses {
    try files.append(lost: losses.rest)
    balance?.add(losses.rest)
  }
  balance?.recorded = counts.perOrigin
  let liveTimes =
    isOverrun
    ? nil
    : LiveTimes(
      detectorSeconds: losses.detectorLiveSeconds,
      inputSeconds: simulator.inputLiveSeconds(photonsPerChannel: counts.perChannel, seconds: seconds))
  let shown = NumberFormat.significant(seconds, digits: 4)
  let planned = NumberFormat.significant(simulator.bench.durationSeconds, digits: 4)
  let reason = isOverrun ? "buffer overrun" : isInterrupted ? "interrupted" : nil
  try files.finish(
    seconds: seconds, partial: reason.map { "\($0) after \(shown) s of \(planned) s" }, isOverrun: isOverrun,
    liveTimes: liveTimes, keepingJournal: hasCheckpoint)
  if let resumption, !isInterrupted, !(watch?.isMet ?? false) {
    // In this order: a checkpoint is worth nothing without the journals.
    unlink(resumption.path)
    files.removeJournals()
  }
  if isOverrun, let buffer = simulator.bench.electronics.buffer {
    standardError(
      "warning: the buffer of the \(simulator.bench.electronics.name), \(buffer.records) records read at "
        + "\(NumberFormat.rate(buffer.readoutRateHz)), overran after \(shown) s of \(planned) s: the recording ends there "
        + "and is marked partial")
  }
  return SimulationRecord(
    photonsPerChannel: counts.photonsPerChannel, photonsPerOrigin: counts.perOrigin, losses: losses,
    liveTimes: liveTimes, balance: balance, seconds: seconds, isInterrupted: isInterrupted, isOverrun: isOverrun,
    precision: watch.map(ReachedPrecision.init))
}
