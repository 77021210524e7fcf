/// One component of a decay.
public struct LifetimeComponent: Codable, Sendable, Hashable {
  /// τ in nanoseconds.
  public var lifetimeNs: Double
  /// One standard deviation of τ in nanoseconds, from the expected Fisher information; nil when undetermined.
  public var lifetimeNsUncertainty: Double?
  /// A in counts per bin at the pulse (the half-rise point).
  public var amplitude: Double
  /// One standard deviation of A in counts per bin; nil when undetermined.
  public var amplitudeUncertainty: Double?

  enum CodingKeys: String, CodingKey {
    case lifetimeNs = "lifetime_ns"
    case lifetimeNsUncertainty = "lifetime_ns_uncertainty"
    case amplitude
    case amplitudeUncertainty = "amplitude_uncertainty"
  }

  package init(
    lifetimeNs: Double, lifetimeNsUncertainty: Double?, amplitude: Double, amplitudeUncertainty: Double?
  ) {
    self.lifetimeNs = lifetimeNs
    self.lifetimeNsUncertainty = lifetimeNsUncertainty
    self.amplitude = amplitude
    self.amplitudeUncertainty = amplitudeUncertainty
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(lifetimeNs, forKey: .lifetimeNs)
    try c.encode(lifetimeNsUncertainty, forKey: .lifetimeNsUncertainty)
    try c.encode(amplitude, forKey: .amplitude)
    try c.encode(amplitudeUncertainty, forKey: .amplitudeUncertainty)
  }
}

/// Three means of the same lifetimes, in nanoseconds. They differ; which one a paper means must be said.
public struct MeanLifetime: Codable, Sendable, Hashable {
  /// Σ τ/n: what the paper's Purcell factors use (REFERENCE a.1, row 8).
  public var equalWeight: Double
  /// Σ A τ/Σ A.
  public var amplitudeWeighted: Double
  /// Σ A τ²/Σ A τ: the mean delay of a photon.
  public var intensityWeighted: Double

  enum CodingKeys: String, CodingKey {
    case equalWeight = "equal_weight"
    case amplitudeWeighted = "amplitude_weighted"
    case intensityWeighted = "intensity_weighted"
  }

  init(_ components: [(amplitude: Double, lifetime: Double)]) {
    let a = components.reduce(0) { $0 + $1.amplitude }
    let at = components.reduce(0) { $0 + $1.amplitude * $1.lifetime }
    let att = components.reduce(0) { $0 + $1.amplitude * $1.lifetime * $1.lifetime }
    equalWeight = components.reduce(0) { $0 + $1.lifetime } / Double(components.count)
    amplitudeWeighted = at / a
    intensityWeighted = att / at
  }
}

/// A decay and its fit (the result of `lifetime`).
public struct LifetimeResult: Codable, Sendable {
  /// Sorted by lifetime, the shortest first.
  public var components: [LifetimeComponent]
  /// Three means over ``components``, in nanoseconds.
  public var meanLifetimeNs: MeanLifetime
  /// Background in counts per bin.
  public var backgroundPerBin: Double
  /// One standard deviation of the background in counts per bin; nil when undetermined.
  public var backgroundPerBinUncertainty: Double?
  /// Pearson's χ² over degrees of freedom, bins merged until 5 counts are expected; nil without degrees of freedom.
  public var chi2Reduced: Double?
  /// Merged bins of χ² less the fitted parameters (1 + 2 per component); can be 0 or negative with few counts.
  public var degreesOfFreedom: Int
  /// −2 ln of the likelihood ratio to a perfect fit.
  public var deviance: Double
  /// The bin width in picoseconds.
  public var binWidthPs: Double
  /// Counts per bin over the period; bin i covers [i·w, (i+1)·w) after the sync (T3) or a fixed phase (T2).
  public var histogram: [Int]
  /// The fitted curve in counts, in every bin of the histogram (also outside the fitted part).
  public var fit: [Double]
  /// Signed root of each fitted bin's deviance (counts against fit), one per bin; 0 outside the fitted part.
  public var residuals: [Double]
  /// Start of the fit range in nanoseconds after the pulse.
  public var fitStartNs: Double
  /// End of the fit range in nanoseconds after the pulse.
  public var fitStopNs: Double
  /// The pulse (half-rise point) on the axis of the histogram, in nanoseconds.
  public var pulseNs: Double
  /// The laser period in nanoseconds.
  public var periodNs: Double
  /// All counts of the histogram, also outside the fitted part.
  public var counts: Int
  /// The channels added up; empty from ``fitDecay(_:options:)``, which knows no channels.
  public var channels: [Int]
  /// How the laser is known and what was folded, as a sentence; empty from ``fitDecay(_:options:)``.
  public var decision: String

  enum CodingKeys: String, CodingKey {
    case components, deviance, histogram, fit, residuals, counts, channels, decision
    case meanLifetimeNs = "mean_lifetime_ns"
    case backgroundPerBin = "background_per_bin"
    case backgroundPerBinUncertainty = "background_per_bin_uncertainty"
    case chi2Reduced = "chi2_reduced"
    case degreesOfFreedom = "degrees_of_freedom"
    case binWidthPs = "bin_width_ps"
    case fitStartNs = "fit_start_ns"
    case fitStopNs = "fit_stop_ns"
    case pulseNs = "pulse_ns"
    case periodNs = "period_ns"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(components, forKey: .components)
    try c.encode(meanLifetimeNs, forKey: .meanLifetimeNs)
    try c.encode(backgroundPerBin, forKey: .backgroundPerBin)
    try c.encode(backgroundPerBinUncertainty, forKey: .backgroundPerBinUncertainty)
    try c.encode(chi2Reduced, forKey: .chi2Reduced)
    try c.encode(degreesOfFreedom, forKey: .degreesOfFreedom)
    try c.encode(deviance, forKey: .deviance)
    try c.encode(binWidthPs, forKey: .binWidthPs)
    try c.encode(histogram, forKey: .histogram)
    try c.encode(fit, forKey: .fit)
    try c.encode(residuals, forKey: .residuals)
    try c.encode(fitStartNs, forKey: .fitStartNs)
    try c.encode(fitStopNs, forKey: .fitStopNs)
    try c.encode(pulseNs, forKey: .pulseNs)
    try c.encode(periodNs, forKey: .periodNs)
    try c.encode(counts, forKey: .counts)
    try c.encode(channels, forKey: .channels)
    try c.encode(decision, forKey: .decision)
  }
}
