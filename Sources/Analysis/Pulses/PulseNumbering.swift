import TimeTags

/// Plays the photons of a T2 recording with the numbers of their pulses as macro times, in the order of the pulses: as if the
/// instrument had numbered the pulses as in T3.
func numberingPulses(
  header: RecordingHeader, pulses: PulseClock, edges: [UInt8: FoldedDecay.Edge], replay: @escaping Replay
) -> Replay {
  { body in
    var assigner = PulseAssigner(pulses: pulses, clock: TagClock(header), edges: edges)
    var waiting: [TimeTag] = []
    /// Plays what belongs to pulses before `pulse`.
    func release(before pulse: Int64) throws {
      waiting.sort { ($0.macroTime, $0.channel) < ($1.macroTime, $1.channel) }
      let ready = waiting.firstIndex { $0.macroTime >= pulse } ?? waiting.count
      guard ready > 0 else { return }
      try waiting.withUnsafeBufferPointer { try body(TagBlock(rebasing: $0[..<ready])) }
      waiting.removeFirst(ready)
    }
    try replay { tags in
      guard let last = tags.last else { return }
      for tag in tags where tag.kind == .photon {
        waiting.append(TimeTag(macroTime: assigner.assign(tag).pulse, channel: tag.channel))
      }
      // a channel's edge may lie up to a period later than another's
      try release(before: assigner.assign(last).pulse &- 2)
    }
    try release(before: .max)
  }
}
