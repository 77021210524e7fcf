import TimeTags

/// The times from a click of a channel to the next one, up to which no click follows another: the dead time as a recording shows it.
struct ClickGaps {
  /// By nanoseconds.
  private var counts = [Int](repeating: 0, count: 2000)
  private var clicks = 0
  private var last = Int64.min / 2

  /// Takes the next records, and of them the photons of a channel.
  mutating func consume(_ tags: TagBlock, channel: UInt8, _ clock: TagClock) {
    let nanosecond = Int64(1000 * TagClock.ticksPerPicosecond)
    for tag in tags where tag.kind == .photon && tag.channel == channel {
      let time = clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime)
      let gap = (time - last) / nanosecond
      if gap >= 0, gap < counts.count { counts[Int(gap)] += 1 }
      last = time
      clicks += 1
    }
  }

  /// The time that less than one click in 100,000 is closer to the one before, in nanoseconds; 0 where that is not seen below 2 µs.
  ///
  /// Afterpulses fill the time from the dead time on. Where there are too few for that, the rate is so low that dead times matter little.
  var deadTimeNs: Double {
    var sum = 0
    for (gap, count) in counts.enumerated() {
      sum += count
      if sum > clicks / 100_000 { return Double(gap) }
    }
    return 0
  }
}
