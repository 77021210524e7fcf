import Bench
import Detectors
import Emitters
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

  /// The endings of the files it writes.
  static let endings = [".ptu", ".pt3", ".h5", ".hdf5", ".csv"]

  /// - Parameters:
  ///   - paths: each ends in one of ``endings``.
  ///   - withLosses: whether everything that is lost goes into the files that have room for the truth.
  init(_ paths: [String], simulator: Simulator, comment: String, withLosses: Bool) throws {
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
            unitPicoseconds: isT3 ? electronics.nanotimeResolutionPicoseconds : baseResolution))
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
            container: path.hasSuffix(".pt3") ? .pt3 : .ptu))
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
              states: simulator.stateDescriptions, lossPlaces: withLosses ? simulator.lossPlaces : nil)))
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

  /// - Parameters:
  ///   - partial: why the recording is shorter than planned; `nil` for a whole one.
  ///   - isOverrun: whether the reason is that the instrument's buffer overran.
  func finish(seconds: Double, partial: String?, isOverrun: Bool, liveTimes: LiveTimes?) throws {
    for writer in ptu { try writer.finish(acquisitionTimeSeconds: seconds, partial: partial, isOverrun: isOverrun) }
    for writer in hdf5 { try writer.finish(acquisitionTimeSeconds: seconds, partial: partial, liveTimes: liveTimes) }
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

/// Adds a batch's photons to the counts per channel and per origin.
private func count(_ batch: borrowing Simulator.Batch, _ perChannel: inout [Int], _ perOrigin: inout [Int]) {
  for tag in batch.tags where tag.kind == .photon { perChannel[Int(tag.channel)] &+= 1 }
  for truth in batch.truths { perOrigin[Int(truth.origin)] &+= 1 }
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

  /// Whether the recording is shorter than planned.
  var isPartial: Bool { isInterrupted || isOverrun }
}

/// Simulates into files with a progress bar; an interrupt or an overrun of the instrument's buffer leaves valid files
/// marked partial.
///
/// - Parameter withLosses: whether everything that is lost is written down, too; the reference engine only.
func simulate(
  _ simulator: Simulator, threads: Int, into paths: [String], comment: String, withLosses: Bool = false
) throws -> SimulationRecord {
  let files = try RecordingFiles(paths, simulator: simulator, comment: comment, withLosses: withLosses)
  var balance = withLosses ? LossBalance(simulator) : nil
  Interruption.watch()
  let bar = ProgressBar("simulating", unit: "records")
  var perChannel = [Int](repeating: 0, count: 256)
  var perOrigin = [Int](repeating: 0, count: simulator.origins.origins.count)
  var seconds = 0.0
  var records = 0
  var isInterrupted = false
  var isOverrun = false
  // Truth goes into Photon-HDF5 only.
  let losses = try simulator.run(threads: threads, withTruth: files.holdTruth || withLosses, withLosses: withLosses) {
    batch in
    try files.append(batch)
    balance?.add(batch.lost, emitted: batch.emitted)
    count(batch, &perChannel, &perOrigin)
    records += batch.tags.count
    seconds = batch.secondsDone
    bar.update(fraction: batch.fraction, count: Double(records))
    isOverrun = batch.isOverrun
    isInterrupted = Interruption.isRequested && batch.fraction < 1 && !isOverrun
    return !isInterrupted
  }
  bar.finish()
  if withLosses {
    try files.append(lost: losses.rest)
    balance?.add(losses.rest)
  }
  balance?.recorded = perOrigin
  let liveTimes =
    isOverrun
    ? nil
    : LiveTimes(
      detectorSeconds: losses.detectorLiveSeconds,
      inputSeconds: inputLiveTimes(simulator.bench.electronics, photons: perChannel, losses, seconds: seconds))
  let shown = NumberFormat.significant(seconds, digits: 4)
  let planned = NumberFormat.significant(simulator.bench.durationSeconds, digits: 4)
  let reason = isOverrun ? "buffer overrun" : isInterrupted ? "interrupted" : nil
  try files.finish(
    seconds: seconds, partial: reason.map { "\($0) after \(shown) s of \(planned) s" }, isOverrun: isOverrun,
    liveTimes: liveTimes)
  if isOverrun, let buffer = simulator.bench.electronics.buffer {
    standardError(
      "warning: the buffer of the \(simulator.bench.electronics.name), \(buffer.records) records read at "
        + "\(NumberFormat.rate(buffer.readoutRateHz)), overran after \(shown) s of \(planned) s: the recording ends there "
        + "and is marked partial")
  }
  return SimulationRecord(
    photonsPerChannel: Dictionary(
      uniqueKeysWithValues: perChannel.enumerated().filter { $0.element > 0 }.map { (UInt8($0.offset), $0.element) }),
    photonsPerOrigin: perOrigin, losses: losses, liveTimes: liveTimes, balance: balance, seconds: seconds,
    isInterrupted: isInterrupted, isOverrun: isOverrun)
}

/// Per detector, the time that its input was not dead: every record stops it for the dead time. A router's single input is
/// everybody's.
private func inputLiveTimes(
  _ electronics: TimingElectronics, photons: [Int], _ losses: Simulator.Losses, seconds: Double
) -> [Double] {
  losses.detectorLiveSeconds.indices.map { d in
    let records = electronics.isRouted ? photons.reduce(0, +) : photons[electronics.channel(ofDetector: d)]
    return max(0, seconds - Double(records) * electronics.deadTimeNanoseconds * 1e-9)
  }
}
