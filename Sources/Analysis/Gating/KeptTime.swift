/// The stretches of a recording that are kept, as half-open intervals of ticks (1/16 ps).
public struct KeptTime: Sendable, Hashable {
  /// A stretch: `start` ≤ time < `end`.
  public struct Stretch: Sendable, Hashable {
    /// Its first tick.
    public var start: Int64
    /// The first tick that is no longer kept.
    public var end: Int64

    /// A stretch; `end` is above `start` (not checked).
    public init(start: Int64, end: Int64) {
      self.start = start
      self.end = end
    }
  }
  /// In order of time; none touches the next.
  public private(set) var stretches: [Stretch] = []
  /// Their lengths together.
  public private(set) var ticks: Int64 = 0

  /// Nothing kept.
  public init() {}

  /// Adds a stretch that begins where the last one ends or later; empty ones are left out.
  public mutating func append(_ stretch: Stretch) {
    guard stretch.end > stretch.start else { return }
    ticks += stretch.end - stretch.start
    if let last = stretches.last, last.end >= stretch.start {
      stretches[stretches.count - 1].end = stretch.end
    } else {
      stretches.append(stretch)
    }
  }

  /// The kept time in seconds.
  public var seconds: Double { Double(ticks) / TagClock.ticksPerPicosecond * 1e-12 }

  /// Whether a time is kept. `cursor` keeps the place between calls with rising times.
  @inline(__always)
  func contains(_ time: Int64, cursor: inout Int) -> Bool {
    while cursor < stretches.count, stretches[cursor].end <= time { cursor &+= 1 }
    while cursor > 0, stretches[cursor &- 1].end > time { cursor &-= 1 }
    return cursor < stretches.count && stretches[cursor].start <= time
  }

  /// The ticks t for which t and t + `delay` are both kept: what pairs at that delay can come from.
  public func overlap(ofDelay delay: Double) -> Double {
    let delay = abs(delay)
    var sum = 0.0
    var later = 0
    for stretch in stretches {
      let (start, end) = (Double(stretch.start) + delay, Double(stretch.end) + delay)
      while later < stretches.count, Double(stretches[later].end) <= start { later += 1 }
      var i = later
      while i < stretches.count, Double(stretches[i].start) < end {
        sum += min(end, Double(stretches[i].end)) - max(start, Double(stretches[i].start))
        i += 1
      }
    }
    return sum
  }
}
