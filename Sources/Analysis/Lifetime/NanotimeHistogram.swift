import TimeTags

/// The nanotimes of every channel of a T3 stream, at full resolution.
package struct NanotimeHistogram: Equatable {
  package private(set) var counts = [[Int]](repeating: [], count: 256)

  mutating func consume(_ tags: TagBlock) {
    for tag in tags where tag.kind == .photon {
      let channel = Int(tag.channel)
      if counts[channel].isEmpty { counts[channel] = [Int](repeating: 0, count: 65536) }
      counts[channel][Int(tag.nanotime)] &+= 1
    }
  }

  /// Adds what somebody else has counted.
  mutating func add(_ other: NanotimeHistogram) {
    for (channel, more) in other.counts.enumerated() where !more.isEmpty {
      if counts[channel].isEmpty {
        counts[channel] = more
      } else {
        for i in more.indices { counts[channel][i] += more[i] }
      }
    }
  }

  /// The decay of some channels together over the bins that lie wholly inside the period and the instrument's range.
  func decay(_ channels: [UInt8], header: RecordingHeader) -> FoldedDecay {
    let clock = TagClock(header)
    let binPs = clock.nanoTicks / TagClock.ticksPerPicosecond
    let periodPs = clock.macroTicks / TagClock.ticksPerPicosecond
    let last = channels.compactMap { counts[Int($0)].lastIndex { $0 > 0 } }.max() ?? 0
    // the instrument's own number of bins; where it is unknown, up to the last bin that holds anything
    let range: Int
    switch header.recordType {
    case .picoHarp300T3: range = 4096
    case .some: range = 32768
    case nil: range = last + 1
    }
    let bins = max(min(Int((periodPs / binPs) * (1 + 1e-9)), range), 1)
    var sum = [Int](repeating: 0, count: bins)
    for channel in channels where !counts[Int(channel)].isEmpty {
      for bin in 0..<bins { sum[bin] += counts[Int(channel)][bin] }
    }
    return FoldedDecay(counts: sum, binPs: binPs, periodPs: periodPs)
  }
}
