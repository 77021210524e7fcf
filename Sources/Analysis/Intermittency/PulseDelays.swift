import TimeTags

/// The delay of each photon after the rising edge of its pulse: from the nanotime (T3) or the recovered laser phase (T2).
struct PulseDelays {
  /// The laser period in picoseconds.
  let periodPs: Double
  /// Delays run from −`marginPs`, two rise times before the edge, to one period later.
  let marginPs: Double
  private let edges: [Double?]
  private let pulses: PulseClock?
  private let nanotimePs: Double
  private var cursor = 0

  /// - Returns: nil where no channel has a rising edge.
  init?(_ laser: LaserSync, clock: TagClock) {
    var edges = [Double?](repeating: nil, count: 256)
    for (channel, edge) in laser.edges { edges[Int(channel)] = edge.timePs }
    guard let rise = laser.edges.values.map(\.risePs).max(), laser.periodPs > 0 else { return nil }
    self.edges = edges
    periodPs = laser.periodPs
    marginPs = min(2 * rise, 0.1 * periodPs)
    pulses = laser.pulses
    nanotimePs = clock.nanoTicks / TagClock.ticksPerPicosecond
  }

  /// The delay in picoseconds; nil in a channel without pulses.
  mutating func delay(_ tag: TimeTag, ticks: Int64) -> Double? {
    guard let edge = edges[Int(tag.channel)] else { return nil }
    var delay: Double
    if let pulses {
      let phase = pulses.phase(ticks, cursor: &cursor)
      delay = (phase - phase.rounded(.down)) * periodPs
    } else {
      delay = Double(tag.nanotime) * nanotimePs
    }
    delay -= edge - marginPs
    return delay - (delay / periodPs).rounded(.down) * periodPs - marginPs
  }
}
