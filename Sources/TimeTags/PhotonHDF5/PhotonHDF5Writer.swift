/// Writes a Photon-HDF5 0.5 file: photons, the set-up, and for simulated recordings the truth behind every photon.
///
/// phconvert's strict validator, tttrlib and FRETBursts read the result; `Sources/TimeTags/README.md` draws it. The
/// file grows as `path.part` and gets its name in ``finish(acquisitionTimeSeconds:partial:)``; a writer released
/// without finishing removes what it wrote. The same photons give the same bytes, however the calls split them.
public final class PhotonHDF5Writer {
  private let settings: PhotonHDF5Settings
  private let output: OutputFile
  private let file: HDF5OutputFile
  private var columns: PhotonColumns?
  private var truth: TruthColumns?
  private var losses: LossColumns?
  private var lastTime: Int64 = 0
  private var photonsPerChannel = [Int](repeating: 0, count: 256)
  private let isKnownChannel: [Bool]

  /// Begins a file.
  ///
  /// - Throws: ``TimeTagError/cannotCreate(path:reason:)`` when the file cannot be created,
  ///   ``TimeTagError/cannotEncode(path:reason:)`` when the settings contradict each other.
  public init(path: String, settings: PhotonHDF5Settings) throws(TimeTagError) {
    self.settings = settings
    if let contradiction = settings.contradiction { throw .cannotEncode(path: path, reason: contradiction) }
    var isKnownChannel = [Bool](repeating: false, count: 256)
    for detector in settings.detectors { isKnownChannel[Int(detector.channel)] = true }
    self.isKnownChannel = isKnownChannel
    output = try OutputFile(path: path)
    output.releaseDescriptor()
    file = try HDF5OutputFile(partPath: output.partPath, path: path)
    try file.group("/photon_data", title: PhotonHDF5Titles.title("/photon_data"))
    try file.group("/user")
    try file.group(TruthLayout.group)
    columns = try PhotonColumns(file, hasNanotimes: settings.mode == .t3)
    if let origins = settings.origins { truth = try TruthColumns(file, origins: origins) }
    if let origins = settings.origins, let places = settings.lossPlaces {
      losses = try LossColumns(file, origins: origins.origins.count, places: places)
    }
  }

  /// Appends photons in the order of time, with the cause of each.
  ///
  /// - Parameter truths: one per tag when ``PhotonHDF5Settings/origins`` is given, none otherwise.
  /// - Throws: ``TimeTagError/cannotEncode(path:reason:)`` for a time that goes backwards, a channel that no detector
  ///   has, a nanotime beyond the last bin, a tag that is no photon, or a number of truths or an origin that does not fit;
  ///   ``TimeTagError/inputOutput(path:reason:)``.
  public func append(tags: [TimeTag], truths: [RecordTruth] = []) throws(TimeTagError) {
    try append(tags: tags.span, truths: truths.span)
  }

  /// Appends photons in the order of time, with the cause of each; see ``append(tags:truths:)-([TimeTag],_)``.
  public func append(tags: Span<TimeTag>, truths: Span<RecordTruth>) throws(TimeTagError) {
    guard let columns else { preconditionFailure("append() comes before finish()") }
    let expected = truth == nil ? 0 : tags.count
    guard truths.count == expected else {
      throw .cannotEncode(
        path: output.path, reason: "\(truths.count) truths came with \(tags.count) tags, not \(expected)")
    }
    for index in tags.indices {
      let tag = tags[index]
      guard tag.macroTime >= lastTime, tag.kind == .photon, isKnownChannel[Int(tag.channel)],
        settings.mode == .t3 ? tag.nanotime < settings.nanotimeBins : tag.nanotime == 0
      else { throw refusal(of: tag, number: columns.count) }
      lastTime = tag.macroTime
      photonsPerChannel[Int(tag.channel)] &+= 1
      try columns.append(tag)
    }
    if let truth { try truth.append(truths, path: output.path) }
  }

  /// Appends changes of the emitters' hidden states.
  ///
  /// - Throws: ``TimeTagError/cannotEncode(path:reason:)`` when the file has no truth, or for an emitter or state that
  ///   ``PhotonHDF5Settings/states`` does not name; ``TimeTagError/inputOutput(path:reason:)``.
  public func append(stateChanges: [StateChange]) throws(TimeTagError) {
    guard let truth else {
      throw .cannotEncode(path: output.path, reason: "state changes are truth, and the settings name no origins")
    }
    for change in stateChanges {
      guard Int(change.emitter) < settings.states.count,
        Int(change.state) < settings.states[Int(change.emitter)].count
      else {
        throw .cannotEncode(
          path: output.path, reason: "state \(change.state) of emitter \(change.emitter) has no name")
      }
      try truth.append(change)
    }
  }

  /// Appends what was lost, in order of time.
  ///
  /// - Parameters:
  ///   - lost: what left no record.
  ///   - emitted: how much more came into being, per origin; empty for nothing.
  /// - Throws: ``TimeTagError/cannotEncode(path:reason:)`` when the settings name no places, or not this one or this origin;
  ///   ``TimeTagError/inputOutput(path:reason:)``.
  public func append(lost: [LostEvent], emitted: [Int64] = []) throws(TimeTagError) {
    guard let losses else {
      throw .cannotEncode(path: output.path, reason: "something was lost, and the settings name no places")
    }
    try losses.append(lost, emitted: emitted, path: output.path)
  }

  /// Ends the recording: what is known only now, and the file's name.
  ///
  /// - Parameters:
  ///   - acquisitionTimeSeconds: how long the acquisition truly lasted.
  ///   - partial: for a recording that ended before its planned end, the reason; it heads the description.
  ///   - liveTimes: how long each channel could record, where that is known.
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func finish(
    acquisitionTimeSeconds: Double, partial: String? = nil, liveTimes: LiveTimes? = nil
  ) throws(TimeTagError) {
    precondition(columns != nil, "finish() is called once")
    guard acquisitionTimeSeconds.isFinite, acquisitionTimeSeconds >= 0 else {
      throw .cannotEncode(path: output.path, reason: "an acquisition time of \(acquisitionTimeSeconds) s is no time")
    }
    try columns?.flush()
    try truth?.finish(file, states: settings.states, liveTimes: liveTimes)
    try losses?.finish(file)
    try PhotonHDF5Description(settings: settings, photonsPerChannel: photonsPerChannel)
      .write(to: file, acquisitionTimeSeconds: acquisitionTimeSeconds, partial: partial)
    // The columns would hold the file open beyond close().
    columns = nil
    truth = nil
    losses = nil
    try file.close()
    try output.commit()
  }

  private func refusal(of tag: TimeTag, number: Int) -> TimeTagError {
    let reason: String
    if tag.macroTime < lastTime {
      reason = "time \(tag.macroTime) comes after \(lastTime)"
    } else if tag.kind != .photon {
      reason = "a \(tag.kind) is no photon"
    } else if !isKnownChannel[Int(tag.channel)] {
      reason = "channel \(tag.channel) belongs to no detector"
    } else {
      reason = "nanotime \(tag.nanotime) is not one of \(settings.mode == .t3 ? settings.nanotimeBins : 1) bins"
    }
    return .cannotEncode(path: output.path, reason: "tag \(number): \(reason)")
  }
}

/// The columns of `/photon_data` that grow with the photons.
struct PhotonColumns {
  private let timestamps: HDF5Column<Int64>
  private let detectors: HDF5Column<UInt8>
  private let nanotimes: HDF5Column<UInt16>?

  init(_ file: HDF5OutputFile, hasNanotimes: Bool) throws(TimeTagError) {
    func title(_ name: String) -> String { PhotonHDF5Titles.title("/photon_data/" + name) }
    timestamps = try file.column("/photon_data/timestamps", of: Int64.self, title: title("timestamps"))
    detectors = try file.column("/photon_data/detectors", of: UInt8.self, title: title("detectors"))
    nanotimes =
      hasNanotimes
      ? try file.column("/photon_data/nanotimes", of: UInt16.self, title: title("nanotimes")) : nil
  }

  var count: Int { timestamps.count }

  func append(_ tag: TimeTag) throws(TimeTagError) {
    try timestamps.append(tag.macroTime)
    try detectors.append(tag.channel)
    try nanotimes?.append(tag.nanotime)
  }

  func flush() throws(TimeTagError) {
    try timestamps.flush()
    try detectors.flush()
    try nanotimes?.flush()
  }
}
