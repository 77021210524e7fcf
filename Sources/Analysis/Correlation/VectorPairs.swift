import CVectors
import TimeTags

/// Counts pairs of ranked photons with vectors (`CVectors`), where the processor has them: four neighbours on either side of a
/// photon at once, by the lower 32 bits of their times.
final class VectorPairs {
  private var bins: vectors_bins
  private var room: UnsafeMutablePointer<UInt32>
  private var capacity = 0

  /// What the loop writes beyond one number per photon.
  private static let beyond = 12

  /// Bins of `width` ticks up to `range` on either side.
  ///
  /// - Parameter unit: of the photons' times, in ticks.
  /// - Returns: nil without vectors, where bins are not of several whole units, and where numbers go beyond 32 bits.
  init?(width: Int64, range: Int64, unit: Int64) {
    let steps = width / unit
    guard vectors_are_there(), width % unit == 0, steps > 1, range / unit < 1 << 30 else { return nil }
    // ⌊n/steps⌋ as a product: 2^shift < steps ≤ 2^(shift + 1), which is exact below 2^31 (Granlund & Montgomery, PLDI 1994,
    // Theorem 4.2)
    let shift = 63 - (steps - 1).leadingZeroBitCount
    let multiplier = ((1 << (32 + shift)) + steps - 1) / steps
    bins = vectors_bins(
      earliest: range / unit, span: 2 * range / unit, multiplier: UInt32(multiplier), shift: UInt32(shift))
    room = .allocate(capacity: 1)
  }

  deinit { room.deallocate() }

  /// Whether 32 bits reach from group to group of 32 photons and four neighbours on either side, on average; where they do not,
  /// what goes without vectors is sooner.
  func suits(_ photons: RankedPhotons) -> Bool {
    let duration = Double(photons.second[photons.secondCount - 1] &- photons.second[0])
    return duration * (32 / Double(photons.firstCount) + 8 / Double(photons.secondCount)) < 0x1p31
  }

  /// Adds `weight` to `counts` for every pair.
  ///
  /// - Returns: the number of pairs.
  func count(_ photons: RankedPhotons, weight: Int, into counts: UnsafeMutablePointer<Int>) -> Int {
    if photons.secondCount > capacity {
      capacity = 2 * photons.secondCount
      room.deallocate()
      room = .allocate(capacity: capacity + Self.beyond)
    }
    var photons = vectors_photons(
      first: photons.first, ranks: photons.ranks, second: photons.second, first_count: Int64(photons.firstCount),
      second_count: Int64(photons.secondCount))
    return Int(vectors_count_pairs(&photons, &bins, Int64(weight), counts, room))
  }
}
