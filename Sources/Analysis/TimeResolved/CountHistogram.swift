import CGSL

/// How often a bin of the trace holds so many photons, and how often it would in steady light of the same mean rate.
public struct CountHistogram: Encodable, Sendable, Hashable {
  /// The lower ends of the classes of counts, and the end of the last: class i holds counts from entry i to below entry i + 1.
  public var countEdges: [Int]
  /// Bins of the trace by class.
  public var bins: [Int]
  /// Expected by Poisson's law.
  public var expected: [Double]

  enum CodingKeys: String, CodingKey {
    case bins
    case countEdges = "count_edges"
    case expected = "poisson_expected"
  }

  /// The histogram of some counts in at most about 200 classes of equal width, which cover all counts and the law to 10⁻⁹ at
  /// its upper end.
  package init(_ counts: [Int]) {
    _ = gslErrorsReturned
    let mean = counts.isEmpty ? 0 : Double(counts.reduce(0, +)) / Double(counts.count)
    let low = min(counts.min() ?? 0, max(Int(mean - 6 * mean.squareRoot()), 0))
    let high = max(counts.max() ?? 0, Int(mean + 6 * mean.squareRoot()) + 6)
    let width = (high - low) / 200 + 1
    let classes = (high - low) / width + 1
    countEdges = (0...classes).map { low + $0 * width }
    var bins = [Int](repeating: 0, count: classes)
    for count in counts { bins[(count - low) / width] += 1 }
    self.bins = bins
    /// The probability of fewer than `count`; from the normal law where GSL's function takes as long as the mean is large.
    func below(_ count: Int) -> Double {
      guard count > 0 else { return 0 }
      guard mean > 0 else { return 1 }
      return mean > 1e5
        ? gsl_cdf_ugaussian_P((Double(count) - 0.5 - mean) / mean.squareRoot())
        : gsl_cdf_poisson_P(UInt32(count - 1), mean)
    }
    expected = (0..<classes).map { i in
      Double(counts.count) * (below(low + (i + 1) * width) - below(low + i * width))
    }
  }
}
