/// The arrays behind ``RankedPhotons``.
struct RankedArrays {
  private(set) var first: UnsafeMutablePointer<Int64>
  private(set) var ranks: UnsafeMutablePointer<UInt32>
  private(set) var second: UnsafeMutablePointer<Int64>
  private var capacity: Int

  /// Photons that may be written beyond the last one, and are written over.
  private static let beyond = 8

  /// Room for `capacity` photons, whichever their channel.
  init(capacity: Int) {
    self.capacity = capacity
    first = .allocate(capacity: capacity + Self.beyond)
    ranks = .allocate(capacity: capacity + Self.beyond)
    second = .allocate(capacity: capacity + Self.beyond + 2 * RankedPhotons.padding) + RankedPhotons.padding
  }

  func deallocate() {
    first.deallocate()
    ranks.deallocate()
    (second - RankedPhotons.padding).deallocate()
  }

  /// Makes room for `count` photons, `keeping` those that are there.
  mutating func reserve(_ count: Int, keeping counts: UInt64 = 0) {
    guard count > capacity else { return }
    let larger = Self(capacity: 2 * count)
    let (firstCount, secondCount) = Self.split(counts)
    larger.first.update(from: first, count: firstCount)
    larger.ranks.update(from: ranks, count: firstCount)
    larger.second.update(from: second, count: secondCount)
    deallocate()
    self = larger
  }

  /// The photons that are there, with times out of reach on either side.
  func photons(_ counts: UInt64) -> RankedPhotons {
    let (firstCount, secondCount) = Self.split(counts)
    (second - RankedPhotons.padding).update(repeating: RankedPhotons.beforeAll, count: RankedPhotons.padding)
    (second + secondCount).update(repeating: RankedPhotons.afterAll, count: RankedPhotons.padding)
    return RankedPhotons(
      first: first, ranks: ranks, second: second, firstCount: firstCount, secondCount: secondCount)
  }

  /// The photons of the first channel, in the lower half, and of the second.
  static func split(_ counts: UInt64) -> (first: Int, second: Int) {
    (Int(counts & 0xFFFF_FFFF), Int(counts &>> 32))
  }
}
