/// Everything in a Photon-HDF5 file besides the photons: set-up, identity, specifications.
struct PhotonHDF5Description {
  let settings: PhotonHDF5Settings
  let photonsPerChannel: [Int]

  private static let formatName = "Photon-HDF5"
  private static let formatVersion = "0.5"

  func write(to file: HDF5OutputFile, acquisitionTimeSeconds: Double, partial: String?) throws(TimeTagError) {
    try file.attribute("TITLE", PhotonHDF5Titles.title("/"), ofObject: "/")
    try file.attribute("format_name", Self.formatName, ofObject: "/")
    try file.attribute("format_version", Self.formatVersion, ofObject: "/")
    try text("/format_name", Self.formatName, file)
    try text("/format_version", Self.formatVersion, file)
    try scalar("/acquisition_duration", acquisitionTimeSeconds, file)
    try text("/description", PartialMark.comment(settings.comment, partial: partial), file)
    try writeSpecifications(file)
    try writeSetup(file)
    try writeIdentity(file)
    try file.attribute("layout_version", TruthLayout.version, ofObject: TruthLayout.group)
    try file.attribute("measurement_mode", Int64(settings.mode.rawValue), ofObject: TruthLayout.group)
    try file.attribute("partial", Int64(partial == nil ? 0 : 1), ofObject: TruthLayout.group)
    if let partial { try file.attribute("partial_reason", partial, ofObject: TruthLayout.group) }
  }

  private func writeSpecifications(_ file: HDF5OutputFile) throws(TimeTagError) {
    try group("/photon_data/timestamps_specs", file)
    try scalar("/photon_data/timestamps_specs/timestamps_unit", settings.macroTimeUnitSeconds, file)
    if settings.mode == .t3, let unit = settings.nanotimeUnitSeconds {
      try group("/photon_data/nanotimes_specs", file)
      try scalar("/photon_data/nanotimes_specs/tcspc_unit", unit, file)
      try scalar("/photon_data/nanotimes_specs/tcspc_num_bins", Int64(settings.nanotimeBins), file)
      try scalar("/photon_data/nanotimes_specs/tcspc_range", unit * Double(settings.nanotimeBins), file)
    }
    let specifications = "/photon_data/measurement_specs"
    try group(specifications, file)
    try text(specifications + "/measurement_type", "generic", file)
    if let rate = settings.laserRepetitionRateHz {
      try scalar(specifications + "/laser_repetition_rate", rate, file)
    }
    try group(specifications + "/detectors_specs", file)
    for (index, detector) in settings.detectors.enumerated() {
      try file.array(
        "\(specifications)/detectors_specs/split_ch\(index + 1)", [detector.channel],
        title: PhotonHDF5Titles.splitChannel(index + 1))
    }
  }

  private func writeSetup(_ file: HDF5OutputFile) throws(TimeTagError) {
    let detectors = settings.detectors
    try group("/setup", file)
    try scalar("/setup/num_pixels", Int64(detectors.count), file)
    try scalar("/setup/num_spots", Int64(1), file)
    try scalar("/setup/num_spectral_ch", Int64(1), file)
    try scalar("/setup/num_polarization_ch", Int64(1), file)
    try scalar("/setup/num_split_ch", Int64(detectors.count), file)
    try scalar("/setup/modulated_excitation", UInt8(0), file)
    try array("/setup/excitation_alternated", [UInt8(0)], file)
    try scalar("/setup/lifetime", UInt8(settings.mode == .t3 ? 1 : 0), file)
    try array("/setup/excitation_cw", [UInt8(settings.laserRepetitionRateHz == nil ? 1 : 0)], file)
    if let rate = settings.laserRepetitionRateHz { try array("/setup/laser_repetition_rates", [rate], file) }
    if let wavelength = settings.excitationWavelengthMeters {
      try array("/setup/excitation_wavelengths", [wavelength], file)
    }
    if let wavelength = settings.detectionWavelengthMeters {
      try array("/setup/detection_wavelengths", [wavelength], file)
    }
    try group("/setup/detectors", file)
    try array("/setup/detectors/id", detectors.map(\.channel), file)
    try array("/setup/detectors/counts", detectors.map { Int64(photonsPerChannel[Int($0.channel)]) }, file)
    try file.texts(
      "/setup/detectors/label", detectors.map(\.name), shape: [detectors.count],
      title: PhotonHDF5Titles.title("/setup/detectors/label"))
    if detectors.contains(where: { $0.darkCountRateHz != nil }) {
      try array("/setup/detectors/dcr", detectors.map { $0.darkCountRateHz ?? .nan }, file)
    }
    if detectors.contains(where: { $0.afterpulsingProbability != nil }) {
      try array("/setup/detectors/afterpulsing", detectors.map { $0.afterpulsingProbability ?? .nan }, file)
    }
  }

  private func writeIdentity(_ file: HDF5OutputFile) throws(TimeTagError) {
    try group("/identity", file)
    try text("/identity/software", settings.software, file)
    try text("/identity/software_version", settings.softwareVersion, file)
    try text("/identity/creation_time", settings.creationTime.text, file)
    try text("/identity/format_name", Self.formatName, file)
    try text("/identity/format_version", Self.formatVersion, file)
    try text("/identity/format_url", "http://photon-hdf5.org/", file)
  }

  // Nodes with their official titles.

  private func group(_ name: String, _ file: HDF5OutputFile) throws(TimeTagError) {
    try file.group(name, title: PhotonHDF5Titles.title(name))
  }

  private func scalar(_ name: String, _ value: some HDF5Number, _ file: HDF5OutputFile) throws(TimeTagError) {
    try file.scalar(name, value, title: PhotonHDF5Titles.title(name))
  }

  private func array(_ name: String, _ values: [some HDF5Number], _ file: HDF5OutputFile) throws(TimeTagError) {
    try file.array(name, values, title: PhotonHDF5Titles.title(name))
  }

  private func text(_ name: String, _ value: String, _ file: HDF5OutputFile) throws(TimeTagError) {
    try file.text(name, value, title: PhotonHDF5Titles.title(name))
  }
}

extension PhotonHDF5Settings {
  /// What is wrong with these settings, as the end of a sentence; `nil` when they are sound.
  var contradiction: String? {
    if detectors.isEmpty { return "the settings name no detector" }
    if Set(detectors.map(\.channel)).count != detectors.count { return "two detectors share a channel" }
    if !(RecordingHeader.sensibleUnits ~= macroTimeUnitSeconds) {
      return "the time unit of \(macroTimeUnitSeconds) s is not between a femtosecond and 1000 s"
    }
    if let rate = laserRepetitionRateHz, !(rate > 0 && rate.isFinite) {
      return "the laser's repetition rate is not greater than zero"
    }
    if let origins, origins.origins.count > 65_536 { return "there are more than 65536 origins" }
    if origins == nil && lossPlaces != nil { return "losses are truth, and the settings name no origins" }
    if let lossPlaces, lossPlaces.places.count > 65_536 { return "there are more than 65536 places of loss" }
    if let origins, origins.origins.contains(where: { !(-1...32_767 ~= $0.emitter) }) {
      return "an origin's emitter is not −1 to 32767"
    }
    if states.count > 65_536 || statesPerEmitter > 65_536 { return "there are more than 65536 emitters or states" }
    if tables.contains(where: { $0.rows * (1 + ($0.texts.map(\.utf8.count).max() ?? 0)) > 1 << 26 }) {
      return "a table of names takes more than 64 MiB"
    }
    guard mode == .t3 else { return nil }
    guard let unit = nanotimeUnitSeconds, RecordingHeader.sensibleUnits ~= unit else {
      return "T3 needs a unit of the nanotimes, between a femtosecond and 1000 s"
    }
    if laserRepetitionRateHz == nil { return "T3 needs the laser's repetition rate" }
    if !(1...65_536 ~= nanotimeBins) { return "\(nanotimeBins) nanotime bins are not 1 to 65536" }
    return nil
  }

  private var statesPerEmitter: Int { states.map(\.count).max() ?? 0 }

  /// The tables of texts in the file, where every text takes the room of the longest.
  private var tables: [(rows: Int, texts: [String])] {
    let states = states.flatMap { $0 }
    return [
      (self.states.count * statesPerEmitter, states.map(\.name)), (states.count, states.map(\.slowState)),
      (states.count, states.map(\.centres)), (detectors.count, detectors.map(\.name)),
      (origins?.origins.count ?? 0, origins?.origins.map(\.name) ?? []),
      (lossPlaces?.places.count ?? 0, lossPlaces?.places.map(\.name) ?? []),
    ]
  }
}
