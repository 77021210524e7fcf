public import TimeTags

/// Photons per time bin and channel, accumulated block by block.
///
/// Bin i covers [i·w, (i+1)·w) from the start of the recording. Memory grows with the duration over the bin width only.
public struct IntensityTrace: Sendable {
  /// The bin width in ticks of 1/16 ps.
  public let binTicks: Int64
  /// Counts of the channels that have photons, by channel number; the arrays have the same length after ``finish()``.
  public private(set) var counts: [Int: [Int]] = [:]

  private let clock: TagClock
  private var rows = [[Int]](repeating: [], count: 256)

  /// An empty trace in the units of time of `header`.
  ///
  /// - Parameter binWidthSeconds: at least a nanosecond.
  public init(header: RecordingHeader, binWidthSeconds: Double) {
    precondition(binWidthSeconds >= 1e-9, "the bin of a trace is at least a nanosecond")
    clock = TagClock(header)
    binTicks = Int64((binWidthSeconds * 1e12 * TagClock.ticksPerPicosecond).rounded())
  }

  /// The bin width in seconds.
  public var binWidthSeconds: Double { Double(binTicks) / TagClock.ticksPerPicosecond * 1e-12 }

  /// Takes the next block of records.
  public mutating func consume(_ tags: TagBlock) {
    var bin = -1
    var end = Int64.min
    var start = Int64.max
    for tag in tags where tag.kind == .photon {
      let time = clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime)
      if time >= end || time < start {
        bin = max(Int(time / binTicks), 0)
        start = Int64(bin) &* binTicks
        end = start &+ binTicks
      }
      let channel = Int(tag.channel)
      if rows[channel].count <= bin {
        rows[channel].append(contentsOf: repeatElement(0, count: bin + 1 - rows[channel].count))
      }
      rows[channel][bin] &+= 1
    }
  }

  /// Fills all channels up to the same last bin and publishes them in ``counts``.
  public mutating func finish() {
    let length = rows.map(\.count).max() ?? 0
    for channel in 0..<256 where !rows[channel].isEmpty {
      counts[channel] = rows[channel] + [Int](repeating: 0, count: length - rows[channel].count)
    }
  }
}
