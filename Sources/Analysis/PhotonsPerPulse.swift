import TimeTags

/// Counts the pulses of a recording by the number of photons recorded after each.
struct PhotonsPerPulse {
  /// Pulses with n photons, n = 1, 2 …
  private var pulses: [Int] = []
  private var first: Int64?
  private var current: Int64 = 0
  private var photons = 0

  mutating func consume(_ tags: TagBlock, channels: [UInt8]) {
    for tag in tags where tag.kind == .photon && channels.contains(tag.channel) {
      if first == nil { first = tag.macroTime }
      if tag.macroTime != current { close() }
      current = tag.macroTime
      photons += 1
    }
  }

  private mutating func close() {
    guard photons > 0 else { return }
    while pulses.count < photons { pulses.append(0) }
    pulses[photons - 1] += 1
    photons = 0
  }

  /// Pulses with n photons, n = 0, 1, 2 …, from the first pulse with a photon to the last.
  mutating func finished() -> [Int] {
    close()
    guard let first else { return [] }
    return [Int(current - first) + 1 - pulses.reduce(0, +)] + pulses
  }
}
