/// One pulsed estimate of g2(0).
public struct PulsedEstimate: Codable, Sendable, Hashable {
  /// N0/Ns.
  public var value: Double
  /// One standard deviation: var g = g² (1/N0 + 1/(n·Ns)).
  public var uncertainty: Double
  /// The 68.27 % interval (``PoissonRatio/interval(confidence:)``); to be preferred below 20 centre counts.
  public var interval: ConfidenceInterval
  /// The 95 % interval, likewise.
  public var interval95: ConfidenceInterval
  /// N0.
  public var centerCounts: Int
  /// Ns, the mean of the side peaks.
  public var sidePeakMean: Double
  /// n, the number of side peaks.
  public var sidePeaks: Int
  /// Coincidences for pulse differences −K … K.
  public var areas: [Int]

  enum CodingKeys: String, CodingKey {
    case value, uncertainty, interval, areas
    case centerCounts = "center_counts"
    case interval95 = "interval_95"
    case sidePeakMean = "side_peak_mean"
    case sidePeaks = "side_peaks"
  }

  /// The estimate from peak areas for k = −K … K with the centre at `center`; all other peaks are side peaks.
  init(areas: [Int], center: Int) {
    let index = areas.count / 2 + center
    let sides = areas.reduce(0, +) - areas[index]
    let cells = areas.count - 1
    let ratio = PoissonRatio(center: areas[index], sideTotal: sides, sideCells: Double(cells))
    value = ratio.value
    uncertainty = ratio.uncertainty
    interval = ratio.interval()
    interval95 = ratio.interval(confidence: twoSigma)
    centerCounts = areas[index]
    sidePeakMean = Double(sides) / Double(max(cells, 1))
    sidePeaks = cells
    self.areas = areas
  }
}

/// The second-order correlation of a recording (the result of `g2`).
public struct CorrelationResult: Codable, Sendable {
  /// Pulsed or CW.
  public var excitation: Excitation
  /// How that was decided, as a sentence for the report: stated by the caller or the file, or found in the pair delays.
  public var decision: String
  /// What makes the numbers mean less than they seem to, one sentence each.
  public var warnings: [String] = []
  /// g2(0): pulsed N0/Ns by ``estimator``, in CW the coincidences around zero delay over those of independent photons.
  public var g2Zero: Double
  /// One standard deviation of ``g2Zero``; with no centre counts, the distance to the upper end of the interval.
  public var g2ZeroUncertainty: Double
  /// The 68.27 % interval of g2(0); to be preferred at few counts.
  public var g2ZeroInterval: ConfidenceInterval
  /// The 95 % interval of g2(0).
  public var g2ZeroInterval95: ConfidenceInterval
  /// The fit of all peaks, when it was asked for.
  public var peakFit: PeakFit?
  /// The counts g2(0) rests on; those of the peak areas where the peaks were fitted.
  public var centerCounts: Int
  /// The number of side peaks used; 0 in CW.
  public var sidePeaks: Int
  /// Coincidences per side peak, the mean Ns; nil in CW.
  public var sidePeakMean: Double?
  /// The pulse difference k of the centre peak; nil in CW.
  public var centerPeak: Int?
  /// Delay of the centre (cable delay between the channels) in picoseconds; in CW the zero delay that was given.
  public var centerDelayPs: Double
  /// The laser period in picoseconds; in CW that of a laser whose peaks are not resolved, or nil.
  public var periodPs: Double?
  /// Which estimator ``g2Zero`` comes from; nil in CW.
  public var estimator: PulsedEstimator?
  /// Every estimate made, by raw value of ``PulsedEstimator`` ("pulse_number", "peak_areas"); empty in CW.
  public var estimates: [String: PulsedEstimate]
  /// The centre peak over near side peaks, far ones, and what the rates expect; nil in CW.
  public var normalizations: PeakNormalizations?
  /// nil when no background was given.
  public var backgroundCorrected: BackgroundCorrection?
  /// The shares of the counts of the two channels that are afterpulses in a later pulse; nil where none were to be corrected.
  public var afterpulseShares: [MeasuredValue]?
  /// The two channels; delay = time in the second − time in the first.
  public var channels: [Int]
  /// Photons that counted (inside the gate) in the first and in the second channel.
  public var photons: [Int]
  /// Time from the first to the last record, in seconds.
  public var durationS: Double
  /// The bin width w of the fine histogram in picoseconds; bins are half-open with edges at multiples of the width.
  public var binWidthPs: Int
  /// Bin centres of the fine histogram in picoseconds, rising and symmetric about zero.
  public var tauPs: [Int]
  /// Coincidences per bin of the fine histogram, one per entry of ``tauPs``.
  public var coincidences: [Int]
  /// The same normalized, one value per bin. Pulsed: the mean over a period in the side peaks is 1. CW: over
  /// N1 N2 w (T − |τ|)/T², so that independent photons give 1.
  public var normalized: [Double]
  /// Poisson errors of ``normalized``, from √counts; an empty bin has the error of one count.
  public var normalizedUncertainty: [Double]

  enum CodingKeys: String, CodingKey {
    case excitation, decision, warnings, estimator, estimates, normalizations, channels, photons, coincidences,
      normalized
    case g2Zero = "g2_zero"
    case g2ZeroUncertainty = "g2_zero_uncertainty"
    case g2ZeroInterval = "g2_zero_interval"
    case g2ZeroInterval95 = "g2_zero_interval_95"
    case peakFit = "peak_fit"
    case centerCounts = "center_counts"
    case sidePeaks = "side_peaks"
    case sidePeakMean = "side_peak_mean"
    case centerPeak = "center_peak"
    case centerDelayPs = "center_delay_ps"
    case periodPs = "period_ps"
    case backgroundCorrected = "background_corrected"
    case afterpulseShares = "afterpulse_shares"
    case durationS = "duration_s"
    case binWidthPs = "bin_width_ps"
    case tauPs = "tau_ps"
    case normalizedUncertainty = "normalized_uncertainty"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(excitation, forKey: .excitation)
    try c.encode(decision, forKey: .decision)
    try c.encode(warnings, forKey: .warnings)
    try c.encode(g2Zero, forKey: .g2Zero)
    try c.encode(g2ZeroUncertainty, forKey: .g2ZeroUncertainty)
    try c.encode(g2ZeroInterval, forKey: .g2ZeroInterval)
    try c.encode(g2ZeroInterval95, forKey: .g2ZeroInterval95)
    try c.encode(peakFit, forKey: .peakFit)
    try c.encode(centerCounts, forKey: .centerCounts)
    try c.encode(sidePeaks, forKey: .sidePeaks)
    try c.encode(sidePeakMean, forKey: .sidePeakMean)
    try c.encode(centerPeak, forKey: .centerPeak)
    try c.encode(centerDelayPs, forKey: .centerDelayPs)
    try c.encode(periodPs, forKey: .periodPs)
    try c.encode(estimator, forKey: .estimator)
    try c.encode(estimates, forKey: .estimates)
    try c.encode(normalizations, forKey: .normalizations)
    try c.encode(backgroundCorrected, forKey: .backgroundCorrected)
    try c.encode(afterpulseShares, forKey: .afterpulseShares)
    try c.encode(channels, forKey: .channels)
    try c.encode(photons, forKey: .photons)
    try c.encode(durationS, forKey: .durationS)
    try c.encode(binWidthPs, forKey: .binWidthPs)
    try c.encode(tauPs, forKey: .tauPs)
    try c.encode(coincidences, forKey: .coincidences)
    try c.encode(normalized, forKey: .normalized)
    try c.encode(normalizedUncertainty, forKey: .normalizedUncertainty)
  }
}
