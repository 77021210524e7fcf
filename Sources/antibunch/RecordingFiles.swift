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

  /// The endings of the files it writes.
  static let endings = [".ptu", ".pt3", ".h5", ".hdf5", ".csv"]

  /// - Parameter paths: each ends in one of ``endings``.
  init(_ paths: [String], simulator: Simulator, comment: String) throws {
    let bench = simulator.bench
    let electronics = bench.electronics
    let isT3 = electronics.mode == .t3
    // The files of a run depend on scenario and seed only, so they carry a fixed date and an identifier of the seed.
    let created = CreationTime(unixSeconds: 1_767_225_600)  // 2026-01-01
    for path in paths {
      if path.hasSuffix(".csv") {
        csv.append(
          try CSVWriter(
            path: path, mode: isT3 ? .t3 : .t2,
            unitPicoseconds: isT3 ? electronics.nanotimeResolutionPicoseconds : 4))
      } else if path.hasSuffix(".ptu") || path.hasSuffix(".pt3") {
        ptu.append(
          try PTUWriter(
            path: path, recordType: isT3 ? .picoHarp300T3 : .picoHarp300T2,
            settings: PTUWriterSettings(
              creationTime: created, identifier: (high: 0x616e_7469_6275_6e63, low: simulator.seed),
              syncRateHz: isT3 ? bench.excitation.repetitionRateHz : nil,
              laserRepetitionRateHz: bench.excitation.repetitionRateHz,
              nanotimeUnitPicoseconds: isT3 ? electronics.nanotimeResolutionPicoseconds : 4,
              creatorVersion: Antibunch.version, comment: comment),
            container: path.hasSuffix(".pt3") ? .pt3 : .ptu))
      } else {
        hdf5.append(
          try PhotonHDF5Writer(
            path: path,
            settings: PhotonHDF5Settings(
              mode: isT3 ? .t3 : .t2,
              macroTimeUnitSeconds: isT3 ? 1e-9 * (bench.excitation.periodNanoseconds ?? 0) : 4e-12,
              nanotimeUnitSeconds: isT3 ? Double(electronics.nanotimeResolutionPicoseconds) * 1e-12 : nil,
              laserRepetitionRateHz: bench.excitation.repetitionRateHz,
              excitationWavelengthMeters: bench.excitation.wavelengthNanometers * 1e-9,
              detectionWavelengthMeters: bench.path.filter.map { $0.centerNanometers * 1e-9 },
              detectors: bench.detectors.enumerated().map { d, detector in
                .init(
                  channel: UInt8(isT3 ? d + 1 : d), name: detector.name, darkCountRateHz: detector.darkCountRateHz,
                  afterpulsingProbability: detector.afterpulsing.probability)
              },
              creationTime: created, comment: comment, softwareVersion: Antibunch.version, origins: simulator.origins,
              stateNames: simulator.stateNames)))
      }
    }
  }

  /// Whether any of the files has room for the truth.
  var holdTruth: Bool { !hdf5.isEmpty }

  func append(_ batch: borrowing Simulator.Batch) throws {
    for writer in ptu { try writer.append(batch.tags) }
    for writer in csv { try writer.append(batch.tags) }
    for writer in hdf5 {
      try writer.append(tags: batch.tags, truths: batch.truths)
      try writer.append(stateChanges: batch.stateChanges)
    }
  }

  /// - Parameter partial: why the recording is shorter than planned; `nil` for a whole one.
  func finish(seconds: Double, partial: String?) throws {
    for writer in ptu { try writer.finish(acquisitionTimeSeconds: seconds, partial: partial) }
    for writer in hdf5 { try writer.finish(acquisitionTimeSeconds: seconds, partial: partial) }
    for writer in csv { try writer.finish() }
  }
}

/// Adds a batch's records to the counts per channel and per origin.
private func count(_ batch: borrowing Simulator.Batch, _ perChannel: inout [Int], _ perOrigin: inout [Int]) {
  for tag in batch.tags { perChannel[Int(tag.channel)] &+= 1 }
  for truth in batch.truths { perOrigin[Int(truth.origin)] &+= 1 }
}

/// What a simulation left besides its files.
struct SimulationRecord {
  var photonsPerChannel: [UInt8: Int] = [:]
  var photonsPerOrigin: [Int]
  var losses: Simulator.Losses
  var seconds: Double
  var isInterrupted: Bool
}

/// Simulates into files with a progress bar; an interrupt leaves valid files marked partial.
func simulate(_ simulator: Simulator, threads: Int, into paths: [String], comment: String) throws -> SimulationRecord {
  let files = try RecordingFiles(paths, simulator: simulator, comment: comment)
  Interruption.watch()
  let bar = ProgressBar("simulating", unit: "records")
  var perChannel = [Int](repeating: 0, count: 256)
  var perOrigin = [Int](repeating: 0, count: simulator.origins.origins.count)
  var seconds = 0.0
  var records = 0
  var isInterrupted = false
  // Truth goes into Photon-HDF5 only.
  let losses = try simulator.run(threads: threads, withTruth: files.holdTruth) { batch in
    try files.append(batch)
    count(batch, &perChannel, &perOrigin)
    records += batch.tags.count
    seconds = batch.secondsDone
    bar.update(fraction: batch.fraction, count: Double(records))
    isInterrupted = Interruption.isRequested && batch.fraction < 1
    return !isInterrupted
  }
  bar.finish()
  try files.finish(
    seconds: seconds,
    partial: isInterrupted
      ? "interrupted after \(NumberFormat.significant(seconds, digits: 4)) s of \(NumberFormat.significant(simulator.bench.durationSeconds, digits: 4)) s"
      : nil)
  return SimulationRecord(
    photonsPerChannel: Dictionary(
      uniqueKeysWithValues: perChannel.enumerated().filter { $0.element > 0 }.map { (UInt8($0.offset), $0.element) }),
    photonsPerOrigin: perOrigin, losses: losses, seconds: seconds, isInterrupted: isInterrupted)
}
