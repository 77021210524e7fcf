import Glibc
public import TimeTags

/// Measures the second-order correlation of a recording.
///
/// Passes over the recording: one to count, which T2 under continuous light does without (``FirstLook``); T2 without a known
/// laser period: one (or the first part of one) to search for it, then three short or full passes to recover the phase; one to
/// count the pairs. Memory is bounded by the histograms whatever the length of the recording.
///
/// - Parameters:
///   - header: what the file says of itself.
///   - options: everything has a default that finds the answer by itself.
///   - blocks: the same recording from its beginning for several threads, where it can be had; the pairs of a continuous
///     measurement without a gate are counted from it, and what has to be known first.
///   - replay: plays the recording; called several times.
/// - Throws: ``AnalysisError`` with a sentence when the recording does not allow the measurement; what `replay` throws.
public func analyzeG2(
  header: RecordingHeader, options: CorrelationOptions = CorrelationOptions(), blocks: RecordBlocks? = nil,
  replay: Replay
) throws -> CorrelationResult {
  let isT3 = header.mode == .t3
  if case .measured(let background)? = options.background?.kind, options.gate != nil, isT3 {
    try background.refuseOtherNanotimes(header)
  }
  try options.afterpulses?.check()
  // what a router cannot see shows in the first pass only
  if options.excitation == .cw, options.gate == nil, options.afterpulses == nil, header.recordType != .picoHarp300T3,
    let pair = options.channels, pair.first != pair.second
  {
    return try countContinuous(header, options, pair, blocks, replay)
  }
  return try withoutActuallyEscaping(replay) { replay in
    let look = FirstLook(header, blocks, threads: options.threads, replay: replay)
    if options.gate == nil, options.afterpulses == nil, let pair = try look.likelyPair(options.channels) {
      do {
        if let result = try measureG2(header, options, pair, isSure: false, look) { return result }
      } catch is AnalysisError {
        // what is wrong with a pair that may not be the right one is of no interest
      }
    }
    let pair = try channelPair(options.channels, look.survey)
    // of a pair that is sure there is always a result
    return try measureG2(header, options, pair, isSure: true, look)!
  }
}

/// Measures the g2 of two channels.
///
/// - Returns: nil if `isSure` is false and these are not the channels that ``channelPair(_:_:)`` gives.
private func measureG2(
  _ header: RecordingHeader, _ options: CorrelationOptions, _ pair: (first: UInt8, second: UInt8), isSure: Bool,
  _ look: FirstLook
) throws -> CorrelationResult? {
  let (isT3, blocks, replay) = (header.mode == .t3, look.blocks, look.replay)
  let channels = [Int(pair.first), Int(pair.second)]
  var candidate: PeriodCandidate?
  let laser = try findLaser(header, options, pair, look, &candidate)
  let clock = TagClock(header)
  let splitter = ChannelSplitter(first: pair.first, second: pair.second)

  guard let laser else {
    guard options.gate == nil || isT3 else {
      throw AnalysisError(
        "A time gate needs a pulsed laser, and no laser period is known or found in this T2 recording.")
    }
    if let gate = options.gate { splitter.gates = try gates(gate, header, pair, edges: [:]) }
    let axis = try DelayAxis(binPs: options.binPs ?? 1000, rangePs: options.rangePs ?? 1e6, header: header)
    let pairs = try countPairs(
      axis, clock, pair, options, gates: splitter.gates, blocks: options.gate == nil ? blocks : nil, replay)
    if !isSure, try !look.isRight(pair, asked: options.channels, pairs) { return nil }
    let decision: String
    if options.excitation == .cw {
      decision = "continuous, as the caller says"
    } else if let candidate {
      let megahertz = (candidate.frequencyHz / 1e4).rounded() / 100
      decision =
        "treated as continuous: a laser at \(megahertz) MHz modulates the pair delays by \((candidate.depth * 1000).rounded() / 1000) only, so its peaks are not resolved"
    } else {
      decision = "continuous: no laser period in the pair delays"
    }
    let gates = options.gate == nil ? nil : [splitter.gates.first, splitter.gates.second]
    var options = options
    switch options.afterpulses {
    case .given(let share, _): options.afterpulseShares = [MeasuredValue(share, 0), MeasuredValue(share, 0)]
    case .measured: options.afterpulseShares = try afterpulseSharesByTime(channels, gates, clock, look.survey, replay)
    case nil: break
    }
    var result = try ContinuousCorrelation(axis: axis, options: options)
      .result(
        pairs, seconds: look.known?.survey.spanSeconds ?? pairs.seconds, channels: channels, gates: gates,
        periodPs: candidate.map { 1e12 / $0.frequencyHz },
        decision: decision)
    result.warnings = try blindnessWarnings(header, look)
    result.afterpulseShares = options.afterpulseShares
    return result
  }

  let survey = try look.survey
  if !isSure, try channelPair(options.channels, survey) != pair { return nil }
  let axis = try DelayAxis(
    binPs: options.binPs ?? laser.periodPs / 200, rangePs: options.rangePs ?? 10 * laser.periodPs, header: header)
  let edgeDelay = (laser.edges[pair.second]?.timePs ?? 0) - (laser.edges[pair.first]?.timePs ?? 0)
  var correlation = try PulsedCorrelation(
    axis: axis, options: options, periodPs: laser.periodPs, edgeDelayPs: edgeDelay)
  if let pulses = laser.pulses {
    try countT2(&correlation, pulses, laser, pair, clock, options.gate, replay)
  } else {
    if let gate = options.gate { splitter.gates = try gates(gate, header, pair, edges: laser.edges) }
    try replay { tags in
      let pulse = splitter.splitPulses(tags)
      correlation.pulses.consume(first: splitter.first, second: splitter.second, watermark: pulse)
      let watermark = splitter.splitTimes(tags, clock: clock)
      correlation.fine.consume(first: splitter.first, second: splitter.second, watermark: watermark)
      correlation.areas.consume(first: splitter.first, second: splitter.second, watermark: watermark)
    }
  }
  correlation.finish()
  let share = options.gate?.share(periodPs: laser.periodPs) ?? 1
  let gates = isT3 && options.gate != nil ? [splitter.gates.first, splitter.gates.second] : nil
  switch options.afterpulses {
  case .given(let clicks, let decayNs):
    let gated = [correlation.pulses.events.first, correlation.pulses.events.second]
    correlation.options.afterpulseShares = zip(channels, gated).map { channel, photons in
      // a gate keeps its part of the afterpulses of all clicks
      let all = Double(survey.photons[channel]) / Double(max(photons, 1))
      let channel = UInt8(channel)
      let later = shareInLaterPulses(decayNs: decayNs, laser.decays[channel], laser.edges[channel])
      return MeasuredValue(clicks * later * (options.gate == nil ? 1 : share * all), 0)
    }
  case .measured:
    let pairs =
      if let pulses = laser.pulses {
        try afterpulsePairs(pulses, laser, channels, clock, options.gate, replay)
      } else {
        try afterpulsePairs(channels, gates, periodPs: laser.periodPs, clock, replay)
      }
    correlation.options.afterpulseShares = try afterpulseSharesByPulse(
      pairs, channels, laser, gates: gates, options.gate, survey)
  case nil: break
  }
  var result = try correlation.result(
    survey: survey, channels: channels, gateShare: share, gates: gates, decision: laser.origin)
  result.warnings = try blindnessWarnings(header, look)
  result.afterpulseShares = correlation.options.afterpulseShares
  return result
}

/// A router leads all detectors to one timer, whose dead time no pair of clicks survives: a PicoHarp 300 in T3.
private func blindnessWarnings(_ header: RecordingHeader, _ look: FirstLook) throws -> [String] {
  guard header.recordType == .picoHarp300T3, let gap = try look.survey.summary().minimumGapAcrossPs, gap > 10_000
  else {
    return []
  }
  return [
    "no two clicks of different channels are closer than \((gap / 100).rounded() / 10) ns: the detectors share one timer through a "
      + "router, and its dead time hides coincidences at zero delay. g2(0) is too low, and correcting it for background means nothing."
  ]
}

/// g2 of two given channels under continuous excitation: nothing has to be found out, so one pass does.
private func countContinuous(
  _ header: RecordingHeader, _ options: CorrelationOptions, _ pair: (first: UInt8, second: UInt8),
  _ blocks: RecordBlocks?, _ replay: Replay
) throws -> CorrelationResult {
  let axis = try DelayAxis(binPs: options.binPs ?? 1000, rangePs: options.rangePs ?? 1e6, header: header)
  let pairs = try countPairs(axis, TagClock(header), pair, options, gates: nil, blocks: blocks, replay)
  return try ContinuousCorrelation(axis: axis, options: options)
    .result(
      pairs, seconds: pairs.seconds,
      channels: [Int(pair.first), Int(pair.second)], gates: nil, periodPs: nil,
      decision: "continuous, as the caller says")
}

/// The pairs of two channels, block by block where the recording can be had so, otherwise as it goes by.
private func countPairs(
  _ axis: DelayAxis, _ clock: TagClock, _ pair: (first: UInt8, second: UInt8), _ options: CorrelationOptions,
  gates: (first: NanotimeGate, second: NanotimeGate)?, blocks: RecordBlocks?, _ replay: Replay
) throws -> PairCounts {
  if let blocks = blocks?.fromBeginning(),
    let pairs = try countPairs(in: blocks, channels: pair, axis: axis, clock: clock, threads: options.threads)
  {
    return pairs
  }
  var histogram = axis.histogram
  var first: Int64?
  var last: Int64 = 0
  try playSplit(replay, channels: pair, threads: options.threads) { splitter, tags in
    if let firstTag = tags.first, let lastTag = tags.last {
      first = first ?? clock.ticks(macroTime: firstTag.macroTime, nanotime: 0)
      last = max(last, clock.ticks(macroTime: lastTag.macroTime, nanotime: 0))
    }
    if let gates { splitter.gates = gates }
    return splitter.splitTimes(tags, clock: clock)
  } count: { splitter, watermark in
    histogram.consume(first: splitter.first, second: splitter.second, watermark: watermark)
  }
  histogram.finish()
  return PairCounts(counts: histogram.counts, events: histogram.events, span: last - (first ?? 0))
}

/// The channels asked for, or the two busiest.
func channelPair(_ given: (first: UInt8, second: UInt8)?, _ survey: RecordingSurvey) throws
  -> (first: UInt8, second: UInt8)
{
  if let given {
    guard given.first != given.second else { throw AnalysisError("g2 needs two different channels.") }
    for channel in [given.first, given.second] where survey.photons[Int(channel)] == 0 {
      throw AnalysisError("Channel \(channel) has no photons in this recording.")
    }
    return given
  }
  let busy = survey.channelsByActivity
  guard busy.count >= 2 else {
    throw AnalysisError("g2 needs photons in two channels; this recording has them in \(busy.count).")
  }
  return (min(busy[0], busy[1]), max(busy[0], busy[1]))
}

/// The laser, or nil for a continuous measurement.
func findLaser(
  _ header: RecordingHeader, _ options: CorrelationOptions, _ pair: (first: UInt8, second: UInt8), _ look: FirstLook,
  _ candidate: inout PeriodCandidate?
) throws -> LaserSync? {
  if options.excitation == .cw { return nil }
  let channels = [pair.first, pair.second]
  if header.mode == .t3 {
    guard TagClock(header).macroTicks > 0 else {
      throw AnalysisError("The file states no sync period; give the period.")
    }
    return try LaserSync.t3(header: header, channels: channels, nanotimes: look.nanotimes)
  }
  if let laser = options.laser { return laser.sync }
  let laser = try LaserSync.t2(
    header: header, channels: channels, survey: look.survey, periodPs: options.periodPs,
    minimumDepth: options.excitation == .pulsed ? PeriodSearch.minimumDepth : PeriodSearch.resolvedDepth,
    candidate: &candidate, blocks: look.blocks, threads: look.threads, replay: look.replay)
  if laser == nil && options.excitation == .pulsed {
    throw AnalysisError("No laser period was found in this T2 recording; give the period.")
  }
  return laser
}

/// The gates of two channels in nanotimes.
private func gates(
  _ gate: TimeGate, _ header: RecordingHeader, _ pair: (first: UInt8, second: UInt8),
  edges: [UInt8: FoldedDecay.Edge]
) throws(AnalysisError) -> (first: NanotimeGate, second: NanotimeGate) {
  let gates = try nanotimeGates(gate, header, [pair.first, pair.second], edges: edges)
  return (gates[0], gates[1])
}

/// Counts the pairs of a T2 stream by recovered pulse number and by time, inside a gate.
private func countT2(
  _ correlation: inout PulsedCorrelation, _ pulses: PulseClock, _ laser: LaserSync,
  _ pair: (first: UInt8, second: UInt8), _ clock: TagClock, _ gate: TimeGate?, _ replay: Replay
) throws {
  var assigner = PulseAssigner(pulses: pulses, clock: clock, edges: laser.edges)
  let passes = try gate.map { gate throws(AnalysisError) in try PhaseGate(gate, periodPs: laser.periodPs) }
  var times: ([Int64], [Int64]) = ([], [])
  var numbers: ([Int64], [Int64]) = ([], [])
  try replay { tags in
    guard let last = tags.last else { return }
    times.0.removeAll(keepingCapacity: true)
    times.1.removeAll(keepingCapacity: true)
    numbers.0.removeAll(keepingCapacity: true)
    numbers.1.removeAll(keepingCapacity: true)
    for tag in tags where tag.kind == .photon && (tag.channel == pair.first || tag.channel == pair.second) {
      let (pulse, delay) = assigner.assign(tag)
      guard passes?.contains(delay) ?? true else { continue }
      let ticks = clock.ticks(macroTime: tag.macroTime, nanotime: 0)
      if tag.channel == pair.first {
        times.0.append(ticks)
        numbers.0.append(pulse)
      } else {
        times.1.append(ticks)
        numbers.1.append(pulse)
      }
    }
    let watermark = clock.ticks(macroTime: last.macroTime, nanotime: 0)
    // a channel's edge may lie up to a period later than another's
    let pulseMark = assigner.assign(last).pulse &- 2
    numbers.0.withUnsafeBufferPointer { a in
      numbers.1.withUnsafeBufferPointer { correlation.pulses.consume(first: a, second: $0, watermark: pulseMark) }
    }
    times.0.withUnsafeBufferPointer { a in
      times.1.withUnsafeBufferPointer { b in
        correlation.fine.consume(first: a, second: b, watermark: watermark)
        correlation.areas.consume(first: a, second: b, watermark: watermark)
      }
    }
  }
}
