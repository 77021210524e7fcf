import Glibc

/// g2(0) of a pulsed source from a fit of all coincidence peaks on a flat background.
///
/// Model: flat + Σ_c A_c (peaks in every period − (1 − g) centre peak), with one or two lifetimes c. Light that knows
/// nothing of the pulses (dark counts, a lamp) puts its coincidences, with itself and with the emitter, into the flat part,
/// so g is free of it without being told its rate. Background that follows the pulses stays in.
public struct PeakFit: Codable, Sendable, Hashable {
  /// g2(0): the area of the centre peak over that of a side peak, both above the flat background; not below 0.
  public var value: Double
  /// Half the 68.27 % interval.
  public var uncertainty: Double
  /// The 68.27 % interval: where the profile likelihood falls by ½.
  public var interval: ConfidenceInterval
  /// The 95 % interval, likewise.
  public var interval95: ConfidenceInterval
  /// Coincidences in a side peak above the flat background.
  public var sidePeakCounts: Double
  /// Flat coincidences per period.
  public var flatCountsPerPeriod: Double
  /// The lifetimes of the peaks in nanoseconds, the shorter first.
  public var lifetimesNs: [Double]
  /// Twice the logarithm of the likelihood ratio against a model that meets every count.
  public var deviance: Double
  /// Cells less parameters.
  public var degreesOfFreedom: Int

  enum CodingKeys: String, CodingKey {
    case value, uncertainty, interval, deviance
    case interval95 = "interval_95"
    case sidePeakCounts = "side_peak_counts"
    case flatCountsPerPeriod = "flat_counts_per_period"
    case lifetimesNs = "lifetimes_ns"
    case degreesOfFreedom = "degrees_of_freedom"
  }

  /// Fits by maximum Poisson likelihood; a second lifetime is kept where it earns 2 ln(cells) in deviance.
  ///
  /// - Throws: ``AnalysisError`` where the counts allow no fit.
  init(_ cells: PeakCells, periodNs: Double) throws {
    let one = PeakLikelihood(cells: cells.cells, components: 1)
    let two = PeakLikelihood(cells: cells.cells, components: 2)
    guard var best = one.bestFit(starts: one.starts) else {
      throw AnalysisError("The coincidence peaks could not be fitted; take the estimator pulse_number.")
    }
    var model = one
    if let richer = two.bestFit(starts: two.starts(splitting: best.parameters)),
      best.deviance - richer.deviance > 2 * log(Double(cells.cells.count))
    {
      (model, best) = (two, richer)
    }
    interval = model.profile(best, confidence: oneSigma)
    interval95 = model.profile(best, confidence: twoSigma)
    value = best.ratio
    uncertainty = (interval.high - interval.low) / 2
    let parameters = best.parameters.map { exp($0) }
    flatCountsPerPeriod = parameters[0]
    let components = stride(from: 1, to: parameters.count, by: 2).map { (parameters[$0], parameters[$0 + 1]) }
    sidePeakCounts = components.reduce(0) { $0 + $1.0 }
    lifetimesNs = components.map { $0.1 * periodNs }.sorted()
    deviance = best.deviance
    degreesOfFreedom = cells.cells.count - parameters.count - 1
  }
}
