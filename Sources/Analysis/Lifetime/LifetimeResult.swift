import Glibc

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

  /// Of exp(−(t/τ)^β): τ itself, its integral τ Γ(1 + 1/β), and τ Γ(2/β)/Γ(1/β).
  init(stretched lifetime: Double, exponent: Double) {
    equalWeight = lifetime
    amplitudeWeighted = lifetime * tgamma(1 + 1 / exponent)
    intensityWeighted = lifetime * exp(lgamma(2 / exponent) - lgamma(1 / exponent))
  }

  /// By how much the means scatter when parameters with a covariance do, by their derivatives (central differences).
  init?(
    scatterAround parameters: [Double], covariance: [[Double]], of means: ([Double]) -> MeanLifetime
  ) {
    let step = 1e-4
    // parameters that were held, as the place of no response is, come last and do not scatter
    let slopes = covariance.indices.map { i -> SIMD3<Double> in
      var (up, down) = (parameters, parameters)
      up[i] += step
      down[i] -= step
      return (means(up).values - means(down).values) / (2 * step)
    }
    var variances = SIMD3<Double>.zero
    for i in covariance.indices {
      for j in covariance.indices { variances += covariance[i][j] * slopes[i] * slopes[j] }
    }
    guard variances.min() > 0, variances.sum().isFinite else { return nil }
    let deviations = variances.squareRoot()
    (equalWeight, amplitudeWeighted, intensityWeighted) = (deviations[0], deviations[1], deviations[2])
  }

  private var values: SIMD3<Double> { SIMD3(equalWeight, amplitudeWeighted, intensityWeighted) }

  init(_ components: [(amplitude: Double, lifetime: Double)]) {
    let a = components.reduce(0) { $0 + $1.amplitude }
    let at = components.reduce(0) { $0 + $1.amplitude * $1.lifetime }
    let att = components.reduce(0) { $0 + $1.amplitude * $1.lifetime * $1.lifetime }
    equalWeight = components.reduce(0) { $0 + $1.lifetime } / Double(components.count)
    amplitudeWeighted = at / a
    intensityWeighted = att / at
  }
}

/// One of the models held against each other.
public struct LifetimeModel: Codable, Sendable, Hashable {
  /// "1 exponential", "2 exponentials" …, "stretched exponential".
  public var name: String
  /// Fitted parameters.
  public var parameters: Int
  /// −2 ln of the likelihood ratio to a perfect fit (least squares: χ²).
  public var deviance: Double
  /// Deviance + parameters × ln(counts in the fit range): the smallest is the best (Schwarz, Ann. Stat. 6, 461 (1978)).
  public var bic: Double
}

/// Where a fitted parameter lies, by the profile of the likelihood.
public struct LifetimeInterval: Codable, Sendable, Hashable {
  /// "lifetime_ns", "amplitude", "background_per_bin", "stretch_exponent" or "shift_ps".
  public var parameter: String
  /// The component, counted from 1; nil for what belongs to none.
  public var component: Int?
  /// The best value.
  public var value: Double
  /// The lower end of the 68.27 % interval; nil where the data leave it open.
  public var low68: Double?
  /// The upper end of the 68.27 % interval; nil where the data leave it open.
  public var high68: Double?
  /// The lower end of the 95 % interval; nil where the data leave it open.
  public var low95: Double?
  /// The upper end of the 95 % interval; nil where the data leave it open.
  public var high95: Double?

  enum CodingKeys: String, CodingKey {
    case parameter, component, value
    case low68 = "low_68"
    case high68 = "high_68"
    case low95 = "low_95"
    case high95 = "high_95"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(parameter, forKey: .parameter)
    try c.encode(component, forKey: .component)
    try c.encode(value, forKey: .value)
    try c.encode(low68, forKey: .low68)
    try c.encode(high68, forKey: .high68)
    try c.encode(low95, forKey: .low95)
    try c.encode(high95, forKey: .high95)
  }
}

/// A decay and its fit (the result of `lifetime`).
public struct LifetimeResult: Codable, Sendable {
  /// Sorted by lifetime, the shortest first.
  public var components: [LifetimeComponent]
  /// Three means over ``components``, in nanoseconds.
  public var meanLifetimeNs: MeanLifetime
  /// One standard deviation of each mean in nanoseconds, correlations included; nil when undetermined.
  public var meanLifetimeNsUncertainty: MeanLifetime?
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
  /// The channels added up; empty from ``fitDecay(_:live:afterpulses:options:)``, which knows no channels.
  public var channels: [Int]
  /// How the laser is known and what was folded, as a sentence; empty from ``fitDecay(_:live:afterpulses:options:)``.
  public var decision: String
  /// "maximum likelihood" or "least squares".
  public var method = "maximum likelihood"
  /// β of a stretched exponential; nil for exponentials.
  public var stretchExponent: Double?
  /// One standard deviation of β; nil when undetermined or not fitted.
  public var stretchExponentUncertainty: Double?
  /// By how much the response was moved to meet the decay, in picoseconds (a Gaussian: its centre); nil without a response.
  public var shiftPs: Double?
  /// One standard deviation of the shift; nil when undetermined or without a response.
  public var shiftPsUncertainty: Double?
  /// The response in its fitted place, the share of it in every bin; empty without one.
  public var response: [Double] = []
  /// The Bayesian information criterion of the model shown (see ``LifetimeModel/bic``).
  public var bic: Double
  /// All models tried, the one shown among them.
  public var models: [LifetimeModel] = []
  /// Profile-likelihood intervals; empty unless asked for.
  public var intervals: [LifetimeInterval] = []
  /// The afterpulses that the fit counts with, by channel; empty where none were to be.
  public var afterpulses: [AfterpulseLaw] = []
  /// What makes the numbers mean less than they seem to, one sentence each.
  public var warnings: [String] = []

  enum CodingKeys: String, CodingKey {
    case components, deviance, histogram, fit, residuals, counts, channels, decision, method, bic, models, intervals,
      response, afterpulses, warnings
    case stretchExponent = "stretch_exponent"
    case stretchExponentUncertainty = "stretch_exponent_uncertainty"
    case shiftPs = "shift_ps"
    case shiftPsUncertainty = "shift_ps_uncertainty"
    case meanLifetimeNs = "mean_lifetime_ns"
    case meanLifetimeNsUncertainty = "mean_lifetime_ns_uncertainty"
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
    try c.encode(meanLifetimeNsUncertainty, forKey: .meanLifetimeNsUncertainty)
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
    try c.encode(method, forKey: .method)
    try c.encode(stretchExponent, forKey: .stretchExponent)
    try c.encode(stretchExponentUncertainty, forKey: .stretchExponentUncertainty)
    try c.encode(shiftPs, forKey: .shiftPs)
    try c.encode(shiftPsUncertainty, forKey: .shiftPsUncertainty)
    try c.encode(response, forKey: .response)
    try c.encode(bic, forKey: .bic)
    try c.encode(models, forKey: .models)
    try c.encode(intervals, forKey: .intervals)
    try c.encode(afterpulses, forKey: .afterpulses)
    try c.encode(warnings, forKey: .warnings)
  }

  /// The autocorrelation of the residuals at lags of 1, 2 … bins, over the fitted bins in their order in the period.
  ///
  /// Around 0 with a standard deviation of 1/√n where the model holds. Of Pearson's residuals (d − m)/√m, whose mean is 0 also where
  /// few counts are expected; that of signed root deviances is not.
  public func residualAutocorrelation(lags: Int) -> [Double] {
    let fitted = residuals.indices.filter { residuals[$0] != 0 && fit[$0] > 0 }.map {
      (Double(histogram[$0]) - fit[$0]) / fit[$0].squareRoot()
    }
    let square = fitted.reduce(0) { $0 + $1 * $1 }
    guard square > 0, lags > 0 else { return [] }
    return (1...lags).filter { $0 < fitted.count }.map { lag in
      var sum = 0.0
      for i in lag..<fitted.count { sum += fitted[i] * fitted[i - lag] }
      return sum / square
    }
  }
}
