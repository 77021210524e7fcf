package import TimeTags

/// Counts all pairs of two channels' photons by their difference, exactly, where the rank of each photon of the first among
/// those of the second is known (``RankedPhotons``): its partners are its neighbours, later ones upwards, earlier ones downwards.
///
/// A pair (a, b) falls into bin ⌊((b − a)·unit + range)/binWidth⌋, bins being half-open, for −range ≤ (b − a)·unit < range. How
/// many partners a photon has is a matter of chance, which a processor guesses wrong time and again; so nothing here asks: a few
/// differences of every photon are written down, and the next one overwrites those beyond the range; photons whose last
/// difference was not beyond it are written into a list, which is gone through for the next few, until it is empty.
package final class RankedPairs {
  /// The pairs in each bin.
  package var counts: [Int] { Array(UnsafeBufferPointer(start: bins, count: binCount)) }

  /// The pairs in all bins.
  package private(set) var total = 0

  /// The largest steps to earlier and later partners: −`earliest` ≤ b − a < `latest`.
  private let earliest: Int64
  private let latest: Int64
  /// Twice b − a + `earliest` is brought to twice ticks since the first edge by this.
  private let scale: UInt64
  private let offset: UInt64
  private let reciprocal: UInt64
  /// Counts instead of what is below, where it can.
  private let vectors: VectorPairs?
  private let usesVectors: Bool?
  private let binCount: Int
  private let bins: UnsafeMutablePointer<Int>
  private let differences: UnsafeMutablePointer<UInt64>
  /// Photons that may have more partners after and before them.
  private var more: (after: UnsafeMutablePointer<UInt32>, before: UnsafeMutablePointer<UInt32>)
  private var capacity = 0

  /// Differences that are written down before they are counted.
  private static let room = 1024

  /// Bins of `binWidth` ticks from −`binWidth` × `binsPerSide` to as much above zero; nil where a bin cannot be had by
  /// multiplying.
  ///
  /// - Parameters:
  ///   - unit: of the photons' times, in ticks.
  ///   - usesVectors: whether they count where they can: the same pairs; nil where that is sooner.
  package init?(binWidth: Int64, binsPerSide: Int, unit: Int64 = 1, usesVectors: Bool? = nil) {
    let range = binWidth * Int64(binsPerSide)
    binCount = 2 * binsPerSide
    // ⌊d/w⌋ as a product: exact while 2d·2w < 2^64 (Granlund & Montgomery, PLDI 1994, Theorem 4.2)
    guard (2 * UInt64(range)).multipliedFullWidth(by: 4 * UInt64(binWidth)).high == 0 else { return nil }
    reciprocal = UInt64.max / (2 * UInt64(binWidth)) + 1
    earliest = range / unit
    latest = (range + unit - 1) / unit
    scale = 2 * UInt64(unit)
    offset = 2 * UInt64(range - earliest * unit)
    self.usesVectors = usesVectors
    vectors = VectorPairs(width: binWidth, range: range, unit: unit)
    bins = .allocate(capacity: binCount)
    bins.initialize(repeating: 0, count: binCount)
    differences = .allocate(capacity: Self.room)
    more = (.allocate(capacity: 1), .allocate(capacity: 1))
  }

  deinit {
    bins.deallocate()
    differences.deallocate()
    more.after.deallocate()
    more.before.deallocate()
  }

  /// Counts all pairs of the photons, `weight` times.
  package func count(_ photons: RankedPhotons, weight: Int = 1) {
    guard photons.firstCount > 0, photons.secondCount > 0 else { return }
    if let vectors, usesVectors ?? vectors.suits(photons) {
      total += weight * vectors.count(photons, weight: weight, into: bins)
      return
    }
    if photons.firstCount > capacity {
      capacity = 2 * photons.firstCount
      more.after.deallocate()
      more.before.deallocate()
      // one more: all stores of the loop always happen
      more = (.allocate(capacity: capacity + 1), .allocate(capacity: capacity + 1))
    }
    let duration = photons.second[photons.secondCount - 1] &- photons.second[0]
    // partners of a photon on either side, on average
    let partners = Double(latest) * Double(photons.secondCount) / Double(max(duration, 1))
    if partners < 0.3 {
      count(photons, weight, lanes: 1)
    } else if partners < 1.5 {
      count(photons, weight, lanes: 2)
    } else {
      count(photons, weight, lanes: 4)
    }
  }

  @inline(__always)
  private func count(_ photons: RankedPhotons, _ weight: Int, lanes: Int) {
    let (first, ranks, second) = (photons.first, photons.ranks, photons.second)
    let (earliest, span, differences, more) = (earliest, earliest &+ latest, differences, more)
    var (after, before) = (0, 0)
    var start = 0
    while start < photons.firstCount {
      let end = min(start &+ Self.room / (2 &* lanes), photons.firstCount)
      var waiting = 0
      var i = start
      while i < end {
        let base = first[i] &- earliest
        let later = second + Int(ranks[i])
        var isWithin = 0
        for lane in 0..<lanes {
          let difference = later[lane] &- base
          differences[waiting] = UInt64(bitPattern: difference)
          isWithin = isNegative(difference &- span)
          waiting &+= isWithin
        }
        more.after[after] = UInt32(truncatingIfNeeded: i)
        after &+= isWithin
        for lane in 0..<lanes {
          let difference = later[-1 &- lane] &- base
          differences[waiting] = UInt64(bitPattern: difference)
          isWithin = isNegative(~difference)
          waiting &+= isWithin
        }
        more.before[before] = UInt32(truncatingIfNeeded: i)
        before &+= isWithin
        i &+= 1
      }
      empty(waiting, weight)
      start = end
    }
    countMore(photons, weight, more.after, after, lanes, isAfter: true)
    countMore(photons, weight, more.before, before, lanes, isAfter: false)
  }

  /// Counts the partners beyond the first `lanes` of the photons in a list, which this uses up.
  @inline(__always)
  private func countMore(
    _ photons: RankedPhotons, _ weight: Int, _ list: UnsafeMutablePointer<UInt32>, _ count: Int, _ lanes: Int,
    isAfter: Bool
  ) {
    let (first, ranks, differences) = (photons.first, photons.ranks, differences)
    let (earliest, span) = (earliest, earliest &+ latest)
    let direction = isAfter ? 1 : -1
    var next = photons.second + (isAfter ? lanes : -1 &- lanes)
    var count = count
    while count > 0 {
      var (left, start) = (0, 0)
      while start < count {
        let end = min(start &+ Self.room / lanes, count)
        var waiting = 0
        var place = start
        while place < end {
          let i = list[place]
          let base = first[Int(i)] &- earliest
          let partner = next + Int(ranks[Int(i)])
          var isWithin = 0
          for lane in 0..<lanes {
            let difference = partner[direction &* lane] &- base
            differences[waiting] = UInt64(bitPattern: difference)
            isWithin = isNegative(isAfter ? difference &- span : ~difference)
            waiting &+= isWithin
          }
          list[left] = i
          left &+= isWithin
          place &+= 1
        }
        empty(waiting, weight)
        start = end
      }
      count = left
      next += direction &* lanes
    }
  }

  /// Counts the differences that are written down.
  @inline(never)
  private func empty(_ waiting: Int, _ weight: Int) {
    total += waiting * weight
    let (bins, differences) = (bins, differences)
    let (scale, offset, reciprocal) = (scale, offset, reciprocal)
    var i = 0
    while i < waiting {
      let bin = (differences[i] &* scale &+ offset).multipliedFullWidth(by: reciprocal).high
      bins[Int(truncatingIfNeeded: bin)] &+= weight
      i &+= 1
    }
  }
}

/// 1 below zero, otherwise 0, as arithmetic that no compiler makes a branch of.
@inline(__always)
private func isNegative(_ number: Int64) -> Int { Int(truncatingIfNeeded: UInt64(bitPattern: number) &>> 63) }
