/// Counts the pulses of a recording by the number of photons recorded after each.
struct PhotonsPerPulse {
  /// Pulses with n photons, n = 1, 2 …
  private var pulses: [Int] = []
  private var first: Int64?
  private var current: Int64 = 0
  private var photons = 0
  /// Pulse numbers of photons that may not be the last ones of their pulse.
  private var waiting: [Int64] = []

  /// Takes the pulse numbers of the next photons of each channel.
  ///
  /// - Parameter watermark: no later photon belongs to an earlier pulse than this. `Int64.max` ends the recording.
  mutating func consume(_ numbers: [[Int64]], watermark: Int64) {
    for one in numbers { waiting += one }
    waiting.sort()
    let ready = waiting.firstIndex { $0 >= watermark } ?? waiting.count
    for number in waiting[..<ready] {
      if first == nil { first = number }
      if number != current { close() }
      current = number
      photons += 1
    }
    waiting.removeFirst(ready)
  }

  private mutating func close() {
    guard photons > 0 else { return }
    while pulses.count < photons { pulses.append(0) }
    pulses[photons - 1] += 1
    photons = 0
  }

  /// Pulses with n photons, n = 0, 1, 2 …, from the first pulse with a photon to the last.
  mutating func finished() -> [Int] {
    consume([], watermark: .max)
    close()
    guard let first else { return [] }
    return [Int(current - first) + 1 - pulses.reduce(0, +)] + pulses
  }
}
