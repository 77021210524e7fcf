/// Writes a Photon-HDF5 0.5 file: photons, the set-up, and for simulated recordings the truth behind every photon.
///
/// phconvert's strict validator, tttrlib and FRETBursts read the result; `Sources/TimeTags/README.md` draws it. Until
/// ``finish(acquisitionTimeSeconds:partial:liveTimes:keepingJournal:)`` `path.part` is a ``PhotonJournal``; a writer released
/// before a ``checkpoint()``, without finishing or ``abandon()``, removes it. The same photons give the same bytes, however the calls
/// split them.
public final class PhotonHDF5Writer {
  /// So many photons stay in the processor's cache while each column takes its part of them.
  private static let slice = 512

  private let settings: PhotonHDF5Settings
  private let path: String
  private let journal: PhotonJournal
  private let columns: PhotonColumns
  private let truth: TruthColumns?
  private let losses: LossColumns?
  private var isFinished = false
  private var lastTime: Int64 = 0
  private var channelCounts = ChannelCounts()
  private let isKnownChannel: [Bool]

  /// Where a recording stood at a ``checkpoint()``.
  public struct Position: Sendable, Codable {
    fileprivate var end: PhotonJournal.End
    fileprivate var lastTime: Int64
    fileprivate var photonsPerChannel: [Int]
  }

  /// Begins a file, or goes on with one from a ``checkpoint()`` of the same settings.
  ///
  /// - Parameter threads: how many threads pack what is appended; with one the caller's does. Does not change a byte.
  /// - Throws: ``TimeTagError/cannotCreate(path:reason:)`` when the file cannot be created,
  ///   ``TimeTagError/cannotEncode(path:reason:)`` when the settings contradict each other.
  public init(
    path: String, settings: PhotonHDF5Settings, threads: Int = 1, from position: Position? = nil
  ) throws(TimeTagError) {
    self.path = path
    self.settings = settings
    if let contradiction = settings.contradiction { throw .cannotEncode(path: path, reason: contradiction) }
    var isKnownChannel = [Bool](repeating: false, count: 256)
    for detector in settings.detectors { isKnownChannel[Int(detector.channel)] = true }
    self.isKnownChannel = isKnownChannel
    if let position {
      journal = try PhotonJournal(path: path, goingOnAt: position.end, threads: threads)
      lastTime = position.lastTime
      guard position.photonsPerChannel.count == 256 else {
        throw .corrupt(path: path, reason: "the checkpoint counts \(position.photonsPerChannel.count) channels")
      }
      channelCounts = ChannelCounts(position.photonsPerChannel)
    } else {
      journal = try PhotonJournal(path: path, settings: settings, threads: threads)
    }
    columns = try PhotonColumns(journal, hasNanotimes: settings.mode == .t3)
    truth = if let origins = settings.origins { try TruthColumns(journal, origins: origins) } else { nil }
    losses =
      if let origins = settings.origins, let places = settings.lossPlaces {
        try LossColumns(journal, origins: origins.origins.count, places: places.places.count)
      } else { nil }
  }

  /// Appends photons in the order of time, with the cause of each.
  ///
  /// - Parameter truths: one per tag when ``PhotonHDF5Settings/origins`` is given, none otherwise.
  /// - Throws: ``TimeTagError/cannotEncode(path:reason:)`` for a time that goes backwards, a channel that no detector
  ///   has, a nanotime beyond the last bin, a tag that is no photon, or a number of truths or an origin that does not fit;
  ///   ``TimeTagError/inputOutput(path:reason:)``. Of what came before a refused tag some may have been appended.
  public func append(tags: [TimeTag], truths: [RecordTruth] = []) throws(TimeTagError) {
    try append(tags: tags.span, truths: truths.span)
  }

  /// Appends photons in the order of time, with the cause of each; see ``append(tags:truths:)-([TimeTag],_)``.
  public func append(tags: Span<TimeTag>, truths: Span<RecordTruth>) throws(TimeTagError) {
    let expected = truth == nil ? 0 : tags.count
    guard truths.count == expected else {
      throw .cannotEncode(
        path: path, reason: "\(truths.count) truths came with \(tags.count) tags, not \(expected)")
    }
    for start in stride(from: 0, to: tags.count, by: Self.slice) {
      let range = start..<min(start + Self.slice, tags.count)
      try append(tags.extracting(range))
      try truth?.append(truths.extracting(range), path: path)
    }
  }

  private func append(_ tags: Span<TimeTag>) throws(TimeTagError) {
    let nanotimeBins = settings.mode == .t3 ? settings.nanotimeBins : 1
    var done = 0
    while done < tags.count {
      let timestamps = columns.timestamps.free
      let detectors = columns.detectors.free
      let more = min(tags.count - done, timestamps.count)
      var last = lastTime
      var areGood = true
      isKnownChannel.withUnsafeBufferPointer { isKnownChannel in
        for i in 0..<more {
          let tag = tags[unchecked: done &+ i]
          timestamps[i] = tag.macroTime
          detectors[i] = tag.channel
          // All of them, because a jump for each takes longer.
          let order = tag.macroTime >= last
          let kind = tag.kind == .photon
          let channel = isKnownChannel[Int(tag.channel)]
          let nanotime = tag.nanotime < nanotimeBins
          areGood = areGood && order && kind && channel && nanotime
          last = tag.macroTime
        }
      }
      guard areGood else { throw refusal(in: tags.extracting(done..<done + more)) }
      lastTime = last
      channelCounts.append(UnsafeBufferPointer(rebasing: detectors[..<more]))
      try columns.timestamps.filled(more)
      try columns.detectors.filled(more)
      try columns.nanotimes?.append(more) { tags[unchecked: done &+ $0].nanotime }
      done += more
    }
  }

  /// Appends changes of the emitters' hidden states.
  ///
  /// - Throws: ``TimeTagError/cannotEncode(path:reason:)`` when the file has no truth, or for an emitter or state that
  ///   ``PhotonHDF5Settings/states`` does not name; ``TimeTagError/inputOutput(path:reason:)``.
  public func append(stateChanges: [StateChange]) throws(TimeTagError) {
    guard let truth else {
      throw .cannotEncode(path: path, reason: "state changes are truth, and the settings name no origins")
    }
    for change in stateChanges {
      guard Int(change.emitter) < settings.states.count,
        Int(change.state) < settings.states[Int(change.emitter)].count
      else {
        throw .cannotEncode(
          path: path, reason: "state \(change.state) of emitter \(change.emitter) has no name")
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
      throw .cannotEncode(path: path, reason: "something was lost, and the settings name no places")
    }
    try losses.append(lost, emitted: emitted, path: path)
  }

  /// Brings everything to the journal and tells where to go on. From now on it stays.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func checkpoint() throws(TimeTagError) -> Position {
    try flush()
    return Position(end: try journal.checkpoint(), lastTime: lastTime, photonsPerChannel: channelCounts.perChannel)
  }

  private func flush() throws(TimeTagError) {
    try columns.flush()
    try truth?.flush()
    try losses?.flush()
    try journal.writePackedChunks()
  }

  /// Leaves the journal as it is: ``repairRecording(at:)`` makes a file of it.
  public func abandon() { journal.abandon() }

  /// Removes what ``finish(acquisitionTimeSeconds:partial:liveTimes:keepingJournal:)`` kept beside the file.
  public func removeJournal() { journal.remove() }

  /// Ends the recording: the file is made from the journal.
  ///
  /// - Parameters:
  ///   - acquisitionTimeSeconds: how long the acquisition truly lasted.
  ///   - partial: for a recording that ended before its planned end, the reason; it heads the description.
  ///   - liveTimes: how long each channel could record, where that is known.
  ///   - keepingJournal: whether what else the recording needs to go on stays beside the file, in `path.rest.part`.
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func finish(
    acquisitionTimeSeconds: Double, partial: String? = nil, liveTimes: LiveTimes? = nil, keepingJournal: Bool = false
  ) throws(TimeTagError) {
    precondition(!isFinished, "finish() is called once")
    guard acquisitionTimeSeconds.isFinite, acquisitionTimeSeconds >= 0 else {
      throw .cannotEncode(path: path, reason: "an acquisition time of \(acquisitionTimeSeconds) s is no time")
    }
    try flush()
    try PhotonHDF5Assembly(settings: settings, journal: journal, photonsPerChannel: channelCounts.perChannel)
      .write(acquisitionTimeSeconds: acquisitionTimeSeconds, partial: partial, liveTimes: liveTimes)
    if keepingJournal { journal.keep() } else { journal.remove() }
    isFinished = true
  }

  /// Why not all of these can be appended.
  private func refusal(in tags: Span<TimeTag>) -> TimeTagError {
    let nanotimeBins = settings.mode == .t3 ? settings.nanotimeBins : 1
    var last = lastTime
    var reason = ""
    for index in tags.indices where reason.isEmpty {
      let tag = tags[index]
      if tag.macroTime < last {
        reason = "tag \(columns.timestamps.count + index): time \(tag.macroTime) comes after \(last)"
      } else if tag.kind != .photon {
        reason = "tag \(columns.timestamps.count + index): a \(tag.kind) is no photon"
      } else if !isKnownChannel[Int(tag.channel)] {
        reason = "tag \(columns.timestamps.count + index): channel \(tag.channel) belongs to no detector"
      } else if tag.nanotime >= nanotimeBins {
        reason = "tag \(columns.timestamps.count + index): nanotime \(tag.nanotime) is not one of \(nanotimeBins) bins"
      }
      last = tag.macroTime
    }
    return .cannotEncode(path: path, reason: reason)
  }
}

/// The columns of `/photon_data` that grow with the photons.
struct PhotonColumns {
  let timestamps: JournalColumn<Int64>
  let detectors: JournalColumn<UInt8>
  let nanotimes: JournalColumn<UInt16>?

  init(_ journal: PhotonJournal, hasNanotimes: Bool) throws(TimeTagError) {
    timestamps = try JournalColumn(journal, .timestamps)
    detectors = try JournalColumn(journal, .detectors)
    nanotimes = hasNanotimes ? try JournalColumn(journal, .nanotimes) : nil
  }

  /// Brings what has collected to the journal.
  func flush() throws(TimeTagError) {
    try timestamps.flush()
    try detectors.flush()
    try nanotimes?.flush()
  }
}
