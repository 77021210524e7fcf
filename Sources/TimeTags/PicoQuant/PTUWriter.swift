/// Writes a PTU or `.pt3` file as PicoQuant's software does: header, records, overflow records wherever time wraps.
///
/// The file grows as `path.part` and gets its name in ``finish(acquisitionTimeSeconds:partial:isOverrun:)``. Until then its
/// header says that it is partial and counts the records of the last ``checkpoint()``. A writer released before one, without
/// finishing or ``abandon(reason:)``, removes what it wrote. The same calls give the same bytes.
public final class PTUWriter {
  private let file: OutputFile
  private let recordType: RecordType
  private let encoder: PTUHeaderEncoder
  private let container: Container
  private let headerLength: Int
  private var ending = PTUHeaderEncoder.Ending()
  private var state = EncodingState()
  /// The state up to which records are in the file.
  private var saved = EncodingState()
  private var buffer: UnsafeMutableBufferPointer<UInt32>
  private var buffered = 0
  private var isEnding = false
  private var isFinished = false

  /// Records per block of writing: 1 MiB.
  private static let blockSize = 1 << 18

  /// What stands before the records.
  public enum Container: Sendable {
    /// The tagged header of today's software.
    case ptu
    /// The header of PicoHarp software 2.0, for T3 records of the PicoHarp 300: whole hertz of sync rate, nanotime units in
    /// single precision, 255 bytes of comment.
    case pt3
  }

  /// Where a recording stood at a ``checkpoint()``.
  public struct Position: Sendable, Codable {
    fileprivate var end: FileEnd
    fileprivate var state: EncodingState
  }

  /// Begins a file of records of `recordType`, or goes on with one from a ``checkpoint()`` of the same settings.
  ///
  /// - Throws: ``TimeTagError/cannotCreate(path:reason:)`` when the file cannot be created,
  ///   ``TimeTagError/cannotEncode(path:reason:)`` when the settings do not suit the record type.
  public init(
    path: String, recordType: RecordType, settings: PTUWriterSettings, container: Container = .ptu,
    from position: Position? = nil
  ) throws(TimeTagError) {
    if container == .pt3 && recordType != .picoHarp300T3 {
      throw .cannotEncode(path: path, reason: "a .pt3 file holds PicoHarp 300 T3 records, not \(recordType.name)")
    }
    self.recordType = recordType
    self.container = container
    encoder = PTUHeaderEncoder(recordType: recordType, settings: settings)
    if recordType.mode == .t3 {
      guard let rate = settings.syncRateHz, rate > 0, rate.isFinite else {
        throw .cannotEncode(path: path, reason: "\(recordType.name) needs a sync rate greater than zero")
      }
      let base = encoder.baseResolutionPicoseconds
      guard settings.nanotimeUnitPicoseconds > 0, settings.nanotimeUnitPicoseconds % base == 0 else {
        throw .cannotEncode(
          path: path,
          reason: "a nanotime unit of \(settings.nanotimeUnitPicoseconds) ps is no multiple of \(base) ps")
      }
    }
    ending.partial = PartialMark.unfinished
    headerLength = (container == .ptu ? encoder.bytes(ending) : encoder.pt3Bytes(ending)).count
    if let position {
      file = try OutputFile(path: path, goingOnAt: position.end)
      file.keep()
      state = position.state
      saved = position.state
    } else {
      file = try OutputFile(path: path)
    }
    buffer = .allocate(capacity: Self.blockSize)
    try writeHeader()
  }

  deinit { buffer.deallocate() }

  /// Appends tags in the order of time.
  ///
  /// A PicoHarp T2 marker loses the low 4 bits of its time, where the record keeps the marker bits.
  ///
  /// - Throws: ``TimeTagError/cannotEncode(path:reason:)`` for a macro time smaller than the one before, or a nanotime,
  ///   channel or kind that the record type cannot hold; ``TimeTagError/inputOutput(path:reason:)``.
  public func append(_ tags: [TimeTag]) throws(TimeTagError) { try append(tags.span) }

  /// Appends tags in the order of time; see ``append(_:)-([TimeTag])``.
  public func append(_ tags: Span<TimeTag>) throws(TimeTagError) {
    switch recordType {
    case .picoHarp300T2: try append(tags, PicoHarpT2.self)
    case .picoHarp300T3: try append(tags, PicoHarpT3.self)
    case .hydraHarpV1T2: try append(tags, HydraHarpT2<FirstGeneration>.self)
    case .hydraHarpV1T3: try append(tags, HydraHarpT3<FirstGeneration>.self)
    case .hydraHarpV2T2, .timeHarp260NT2, .timeHarp260PT2, .multiHarpT2:
      try append(tags, HydraHarpT2<LaterGeneration>.self)
    case .hydraHarpV2T3, .timeHarp260NT3, .timeHarp260PT3, .multiHarpT3:
      try append(tags, HydraHarpT3<LaterGeneration>.self)
    }
  }

  /// Brings everything to the file, whose header then counts it, and tells where to go on. From now on the `.part` file stays.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func checkpoint() throws(TimeTagError) -> Position {
    try flush()
    try writeHeader()
    file.keep()
    return Position(
      end: try file.end(
        at: headerLength + 4 * saved.written, stable: container == .ptu ? PTUHeaderEncoder.stableLength : 72,
        from: headerLength), state: saved)
  }

  /// Leaves the records that are in the file as `path.part`, with a header that counts them and says why they end.
  ///
  /// It takes no room on the disk, and what fails here is not reported: there has been an error already.
  public func abandon(reason: String) {
    file.keep(length: headerLength + 4 * saved.written)
    ending.partial = reason
    isEnding = false
    try? writeHeader()
  }

  /// The header of the records in the file.
  private func writeHeader() throws(TimeTagError) {
    ending.records = saved.written
    ending.photonsPerChannel = saved.photonsPerChannel
    if !isEnding {
      ending.acquisitionTimeSeconds = Double(max(saved.lastTime, saved.overflowTime)) * encoder.globalResolution
    }
    let header = container == .ptu ? encoder.bytes(ending) : encoder.pt3Bytes(ending)
    precondition(header.count == headerLength, "the header keeps its length")
    try file.write(header, at: 0)
  }

  /// Ends the recording: overflow records up to the end of the acquisition as the instrument writes them, the final
  /// header, and the file's name.
  ///
  /// - Parameters:
  ///   - acquisitionTimeSeconds: how long the acquisition truly lasted.
  ///   - partial: for a recording that ended before its planned end, the reason; it heads the comment.
  ///   - isOverrun: whether the reason is that the instrument's buffer overran (tag `TTResult_StopReason`).
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func finish(
    acquisitionTimeSeconds: Double, partial: String? = nil, isOverrun: Bool = false
  ) throws(TimeTagError) {
    precondition(!isFinished, "finish() is called once")
    guard acquisitionTimeSeconds.isFinite, acquisitionTimeSeconds >= 0 else {
      throw .cannotEncode(path: file.path, reason: "an acquisition time of \(acquisitionTimeSeconds) s is no time")
    }
    let end = Int64((acquisitionTimeSeconds / encoder.globalResolution).rounded(.down))
    try writeOverflows(until: end)
    try flush()
    isEnding = true
    ending.acquisitionTimeSeconds = acquisitionTimeSeconds
    ending.partial = partial
    ending.isOverrun = isOverrun
    try writeHeader()
    try file.commit()
    isFinished = true
  }

  /// What has been encoded so far.
  fileprivate struct EncodingState: Sendable, Codable {
    /// The time of the last overflow.
    var overflowTime: Int64 = 0
    /// The last macro time.
    var lastTime: Int64 = 0
    /// Records, overflows included.
    var records = 0
    /// Records already in the file.
    var written = 0
    /// Tags so far, for messages.
    var tags = 0
    var photonsPerChannel = [Int](repeating: 0, count: 256)
  }

  private func append<Layout: RecordLayout>(_ tags: Span<TimeTag>, _ layout: Layout.Type) throws(TimeTagError) {
    var index = 0
    while index < tags.count {
      index = appendPlainPhotons(tags, from: index, layout)
      guard index < tags.count else { return }
      let tag = tags[index]
      index &+= 1
      guard isEncodable(tag, layout) else { throw refusal(of: tag, layout) }
      if tag.macroTime &- state.overflowTime >= Layout.period { try writeOverflows(until: tag.macroTime) }
      if buffered == Self.blockSize { try flush() }
      buffer[buffered] =
        Layout.encode(tag, time: UInt32(truncatingIfNeeded: tag.macroTime &- state.overflowTime))
        .littleEndian
      buffered &+= 1
      state.records &+= 1
      state.tags &+= 1
      state.lastTime = tag.macroTime
      if tag.kind == .photon { state.photonsPerChannel[Int(tag.channel)] &+= 1 }
    }
  }

  /// The hot loop: photons up to the first tag that needs an overflow, a flush, or a closer look.
  ///
  /// - Returns: the index of that tag, or the number of tags.
  private func appendPlainPhotons<Layout: RecordLayout>(
    _ tags: Span<TimeTag>, from start: Int, _ layout: Layout.Type
  ) -> Int {
    let overflowTime = state.overflowTime
    let room = min(tags.count, start &+ Self.blockSize &- buffered)
    let records = buffer.baseAddress! + (buffered &- start)
    var lastTime = state.lastTime
    var index = start
    state.photonsPerChannel.withUnsafeMutableBufferPointer { photons in
      while index < room {
        let tag = tags[unchecked: index]
        guard tag.kind == .photon, tag.macroTime >= lastTime, tag.macroTime &- overflowTime < Layout.period,
          Layout.channels.contains(tag.channel), tag.nanotime <= Layout.largestNanotime
        else { break }
        lastTime = tag.macroTime
        records[index] =
          Layout.encode(tag, time: UInt32(truncatingIfNeeded: lastTime &- overflowTime)).littleEndian
        photons[Int(tag.channel)] &+= 1
        index &+= 1
      }
    }
    let done = index &- start
    buffered &+= done
    state.records &+= done
    state.tags &+= done
    state.lastTime = lastTime
    return index
  }

  private func isEncodable<Layout: RecordLayout>(_ tag: TimeTag, _ layout: Layout.Type) -> Bool {
    guard tag.macroTime >= state.lastTime else { return false }
    switch tag.kind {
    case .photon: return Layout.channels.contains(tag.channel) && tag.nanotime <= Layout.largestNanotime
    case .marker: return 1...15 ~= tag.channel && tag.nanotime == 0
    case .sync: return Layout.holdsSyncEvents && tag.channel == 0 && tag.nanotime == 0
    }
  }

  private func refusal<Layout: RecordLayout>(of tag: TimeTag, _ layout: Layout.Type) -> TimeTagError {
    let name = recordType.name
    let largestNanotime = tag.kind == .photon ? Layout.largestNanotime : 0
    let reason: String
    if tag.macroTime < state.lastTime {
      reason = "time \(tag.macroTime) comes after \(state.lastTime)"
    } else if tag.kind == .sync {
      reason = "\(name) has no records for this sync event"
    } else if tag.nanotime > largestNanotime {
      reason = "nanotime \(tag.nanotime) is above \(largestNanotime), the largest of \(name)"
    } else if tag.kind == .marker {
      reason = "marker bits \(tag.channel) are not 1 to 15"
    } else {
      reason =
        "channel \(tag.channel) is not one of \(name)'s \(Layout.channels.lowerBound) to \(Layout.channels.upperBound)"
    }
    return .cannotEncode(path: file.path, reason: "tag \(state.tags): \(reason)")
  }

  /// Overflow records until `time` is less than one period after the last; none when it is already.
  private func writeOverflows(until time: Int64) throws(TimeTagError) {
    let layout = recordType.layout
    let period = layout.period
    var missing = (time - state.overflowTime) / period
    guard missing > 0 else { return }
    while missing > 0 {
      let periods = min(missing, layout.overflowsPerRecord)
      if buffered == Self.blockSize { try flush() }
      buffer[buffered] = layout.overflow(periods: periods).littleEndian
      buffered += 1
      state.records += 1
      state.overflowTime += periods * period
      missing -= periods
    }
  }

  private func flush() throws(TimeTagError) {
    let block = UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<buffered]))
    try file.write(block, at: headerLength + 4 * state.written)
    state.written += buffered
    buffered = 0
    saved = state
  }
}
