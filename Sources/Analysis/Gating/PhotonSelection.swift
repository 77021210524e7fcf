import Glibc
public import TimeTags

/// Which photons of a recording count.
public struct PhotonSelection: Sendable {
  /// Stretches of time, by how bright the light is.
  public enum Brightness: Sendable, Hashable {
    /// Bins of the trace whose rate lies in `lowHz` ≤ rate < `highHz`.
    case rate(lowHz: Double, highHz: Double, binSeconds: Double)
    /// A level of the blinking analysis, 1 the brightest.
    case level(Int)
  }

  /// The channels that count; nil: all.
  public var channels: [UInt8]?
  /// The delays after the pulse that count; nil: all.
  public var timeGate: TimeGate?
  /// The stretches of time that count; nil: all. The brightness is that of all photons of ``channels`` that the
  /// hold-off leaves, whatever their delay.
  public var brightness: Brightness?
  /// The hold-off in nanoseconds: a photon that follows the last kept one of its channel more closely is dropped, and
  /// with it most afterpulses. nil: none.
  public var holdOffNs: Double?
  /// The laser period of a T2 recording in picoseconds where the caller knows it.
  public var periodPs: Double?

  /// Everything, unless told otherwise.
  public init(
    channels: [UInt8]? = nil, timeGate: TimeGate? = nil, brightness: Brightness? = nil, holdOffNs: Double? = nil,
    periodPs: Double? = nil
  ) {
    self.channels = channels
    self.timeGate = timeGate
    self.brightness = brightness
    self.holdOffNs = holdOffNs
    self.periodPs = periodPs
  }
}

/// A recording of which only some photons count: it is played like any other.
public struct SelectedRecording {
  /// Plays the selected photons, and all markers and syncs.
  public let replay: Replay
  /// The stretches of time that are kept; nil: all of it.
  public let keptTime: KeptTime?
  /// What was kept.
  public let summary: SelectionSummary
  /// T2: the laser, recovered from all photons; nil where it was not needed or not found.
  public let laser: RecoveredLaser?
}

/// What a selection keeps of a recording.
public struct SelectionSummary: Codable, Sendable, Hashable {
  /// Photons before, by channel number.
  public var photonsPerChannel: [Int: Int]
  /// Photons kept, by channel number.
  public var keptPerChannel: [Int: Int]
  /// Photons that the hold-off dropped.
  public var droppedByHoldOff: Int
  /// The length of the recording in seconds.
  public var durationS: Double
  /// The kept time in seconds.
  public var keptS: Double
  /// The number of stretches it comes in.
  public var stretches: Int
  /// The rate of the kept photons over the kept time, by channel number, in Hz.
  public var rateHzPerChannel: [Int: Double]
  /// The method and its references.
  public var method: String

  enum CodingKeys: String, CodingKey {
    case stretches, method
    case photonsPerChannel = "photons_per_channel"
    case keptPerChannel = "kept_per_channel"
    case droppedByHoldOff = "dropped_by_hold_off"
    case durationS = "duration_s"
    case keptS = "kept_s"
    case rateHzPerChannel = "rate_hz_per_channel"
  }
}

/// Applies a selection to a recording.
///
/// The order: hold-off, channels, brightness, time gate. Passes over the recording: one to count, those that find the
/// brightness (one for rates, those of ``analyzeBlinking(header:options:replay:)`` for levels), those that recover the laser
/// of a T2 recording where a time gate or a brightness needs it, and one for the summary (two with a hold-off).
///
/// - Throws: ``AnalysisError`` with a sentence when the recording does not allow the selection or nothing is left; what
///   `replay` throws.
public func select(_ selection: PhotonSelection, header: RecordingHeader, replay: @escaping Replay) throws
  -> SelectedRecording
{
  let clock = TagClock(header)
  let (survey, nanotimes) = try firstPass(header, replay)
  let present = survey.channelsByActivity.sorted()
  let channels = selection.channels ?? present
  for channel in channels where survey.photons[Int(channel)] == 0 {
    throw AnalysisError("Channel \(channel) has no photons in this recording.")
  }
  if let holdOff = selection.holdOffNs, !(holdOff > 0 && holdOff <= 1e9) {
    throw AnalysisError("A hold-off must be above 0 and at most a second, found \(holdOff) ns.")
  }
  let isChosen = (0..<256).map { channels.contains(UInt8($0)) }
  var methods: [String] = []
  if let holdOff = selection.holdOffNs {
    methods.append(
      "hold-off of \(holdOff) ns per channel, not paralysable, against afterpulses (their law differs between diodes: "
        + "Ziarkash et al. 2018)")
  }
  let chosen = filtered(replay, clock: clock, isChosen: isChosen, holdOffNs: selection.holdOffNs)

  var kept: KeptTime?
  switch selection.brightness {
  case .rate(let low, let high, let bin):
    kept = try brightTime(low: low, high: high, binSeconds: bin, header: header, survey: survey, replay: chosen)
    methods.append(
      high.isFinite
        ? "bins of \(bin) s with a rate from \(low) to \(high) Hz" : "bins of \(bin) s with a rate from \(low) Hz")
  case .level(let number):
    kept = try levelTime(number, header: header, replay: chosen)
    methods.append("level \(number) of the change points (Watkins & Yang 2005), 1 the brightest")
  case nil: break
  }

  var recovered: RecoveredLaser?
  if header.mode == .t2, selection.timeGate != nil || selection.brightness != nil {
    recovered = try RecoveredLaser(header: header, survey: survey, periodPs: selection.periodPs, replay: replay)
  }
  var gateOfChannel: [NanotimeGate] = []
  var phaseGate: (assigner: PulseAssigner, passes: PhaseGate)?
  if let gate = selection.timeGate {
    let laser =
      header.mode == .t3 ? LaserSync.t3(header: header, channels: channels, nanotimes: nanotimes) : recovered?.sync
    guard let laser else {
      throw AnalysisError(
        "A time gate needs a pulsed laser, and no laser period is known or found in this T2 recording.")
    }
    if let pulses = laser.pulses {
      phaseGate = (
        PulseAssigner(pulses: pulses, clock: clock, edges: laser.edges), try PhaseGate(gate, periodPs: laser.periodPs)
      )
    } else {
      gateOfChannel = [NanotimeGate](repeating: .open, count: 256)
      for (channel, passes) in zip(channels, try nanotimeGates(gate, header, channels, edges: laser.edges)) {
        gateOfChannel[Int(channel)] = passes
      }
    }
    methods.append("delays from \(gate.startNs) to \(gate.stopNs) ns after the pulse")
  }
  let selected: Replay = { body in
    var phaseGate = phaseGate
    var cursor = 0
    try sifted(chosen, body) { tag in
      let time = clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime)
      guard kept?.contains(time, cursor: &cursor) ?? true else { return false }
      if phaseGate != nil { return phaseGate!.passes.contains(phaseGate!.assigner.assign(tag).delay) }
      return gateOfChannel.isEmpty || gateOfChannel[Int(tag.channel)].contains(Int32(tag.nanotime))
    }
  }

  var (heldOff, counts) = ([Int](repeating: 0, count: 256), [Int](repeating: 0, count: 256))
  if selection.holdOffNs != nil {
    try chosen { tags in for tag in tags where tag.kind == .photon { heldOff[Int(tag.channel)] &+= 1 } }
  }
  try selected { tags in for tag in tags where tag.kind == .photon { counts[Int(tag.channel)] &+= 1 } }
  guard counts.contains(where: { $0 > 0 }) else { throw AnalysisError("The selection leaves no photons.") }
  let seconds = kept?.seconds ?? survey.spanSeconds
  func byChannel<Value>(_ list: [UInt8], _ value: (Int) -> Value) -> [Int: Value] {
    Dictionary(uniqueKeysWithValues: list.map { (Int($0), value(Int($0))) })
  }
  let summary = SelectionSummary(
    photonsPerChannel: byChannel(present) { survey.photons[$0] }, keptPerChannel: byChannel(channels) { counts[$0] },
    droppedByHoldOff: selection.holdOffNs == nil
      ? 0 : channels.reduce(0) { $0 + survey.photons[Int($1)] - heldOff[Int($1)] },
    durationS: survey.spanSeconds, keptS: seconds, stretches: kept?.stretches.count ?? 1,
    rateHzPerChannel: byChannel(channels) { Double(counts[$0]) / max(seconds, 1e-12) },
    method: methods.joined(separator: "; "))
  return SelectedRecording(replay: selected, keptTime: kept, summary: summary, laser: recovered)
}

/// Plays a recording without the photons that `keeps` refuses.
private func sifted(_ replay: Replay, _ body: (TagBlock) throws -> Void, keeps: (TimeTag) -> Bool) throws {
  var rest: [TimeTag] = []
  try withoutActuallyEscaping(body) { body in
    try withoutActuallyEscaping(keeps) { keeps in
      try replay { tags in
        rest.removeAll(keepingCapacity: true)
        for tag in tags where tag.kind != .photon || keeps(tag) { rest.append(tag) }
        try rest.withUnsafeBufferPointer { if !$0.isEmpty { try body($0) } }
      }
    }
  }
}

/// The photons of the chosen channels that the hold-off leaves.
private func filtered(_ replay: @escaping Replay, clock: TagClock, isChosen: [Bool], holdOffNs: Double?) -> Replay {
  { body in
    var holdOff = holdOffNs.map(HoldOff.init)
    try sifted(replay, body) { tag in
      guard isChosen[Int(tag.channel)] else { return false }
      return holdOff?.keeps(
        channel: tag.channel, time: clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime)) ?? true
    }
  }
}

/// The bins of the trace whose rate lies between two; the incomplete bin at the end is left out.
private func brightTime(
  low: Double, high: Double, binSeconds: Double, header: RecordingHeader, survey: RecordingSurvey, replay: Replay
) throws -> KeptTime {
  guard high > low, low >= 0 else { throw AnalysisError("An intensity gate must end above its start.") }
  let first = survey.firstTicks ?? 0
  let width = (binSeconds * 1e12 * TagClock.ticksPerPicosecond).rounded()
  let bins = Double(survey.lastTicks - first) / max(width, 1)
  guard binSeconds >= 1e-9, bins >= 1, bins <= 1e8 else {
    throw AnalysisError(
      "A bin of \(binSeconds) s does not suit a recording of \(survey.spanSeconds) s: it must hold between 1 and 100 "
        + "million bins.")
  }
  let ticks = Int64(width)
  let clock = TagClock(header)
  var counts = [Int](repeating: 0, count: Int(bins))
  try replay { tags in
    for tag in tags where tag.kind == .photon {
      let bin = Int((clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime) &- first) / ticks)
      if bin >= 0, bin < counts.count { counts[bin] &+= 1 }
    }
  }
  var kept = KeptTime()
  for (bin, count) in counts.enumerated() {
    let rate = Double(count) / binSeconds
    guard rate >= low, rate < high else { continue }
    let start = first &+ Int64(bin) &* ticks
    kept.append(.init(start: start, end: start &+ ticks))
  }
  guard kept.ticks > 0 else {
    let rates = counts.map { Double($0) / binSeconds }
    throw AnalysisError(
      "No bin of \(binSeconds) s has a rate in the intensity gate; they range from \(rates.min() ?? 0) to "
        + "\(rates.max() ?? 0) Hz.")
  }
  return kept
}

/// The stretches at one level of the blinking analysis.
private func levelTime(_ number: Int, header: RecordingHeader, replay: Replay) throws -> KeptTime {
  let blinking = try analyzeBlinking(header: header, replay: replay)
  guard blinking.levels.indices.contains(number - 1) else {
    throw AnalysisError(
      "There is no level \(number): the blinking analysis finds \(blinking.levels.count), 1 being the brightest.")
  }
  // the analysis counts from the first record of what it was given
  var start = 0.0
  try play(replay) { tags in
    start = Double(TagClock(header).ticks(macroTime: tags[0].macroTime, nanotime: 0))
    return false
  }
  let perSecond = 1e12 * TagClock.ticksPerPicosecond
  var kept = KeptTime()
  let segments = blinking.segments
  for i in segments.startS.indices where segments.level[i] == number - 1 {
    let begin = Int64((start + segments.startS[i] * perSecond).rounded())
    kept.append(.init(start: begin, end: begin + Int64((segments.seconds[i] * perSecond).rounded())))
  }
  return kept
}
