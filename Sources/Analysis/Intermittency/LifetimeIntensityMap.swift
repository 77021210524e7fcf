import Glibc

/// How often a rate and a lifetime occur together (fluorescence lifetime–intensity distribution, FLID; Galland et al.,
/// Nature 479, 203 (2011)): over the bins of the trace, and over the stretches between changes, where neither is mixed.
public struct LifetimeIntensityMap: Codable, Sendable, Hashable {
  /// Edges of the rate axis in Hz.
  public var rateEdgesHz: [Double]
  /// Edges of the lifetime axis in nanoseconds.
  public var lifetimeEdgesNs: [Double]
  /// Bins of the trace, by lifetime and then rate.
  public var bins: [[Int]]
  /// Seconds spent between changes, by lifetime and then rate: the map of emission rates.
  public var seconds: [[Double]]
  /// Bins left out: fewer than ``minimumPhotons`` photons, or no lifetime.
  public var binsLeftOut: Int

  /// Photons that a lifetime takes at least.
  public static let minimumPhotons = 20

  enum CodingKeys: String, CodingKey {
    case rateEdgesHz = "rate_edges_hz"
    case lifetimeEdgesNs = "lifetime_edges_ns"
    case bins, seconds
    case binsLeftOut = "bins_left_out"
  }

  /// The sum of delays of some photons.
  struct Sum: Sendable {
    var photons = 0
    var delaysPs = 0.0

    mutating func add(_ delay: Double) {
      photons += 1
      delaysPs += delay
    }

    /// The lifetime in nanoseconds of a single exponential, by maximum likelihood: its mean delay is τ − T/(e^(T/τ) − 1) over
    /// a period T, which the tails of earlier pulses fold into. Background is not removed: it lengthens the lifetime of dim
    /// light.
    ///
    /// - Returns: nil with too few photons, or where the mean is that of no decay.
    func lifetimeNs(periodPs: Double) -> Double? {
      guard photons >= LifetimeIntensityMap.minimumPhotons else { return nil }
      let mean = delaysPs / Double(photons) / periodPs
      guard mean > 1e-5, mean < 0.45 else { return nil }
      var low = 1e-6
      var high = 10.0
      for _ in 0..<50 {
        let middle = (low + high) / 2
        if middle - 1 / expm1(1 / middle) < mean { low = middle } else { high = middle }
      }
      return low * periodPs / 1000
    }
  }

  /// - Parameters:
  ///   - bins: the sums of the trace's bins of `binSeconds`.
  ///   - segments: those of the stretches between changes.
  init?(
    bins: [Sum], binSeconds: Double, segments: [(sum: Sum, seconds: Double, rateHz: Double)], periodPs: Double
  ) {
    let points = bins.compactMap { sum in
      sum.lifetimeNs(periodPs: periodPs).map { (rate: Double(sum.photons) / binSeconds, lifetime: $0) }
    }
    guard points.count >= 10 else { return nil }
    // 99.5 % of the bins decide the axes
    func top(_ values: [Double]) -> Double { values.sorted()[(values.count - 1) * 199 / 200] * 1.1 }
    let cells = 50
    let (rateTop, lifetimeTop) = (top(points.map(\.rate)), top(points.map(\.lifetime)))
    rateEdgesHz = (0...cells).map { Double($0) / Double(cells) * rateTop }
    lifetimeEdgesNs = (0...cells).map { Double($0) / Double(cells) * lifetimeTop }
    self.bins = [[Int]](repeating: [Int](repeating: 0, count: cells), count: cells)
    seconds = [[Double]](repeating: [Double](repeating: 0, count: cells), count: cells)
    binsLeftOut = bins.count - points.count
    func cell(_ rate: Double, _ lifetime: Double) -> (column: Int, row: Int)? {
      let (x, y) = (rate / rateTop * Double(cells), lifetime / lifetimeTop * Double(cells))
      return x < Double(cells) && y < Double(cells) ? (Int(x), Int(y)) : nil
    }
    for point in points {
      if let at = cell(point.rate, point.lifetime) { self.bins[at.row][at.column] += 1 } else { binsLeftOut += 1 }
    }
    for segment in segments {
      if let lifetime = segment.sum.lifetimeNs(periodPs: periodPs), let at = cell(segment.rateHz, lifetime) {
        seconds[at.row][at.column] += segment.seconds
      }
    }
  }
}
