import TimeTags

/// The shares of afterpulses in two channels by time: continuous excitation.
///
/// - Parameter gates: the nanotimes that pass, by channel; nil: all.
func afterpulseSharesByTime(
  _ channels: [Int], _ gates: [NanotimeGate]?, _ clock: TagClock, _ survey: RecordingSurvey, _ replay: Replay
) throws -> [MeasuredValue] {
  let pairs = try afterpulsePairs(channels, gates, clock, replay, pairs: AfterpulsePairs()) {
    $0.splitTimes($1, clock: clock)
  }
  return try zip(channels, pairs).map { channel, pairs in
    try pairs.share(
      ClickResponse.Detector(
        decay: FoldedDecay(counts: [1], binPs: 1000, periodPs: 1000),
        clicksPerPeriod: Double(survey.photons[channel]) / max(survey.spanSeconds, 1e-9) * 1e-9,
        deadTimeNs: pairs.gaps.deadTimeNs))
  }
}

/// The shares of afterpulses in a later pulse.
///
/// - Parameters:
///   - pairs: of each channel, by pulse number.
///   - gates: T3: the nanotimes that pass, by channel; nil: all.
///   - gate: T2: the delays that pass; nil: all.
func afterpulseSharesByPulse(
  _ pairs: [AfterpulsePairs], _ channels: [Int], _ laser: LaserSync, gates: [NanotimeGate]?, _ gate: TimeGate?,
  _ survey: RecordingSurvey
) throws(AnalysisError) -> [MeasuredValue] {
  var shares: [MeasuredValue] = []
  for (i, channel) in channels.enumerated() {
    guard let decay = laser.decays[UInt8(channel)] else { throw AnalysisError("Channel \(channel) has no decay.") }
    var detector = ClickResponse.Detector(
      decay: decay,
      clicksPerPeriod: Double(survey.photons[channel]) / max(survey.spanSeconds * 1e12 / laser.periodPs, 1),
      deadTimeNs: pairs[i].gaps.deadTimeNs)
    if laser.pulses == nil {
      detector.pulseStartPs = Double(gates?[i].pulseStart ?? 0) * decay.binPs
      if let gates { detector.keeps = decay.counts.indices.map { gates[i].contains(Int32($0)) } }
    } else {
      let edgePs = laser.edges[UInt8(channel)]?.timePs ?? 0
      detector.pulseStartPs = edgePs
      if let gate {
        let passes = try PhaseGate(gate, periodPs: laser.periodPs)
        detector.keeps = decay.counts.indices.map {
          let phase = ((Double($0) + 0.5) * decay.binPs - edgePs) / decay.periodPs
          return passes.contains(phase - phase.rounded(.down))
        }
      }
    }
    shares.append(try pairs[i].share(detector))
  }
  return shares
}

/// The pairs of each channel with itself by pulse number as T3 records it.
func afterpulsePairs(
  _ channels: [Int], _ gates: [NanotimeGate]?, periodPs: Double, _ clock: TagClock, _ replay: Replay
) throws -> [AfterpulsePairs] {
  try afterpulsePairs(channels, gates, clock, replay, pairs: AfterpulsePairs(periodPs: periodPs)) { $0.splitPulses($1) }
}

/// The pairs of each channel with itself by the recovered pulse number of a T2 recording.
func afterpulsePairs(
  _ pulses: PulseClock, _ laser: LaserSync, _ channels: [Int], _ clock: TagClock, _ gate: TimeGate?, _ replay: Replay
) throws -> [AfterpulsePairs] {
  var assigner = PulseAssigner(pulses: pulses, clock: clock, edges: laser.edges)
  let passes = try gate.map { gate throws(AnalysisError) in try PhaseGate(gate, periodPs: laser.periodPs) }
  var pairs = channels.map { _ in AfterpulsePairs(periodPs: laser.periodPs) }
  var all: [[Int64]] = channels.map { _ in [] }
  var gated = all
  try replay { tags in
    guard let last = tags.last else { return }
    for i in channels.indices {
      all[i].removeAll(keepingCapacity: true)
      gated[i].removeAll(keepingCapacity: true)
    }
    for tag in tags where tag.kind == .photon {
      guard let i = channels.firstIndex(of: Int(tag.channel)) else { continue }
      let (pulse, delay) = assigner.assign(tag)
      all[i].append(pulse)
      if passes?.contains(delay) ?? true { gated[i].append(pulse) }
    }
    // a channel's edge may lie up to a period later than another's
    let mark = assigner.assign(last).pulse &- 2
    for i in channels.indices {
      all[i].withUnsafeBufferPointer { a in
        gated[i].withUnsafeBufferPointer { pairs[i].consume(all: a, gated: $0, watermark: mark) }
      }
      pairs[i].gaps.consume(tags, channel: UInt8(channels[i]), clock)
    }
  }
  for i in pairs.indices { pairs[i].finish() }
  return pairs
}

private func afterpulsePairs(
  _ channels: [Int], _ gates: [NanotimeGate]?, _ clock: TagClock, _ replay: Replay, pairs empty: AfterpulsePairs,
  split: (ChannelSplitter, TagBlock) -> Int64
) throws -> [AfterpulsePairs] {
  let splitters = channels.indices.map { i in
    let splitter = ChannelSplitter(first: UInt8(channels[i]), second: UInt8(channels[i]))
    if let gates {
      // all clicks belong to the pulses to which those of the gate do
      splitter.gates = (NanotimeGate(range: NanotimeGate.open.range, pulseStart: gates[i].pulseStart), gates[i])
    }
    return splitter
  }
  var pairs = channels.map { _ in empty }
  try withoutActuallyEscaping(split) { split in
    try replay { tags in
      for (i, splitter) in splitters.enumerated() {
        let watermark = split(splitter, tags)
        pairs[i].consume(all: splitter.first, gated: splitter.second, watermark: watermark)
        pairs[i].gaps.consume(tags, channel: UInt8(channels[i]), clock)
      }
    }
  }
  for i in pairs.indices { pairs[i].finish() }
  return pairs
}
