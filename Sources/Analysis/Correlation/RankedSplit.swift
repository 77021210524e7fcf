import TimeTags

/// Sorts the photons of two channels out of blocks of tags, with their ranks; times are in ticks.
final class RankedSplit {
  private let channels: (first: UInt8, second: UInt8)
  private var firstCount = 0
  private var secondCount = 0
  private var first: UnsafeMutablePointer<Int64>
  private var ranks: UnsafeMutablePointer<UInt32>
  private var second: UnsafeMutablePointer<Int64> { padded + RankedPhotons.padding }
  private var padded: UnsafeMutablePointer<Int64>
  private var capacity = 0

  /// Whether all times lie between 0 and 2⁶², 80 hours: only then are the times at the sides out of reach of all.
  private(set) var isWithinReach = true

  init(first: UInt8, second: UInt8) {
    channels = (first, second)
    self.first = .allocate(capacity: 1)
    ranks = .allocate(capacity: 1)
    padded = .allocate(capacity: 1 + 2 * RankedPhotons.padding)
  }

  deinit {
    first.deallocate()
    ranks.deallocate()
    padded.deallocate()
  }

  /// What was split last; valid until the next time.
  var photons: RankedPhotons {
    RankedPhotons(first: first, ranks: ranks, second: second, firstCount: firstCount, secondCount: secondCount)
  }

  /// Takes the place of what was split before.
  func split(_ tags: TagBlock, clock: TagClock) {
    reserve(tags.count)
    let unit = clock.wholeMacro
    let isSorted =
      unit != 0
      ? split(tags) { $0.macroTime &* unit }
      : split(tags) { clock.ticks(macroTime: $0.macroTime, nanotime: $0.nanotime) }
    if !isSorted { sort() }
    padded.update(repeating: RankedPhotons.beforeAll, count: RankedPhotons.padding)
    (second + secondCount).update(repeating: RankedPhotons.afterAll, count: RankedPhotons.padding)
  }

  private func reserve(_ count: Int) {
    guard count > capacity else { return }
    capacity = 2 * count
    first.deallocate()
    ranks.deallocate()
    padded.deallocate()
    // one more: all stores of the loop always happen
    first = .allocate(capacity: capacity + 1)
    ranks = .allocate(capacity: capacity + 1)
    padded = .allocate(capacity: capacity + 1 + 2 * RankedPhotons.padding)
  }

  /// - Returns: whether the times were in order.
  @inline(__always)
  private func split(_ tags: TagBlock, _ time: (TimeTag) -> Int64) -> Bool {
    let (first, ranks, second) = (first, ranks, second)
    let (one, two) = (UInt64(channels.first), UInt64(channels.second))
    var (a, b) = (0, 0)
    var previous = Int64.min / 4
    var (disorder, extent) = (0 as Int64, 0 as Int64)
    // no branch depends on the data: which channel comes next is a matter of chance
    for tag in tags {
      let t = time(tag)
      // the sign bit gathers every step backwards
      disorder |= t &- previous
      previous = t
      extent |= t
      first[a] = t
      ranks[a] = UInt32(truncatingIfNeeded: b)
      second[b] = t
      // a photon's kind is 0
      let input = UInt64(tag.kind.rawValue) &<< 8 | UInt64(tag.channel)
      a &+= Int(truncatingIfNeeded: isZero(input ^ one))
      b &+= Int(truncatingIfNeeded: isZero(input ^ two))
    }
    (firstCount, secondCount) = (a, b)
    isWithinReach = UInt64(bitPattern: extent) < 1 << 62
    return disorder >= 0
  }

  /// Photons of one pulse need not be in order in T3.
  private func sort() {
    restoreOrder(UnsafeMutableBufferPointer(start: first, count: firstCount))
    restoreOrder(UnsafeMutableBufferPointer(start: second, count: secondCount))
    var rank = 0
    for i in 0..<firstCount {
      while rank < secondCount, second[rank] < first[i] { rank += 1 }
      ranks[i] = UInt32(rank)
    }
  }
}

/// 1 for 0, and 0 for all other numbers below 2⁶³, as arithmetic that no compiler makes a branch of.
@inline(__always)
private func isZero(_ number: UInt64) -> UInt64 { (number &- 1) &>> 63 }
