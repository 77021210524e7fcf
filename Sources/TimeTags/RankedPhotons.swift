/// The photons of two channels in a run of records, and of each in the first channel how many of the second come before it.
/// With these ranks nobody has to look for the partners of a photon. A view: it is valid as long as whoever made it says.
@frozen
public struct RankedPhotons {
  /// The times in the first channel, sorted.
  public var first: UnsafePointer<Int64>
  /// The number of photons of the second channel before each of them.
  public var ranks: UnsafePointer<UInt32>
  /// The times in the second channel, sorted, with ``padding`` times before and after all others on either side.
  public var second: UnsafePointer<Int64>
  /// The number of photons in the first channel.
  public var firstCount: Int
  /// The number of photons in the second channel.
  public var secondCount: Int

  /// Times out of reach on either side of the second channel's.
  public static let padding = 8
  /// A time before all others, which lie between 0 and 2⁶².
  public static let beforeAll: Int64 = -1 << 62
  /// A time after all others.
  public static let afterAll: Int64 = 3 << 61

  /// A view of arrays that somebody else keeps.
  public init(
    first: UnsafePointer<Int64>, ranks: UnsafePointer<UInt32>, second: UnsafePointer<Int64>, firstCount: Int,
    secondCount: Int
  ) {
    (self.first, self.ranks, self.second) = (first, ranks, second)
    (self.firstCount, self.secondCount) = (firstCount, secondCount)
  }
}
