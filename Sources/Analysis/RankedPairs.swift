/// Counts all pairs of two runs of photons by their difference, exactly, where the rank of each photon of the first among
/// those of the second is known (``RankedSplit``): its partners are its neighbours, later ones upwards, earlier ones downwards.
///
/// A pair (a, b) falls into bin ⌊(b − a + range)/binWidth⌋, bins being half-open, for −range ≤ b − a < range. How many partners
/// a photon has is a matter of chance, which a processor guesses wrong time and again; so a few differences are always written
/// down, and the next one overwrites those beyond the range.
final class RankedPairs {
  /// The pairs in each bin.
  var counts: [Int] { Array(UnsafeBufferPointer(start: bins, count: binCount)) }

  private let range: Int64
  private let span: UInt64
  private let reciprocal: UInt64
  private let binCount: Int
  private let bins: UnsafeMutablePointer<Int>
  private let differences: UnsafeMutablePointer<UInt64>

  /// Differences that are written down before they are counted.
  private static let room = 2048

  /// Bins of `binWidth` from −`binWidth` × `binsPerSide` to as much above zero; nil where a bin cannot be had by multiplying.
  init?(binWidth: Int64, binsPerSide: Int) {
    range = binWidth * Int64(binsPerSide)
    span = 2 * UInt64(range)
    binCount = 2 * binsPerSide
    // ⌊d/w⌋ as a product: exact while 2d·2w < 2^64 (Granlund & Montgomery, PLDI 1994, Theorem 4.2)
    guard span.multipliedFullWidth(by: 4 * UInt64(binWidth)).high == 0 else { return nil }
    reciprocal = UInt64.max / (2 * UInt64(binWidth)) + 1
    bins = .allocate(capacity: binCount)
    bins.initialize(repeating: 0, count: binCount)
    differences = .allocate(capacity: Self.room)
  }

  deinit {
    bins.deallocate()
    differences.deallocate()
  }

  /// Counts all pairs of the run, `weight` times.
  func count(_ run: RankedSplit, weight: Int = 1) {
    guard run.firstCount > 0, run.secondCount > 0 else { return }
    let duration = run.second[run.secondCount - 1] &- run.second[0]
    // partners of a photon on either side, on average
    let partners = Double(range) * Double(run.secondCount) / Double(max(duration, 1))
    if partners < 0.3 { count(run, weight, lanes: 1) } else { count(run, weight, lanes: 3) }
  }

  @inline(__always)
  private func count(_ run: RankedSplit, _ weight: Int, lanes: Int) {
    let (range, span, differences, full) = (range, span, differences, Self.room - 4 * lanes)
    let (first, ranks, second) = (run.first, run.ranks, run.second)
    var waiting = 0
    for i in 0..<run.firstCount {
      let base = first[i] &- range
      var later = second + ranks[i]
      var earlier = later - 1
      while true {
        for lane in 0..<lanes {
          let difference = UInt64(bitPattern: later[lane] &- base)
          differences[waiting] = difference
          waiting &+= difference < span ? 1 : 0
        }
        if UInt64(bitPattern: later[lanes &- 1] &- base) >= span { break }
        later += lanes
        if waiting > full { waiting = empty(waiting, weight) }
      }
      while true {
        for lane in 0..<lanes {
          let difference = UInt64(bitPattern: earlier[0 &- lane] &- base)
          differences[waiting] = difference
          waiting &+= difference < span ? 1 : 0
        }
        if UInt64(bitPattern: earlier[1 &- lanes] &- base) >= span { break }
        earlier -= lanes
        if waiting > full { waiting = empty(waiting, weight) }
      }
      if waiting > full { waiting = empty(waiting, weight) }
    }
    _ = empty(waiting, weight)
  }

  /// Counts the differences that are written down; returns how many then are.
  @inline(never)
  private func empty(_ waiting: Int, _ weight: Int) -> Int {
    for i in 0..<waiting {
      let bin = (differences[i] &<< 1).multipliedFullWidth(by: reciprocal).high
      bins[Int(truncatingIfNeeded: bin)] &+= weight
    }
    return 0
  }
}
