import CHDF5
import Glibc

/// Makes the Photon-HDF5 file of a journal.
struct PhotonHDF5Assembly {
  let settings: PhotonHDF5Settings
  let journal: PhotonJournal
  let photonsPerChannel: [Int]
  /// Whether the journal is of a run that was stopped: its parts do not end at the same time, nothing balances, and it stays.
  var isRepair = false

  /// Makes the file, and gives it its name when it is whole.
  func write(acquisitionTimeSeconds: Double, partial: String?, liveTimes: LiveTimes?) throws(TimeTagError) {
    let file = try journal.chunkFile(copying: isRepair)
    do throws(TimeTagError) {
      try write(to: file, acquisitionTimeSeconds, partial, liveTimes)
      try file.commit()
    } catch {
      file.revert()
      throw file.failure ?? error
    }
  }

  private func write(
    to chunks: ChunkFile, _ seconds: Double, _ partial: String?, _ liveTimes: LiveTimes?
  ) throws(TimeTagError) {
    let file = try HDF5OutputFile(around: chunks)
    func column(_ name: String, _ column: PhotonJournal.Column) throws(TimeTagError) {
      try file.column(
        "/photon_data/" + name, column, of: journal, title: PhotonHDF5Titles.title("/photon_data/" + name))
    }
    try file.group("/photon_data", title: PhotonHDF5Titles.title("/photon_data"))
    try file.group("/user")
    try file.group(TruthLayout.group)
    try column("timestamps", .timestamps)
    try column("detectors", .detectors)
    if settings.mode == .t3 { try column("nanotimes", .nanotimes) }
    if let origins = settings.origins {
      try TruthColumns.write(
        journal, origins: origins, states: settings.states, liveTimes: liveTimes, to: file)
      if let places = settings.lossPlaces {
        try LossColumns.write(journal, places: places.places, to: file)
        if !isRepair { try LossColumns.writeEmitted(journal, origins: origins.origins.count, to: file) }
      }
    }
    try PhotonHDF5Description(settings: settings, photonsPerChannel: photonsPerChannel)
      .write(to: file, acquisitionTimeSeconds: seconds, partial: partial)
    try file.close()
  }
}

extension PhotonJournal.Column {
  /// The type of its values in the file.
  var fileType: hid_t {
    switch self {
    case .detectors: UInt8.fileType
    case .nanotimes, .origin, .changeEmitter, .changeState, .lostOrigin, .lostPlace: UInt16.fileType
    case .particles: Int16.fileType
    case .timestamps, .emissionTime, .detectionDelay, .parent, .changeTime, .lostTime, .emitted: Int64.fileType
    }
  }
}
