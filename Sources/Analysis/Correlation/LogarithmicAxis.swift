import Glibc

/// The bins of a correlation over many decades of delay: whole picoseconds, half-open, about evenly spaced in the logarithm.
public struct LogarithmicAxis: Sendable, Hashable {
  /// The edges of the bins in picoseconds, rising, one more than bins; bin i holds edges[i] ≤ delay < edges[i + 1].
  public let edgesPs: [Int]

  /// Edges from `lowPs` to `highPs`.
  ///
  /// - Parameters:
  ///   - lowPs: the shortest delay, 1 ps or more.
  ///   - highPs: the longest delay, at most 10⁶ s.
  ///   - pointsPerDecade: bins per factor of ten, 1 … 1000.
  ///   - resolutionPs: edges are multiples of it, so that every bin holds as many of the instrument's steps as its width
  ///     says; bins narrower than that merge.
  ///   - periodPs: of a pulsed laser; from one period up, edges then lie midway between pulses, so that every bin holds a
  ///     whole number of them and its counts do not beat.
  /// - Throws: ``AnalysisError`` when the numbers make no bins.
  public init(
    lowPs: Double, highPs: Double, pointsPerDecade: Int, resolutionPs: Double = 1, periodPs: Double? = nil
  ) throws {
    guard lowPs >= 1, highPs > lowPs, highPs <= 1e18 else {
      throw AnalysisError("Logarithmic delays must rise from 1 ps or more to at most 1e6 s.")
    }
    guard periodPs.map({ $0 >= 1 && $0.isFinite }) ?? true else {
      throw AnalysisError("The laser period of logarithmic delays must be 1 ps or more, found \(periodPs ?? 0) ps.")
    }
    guard (1...1000).contains(pointsPerDecade) else {
      throw AnalysisError("The number of points per decade must lie between 1 and 1000, found \(pointsPerDecade).")
    }
    let count = Int((log10(highPs / lowPs) * Double(pointsPerDecade) - 1e-9).rounded(.up))
    var edges: [Int] = []
    for i in 0...count {
      var edge = min(lowPs * pow(10, Double(i) / Double(pointsPerDecade)), highPs)
      if let periodPs, edge >= periodPs {
        edge = ((edge / periodPs - 0.5).rounded() + 0.5) * periodPs
      } else if resolutionPs > 1 {
        edge = (edge / resolutionPs).rounded() * resolutionPs
      }
      let whole = Int(edge.rounded())
      if whole > (edges.last ?? 0) { edges.append(whole) }
    }
    guard edges.count >= 2 else {
      throw AnalysisError(
        "Logarithmic delays from \(lowPs) ps to \(highPs) ps hold no bin of this recording's resolution.")
    }
    edgesPs = edges
  }
}
