import CGSL
import Glibc

/// The decay folded on the laser period, of one channel, with its rising edge.
public struct FoldedDecay: Sendable, Hashable {
  /// Counts per bin; bin i covers [i·w, (i+1)·w) after the sync (T3) or the arbitrary zero of the phase (T2).
  public var counts: [Int]
  /// The bin width w in picoseconds.
  public var binPs: Double
  /// The period in picoseconds.
  public var periodPs: Double

  /// A histogram over one period; `binPs` and `periodPs` are above 0 (not checked).
  public init(counts: [Int], binPs: Double, periodPs: Double) {
    self.counts = counts
    self.binPs = binPs
    self.periodPs = periodPs
  }

  /// Where the pulse begins in a folded decay.
  public struct Edge: Sendable, Hashable {
    /// The time of half rise in picoseconds, interpolated.
    public var timePs: Double
    /// The rise from 10 % to 90 % of the maximum, in picoseconds (at least one bin).
    public var risePs: Double
    /// The end of the bin with the maximum in picoseconds, after the edge (may exceed the period).
    public var maximumPs: Double
  }

  /// Finds the rising edge: half of the maximum above the floor, walking back from the maximum. The histogram is
  /// first rebinned until its maximum holds 100 counts (or 32 bins are left), so that noise makes no edges.
  ///
  /// - Returns: nil for a histogram without counts.
  public func risingEdge() -> Edge? {
    guard counts.contains(where: { $0 > 0 }), counts.count >= 4 else { return nil }
    var factor = 1
    var coarse = counts
    while (coarse.max() ?? 0) < 100 && coarse.count / 2 >= 32 {
      factor *= 2
      coarse = stride(from: 0, to: counts.count, by: factor).map { start in
        counts[start..<min(start + factor, counts.count)].reduce(0, +)
      }
      // a last bin of fewer counts would look like a dip
      if counts.count % factor != 0 {
        let width = counts.count % factor
        coarse[coarse.count - 1] = coarse[coarse.count - 1] * factor / width
      }
    }
    let n = coarse.count
    let width = binPs * Double(factor)
    let top = coarse.indices.max { coarse[$0] < coarse[$1] } ?? 0
    let floor = ranked(coarse, n / 10)
    let height = Double(coarse[top]) - floor
    /// The time before the maximum at which the decay last was below a level, interpolated between bin centres.
    func crossing(_ fraction: Double) -> Double {
      let level = floor + fraction * height
      for back in 1..<n {
        let below = Double(coarse[((top - back) % n + n) % n])
        guard below <= level else { continue }
        let above = Double(coarse[((top - back + 1) % n + n) % n])
        let part = above > below ? (level - below) / (above - below) : 0.5
        return (Double(top - back) + 0.5 + part) * width
      }
      return Double(top) * width
    }
    let half = crossing(0.5)
    let rise = max(crossing(0.9) - crossing(0.1), width)
    let maximum = Double(top + 1) * width
    let shift = half < 0 ? periodPs : 0
    return Edge(timePs: half + shift, risePs: rise, maximumPs: maximum + shift)
  }
}

/// The number at a place of the sorted ones (quickselect).
func ranked(_ numbers: [Int], _ place: Int) -> Double {
  var copy = numbers.map(Double.init)
  return gsl_stats_select(&copy, 1, copy.count, place)
}
