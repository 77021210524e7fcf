import Glibc

/// Mean and variance of the number of photons in bins of 1, 2, 4, 8 … times a shortest width, in one pass.
///
/// Every bin of a width is made of two of the width below, and bins without photons are passed over, so the time is
/// O(photons) for all widths together. Bins begin at the first record; the incomplete one at the end is left out.
package struct CountStatistics: Sendable {
  /// Parts of the recording that the uncertainty is found from.
  static let parts = 20

  /// The sums of one width.
  private struct Width {
    var bins: Int
    var index = -1
    var count = 0
    var sums = [Double](repeating: 0, count: CountStatistics.parts)
    var squares = [Double](repeating: 0, count: CountStatistics.parts)
  }
  private let start: Int64
  private let baseTicks: Int64
  private var widths: [Width] = []
  private var latest: Int64

  /// - Parameters:
  ///   - start: the first tick; `end` the first that is not part of the recording.
  ///   - baseTicks: the shortest width in ticks. Widths double while there are at least ten bins.
  package init(start: Int64, end: Int64, baseTicks: Int64) {
    self.start = start
    self.baseTicks = baseTicks
    latest = start
    var bins = Int((end - start) / baseTicks)
    while bins >= 10 {
      widths.append(Width(bins: bins))
      bins /= 2
    }
  }

  /// Takes the next photon; one a few nanoseconds too early (T3 channels with different delays) counts as simultaneous.
  @inline(__always)
  package mutating func add(_ ticks: Int64) {
    latest = max(latest, ticks)
    guard !widths.isEmpty else { return }
    let index = Int((latest &- start) / baseTicks)
    if index == widths[0].index {
      widths[0].count &+= 1
    } else {
      close(0)
      widths[0].index = index
      widths[0].count = 1
    }
  }

  /// Closes the bin of a width: adds it up, and hands it to the width above.
  private mutating func close(_ width: Int) {
    let (index, count) = (widths[width].index, widths[width].count)
    guard index >= 0 else { return }
    if index < widths[width].bins {
      let part = index * Self.parts / widths[width].bins
      widths[width].sums[part] += Double(count)
      widths[width].squares[part] += Double(count) * Double(count)
    }
    let above = width + 1
    guard above < widths.count else { return }
    if widths[above].index == index >> 1 {
      widths[above].count &+= count
    } else {
      close(above)
      widths[above].index = index >> 1
      widths[above].count = count
    }
  }

  /// The factors of all widths with at least one photon; call once, at the end.
  package mutating func finish() -> [FanoFactor] {
    for width in widths.indices { close(width) }
    return widths.enumerated().compactMap { i, width in
      FanoFactor(
        binS: Double(baseTicks) * pow(2, Double(i)) / TagClock.ticksPerPicosecond * 1e-12, bins: width.bins,
        sums: width.sums, squares: width.squares)
    }
  }
}

/// The variance of counts over their mean at one bin width (Fano, Phys. Rev. 72, 26 (1947)), and Mandel's Q, one less (Opt.
/// Lett. 4, 205 (1979)). Poisson light has Q = 0, sub-Poisson light and dead time Q < 0, blinking Q > 0.
public struct FanoFactor: Encodable, Sendable, Hashable {
  /// The bin width in seconds.
  public var binS: Double
  /// The number of bins.
  public var bins: Int
  /// Photons per bin.
  public var mean: Double
  /// The unbiased variance of the counts over their mean.
  public var fano: Double
  /// One standard deviation of ``fano`` and of Q: from twenty parts of the recording left out in turn (jackknife; Efron,
  /// Ann. Stat. 7, 1 (1979)) where each has at least five bins, so that slow blinking counts as far as the parts hold it; that of
  /// Gaussian counts, F √(2/(n − 1)), otherwise.
  public var uncertainty: Double
  /// The two-sided probability that Poisson light is as far from 1: F (n − 1) is then a χ² with n − 1 degrees of freedom
  /// (index of dispersion).
  public var poissonProbability: Double

  /// Mandel's Q.
  public var mandelQ: Double { fano - 1 }

  enum CodingKeys: String, CodingKey {
    case bins, mean, fano, uncertainty
    case binS = "bin_s"
    case mandelQ = "mandel_q"
    case poissonProbability = "poisson_probability"
  }

  /// Writes Q beside F.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(binS, forKey: .binS)
    try c.encode(bins, forKey: .bins)
    try c.encode(mean, forKey: .mean)
    try c.encode(fano, forKey: .fano)
    try c.encode(mandelQ, forKey: .mandelQ)
    try c.encode(uncertainty, forKey: .uncertainty)
    try c.encode(poissonProbability, forKey: .poissonProbability)
  }
}
