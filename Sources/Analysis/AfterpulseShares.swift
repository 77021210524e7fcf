import TimeTags

/// The shares of afterpulses in two channels by time: continuous excitation.
///
/// - Parameter gates: the nanotimes that pass, by channel; nil: all.
func afterpulseSharesByTime(
  _ channels: [Int], _ gates: [Range<Int32>]?, _ clock: TagClock, _ replay: Replay
) throws -> [MeasuredValue] {
  try afterpulseShares(channels, gates, replay, pairs: AfterpulsePairs()) { $0.splitTimes($1, clock: clock) }
}

/// The shares of afterpulses in two channels by pulse number as T3 records it.
func afterpulseSharesByPulse(
  _ channels: [Int], _ gates: [Range<Int32>]?, periodPs: Double, _ replay: Replay
) throws -> [MeasuredValue] {
  try afterpulseShares(channels, gates, replay, pairs: AfterpulsePairs(periodPs: periodPs)) { $0.splitPulses($1) }
}

/// The shares of afterpulses in two channels by the recovered pulse number of a T2 recording.
func afterpulseShares(
  _ pulses: PulseClock, _ laser: LaserSync, _ channels: [Int], _ clock: TagClock, _ gate: TimeGate?, _ replay: Replay
) throws -> [MeasuredValue] {
  var assigner = PulseAssigner(pulses: pulses, clock: clock, edges: laser.edges)
  let low = gate.map { $0.startNs * 1000 / laser.periodPs } ?? -.infinity
  let high = gate.map { $0.stopNs * 1000 / laser.periodPs } ?? .infinity
  var pairs = channels.map { _ in AfterpulsePairs(periodPs: laser.periodPs) }
  var all: [[Int64]] = [[], []]
  var gated: [[Int64]] = [[], []]
  try replay { tags in
    guard let last = tags.last else { return }
    for i in 0...1 {
      all[i].removeAll(keepingCapacity: true)
      gated[i].removeAll(keepingCapacity: true)
    }
    for tag in tags where tag.kind == .photon {
      guard let i = channels.firstIndex(of: Int(tag.channel)) else { continue }
      let (pulse, delay) = assigner.assign(tag)
      all[i].append(pulse)
      if delay >= low && delay < high { gated[i].append(pulse) }
    }
    // a channel's edge may lie up to a period later than another's
    let mark = assigner.assign(last).pulse &- 2
    for i in 0...1 {
      all[i].withUnsafeBufferPointer { a in
        gated[i].withUnsafeBufferPointer { pairs[i].consume(all: a, gated: $0, watermark: mark) }
      }
    }
  }
  return pairs.indices.map { pairs[$0].share() }
}

private func afterpulseShares(
  _ channels: [Int], _ gates: [Range<Int32>]?, _ replay: Replay, pairs empty: AfterpulsePairs,
  split: (ChannelSplitter, TagBlock) -> Int64
) throws -> [MeasuredValue] {
  let splitters = channels.indices.map { i in
    let splitter = ChannelSplitter(first: UInt8(channels[i]), second: UInt8(channels[i]))
    if let gates { splitter.gates.second = gates[i] }
    return splitter
  }
  var pairs = channels.map { _ in empty }
  try withoutActuallyEscaping(split) { split in
    try replay { tags in
      for (i, splitter) in splitters.enumerated() {
        let watermark = split(splitter, tags)
        pairs[i].consume(all: splitter.first, gated: splitter.second, watermark: watermark)
      }
    }
  }
  return pairs.indices.map { pairs[$0].share() }
}
