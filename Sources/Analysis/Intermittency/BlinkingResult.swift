/// What ``analyzeBlinking(header:options:replay:)`` finds (the result of `blinking`).
public struct BlinkingResult: Encodable, Sendable {
  /// Changes of rate.
  public struct Changes: Encodable, Sendable {
    /// How many.
    public var count: Int
    /// Seconds since the start of the recording, rising.
    public var timesS: [Double]
    /// The mean number of changes that steady light would have given.
    public var falseAlarms: Double

    enum CodingKeys: String, CodingKey {
      case count
      case timesS = "times_s"
      case falseAlarms = "false_alarms"
    }
  }

  /// A level of intensity.
  public struct Level: Encodable, Sendable {
    /// The mean rate at this level in Hz, background included.
    public var rateHz: Double
    /// One standard deviation of the rate from the number of photons alone.
    public var rateHzUncertainty: Double
    /// The share of the recording spent at it.
    public var shareOfTime: Double
    /// Stretches at this level.
    public var segments: Int
    /// The lifetime of a single exponential with flat background; nil without pulses or with too few photons.
    public var lifetimeNs: Double?
    /// One standard deviation of the lifetime.
    public var lifetimeNsUncertainty: Double?

    enum CodingKeys: String, CodingKey {
      case segments
      case rateHz = "rate_hz"
      case rateHzUncertainty = "rate_hz_uncertainty"
      case shareOfTime = "share_of_time"
      case lifetimeNs = "lifetime_ns"
      case lifetimeNsUncertainty = "lifetime_ns_uncertainty"
    }
  }

  /// The stays of one kind.
  public struct Stays: Encodable, Sendable {
    /// Complete stays: neither the first nor the last of the recording.
    public var count: Int
    /// Their lengths in seconds, in their order.
    public var seconds: [Double]
    /// The law of those that are long enough to be found surely; nil with fewer than ten.
    public var law: PowerLawFit?

    enum CodingKeys: String, CodingKey {
      case count, exponent
      case seconds = "times_s"
      case exponentUncertainty = "exponent_uncertainty"
      case cutoff = "cutoff_s"
      case cutoffUncertainty = "cutoff_s_uncertainty"
      case fitted
      case shortest = "shortest_fitted_s"
    }

    /// Writes every key, `null` where there is no value.
    public func encode(to encoder: any Encoder) throws {
      var c = encoder.container(keyedBy: CodingKeys.self)
      try c.encode(count, forKey: .count)
      try c.encode(seconds, forKey: .seconds)
      try c.encode(law?.exponent, forKey: .exponent)
      try c.encode(law?.exponentUncertainty, forKey: .exponentUncertainty)
      try c.encode(law?.cutoffSeconds, forKey: .cutoff)
      try c.encode(law?.cutoffSecondsUncertainty, forKey: .cutoffUncertainty)
      try c.encode(law?.count ?? 0, forKey: .fitted)
      try c.encode(law?.shortestSeconds, forKey: .shortest)
    }
  }

  /// The method of bins and a threshold, for comparison.
  public struct Threshold: Encodable, Sendable {
    /// A bin above this rate counts as bright, in Hz.
    public var rateHz: Double
    /// Stays above it, in whole bins.
    public var onTimes: Stays
    /// Stays below it, in whole bins.
    public var offTimes: Stays
    /// Why its exponents are not to be trusted.
    public var caution =
      "bins and a threshold join stays that a shorter one parts and cut others in two: exponents depend on both "
      + "(Palstra & Koenderink, J. Phys. Chem. C 125, 12050 (2021))"

    enum CodingKeys: String, CodingKey {
      case caution
      case rateHz = "rate_hz"
      case onTimes = "on_times"
      case offTimes = "off_times"
    }
  }

  /// Photons per bin of all channels together.
  public struct Trace: Encodable, Sendable {
    /// The bin width in seconds.
    public var binS: Double
    /// Photons per bin; the incomplete bin at the end is left out.
    public var counts: [Int]

    enum CodingKeys: String, CodingKey {
      case counts
      case binS = "bin_s"
    }
  }

  /// The stretches between changes, one row each.
  public struct Segments: Encodable, Sendable {
    /// Seconds since the first record.
    public var startS: [Double] = []
    /// Their lengths.
    public var seconds: [Double] = []
    /// The photons in each.
    public var photons: [Int] = []
    /// The index of the level, 0 the brightest.
    public var level: [Int] = []
    /// Of a single exponential without background; nil without pulses or with too few photons.
    public var lifetimeNs: [Double?] = []

    enum CodingKeys: String, CodingKey {
      case seconds, photons, level
      case startS = "start_s"
      case lifetimeNs = "lifetime_ns"
    }
  }

  /// From the first record to the last, in seconds.
  public var durationS: Double
  /// The changes of rate.
  public var changePoints: Changes
  /// The stretches between changes.
  public var segments: Segments
  /// The brightest first.
  public var levels: [Level]
  /// The Bayesian information criterion by number of levels, from 1; the largest wins.
  public var levelCriterion: [Double]
  /// Whether the criterion wanted the largest number of levels that is tried, 12: then the intensity may have no levels, and
  /// on and off are where two levels part it. False for a given number.
  public var levelsAtLimit: Bool
  /// Between on and off, in Hz: where the two laws of two levels cross; nil where the light is steady.
  public var onOffRateHz: Double?
  /// The shortest stay that is found nearly always, in seconds; nil where the light is steady.
  public var resolutionS: Double?
  /// Bright stays; nil where the light is steady.
  public var onTimes: Stays?
  /// Dark stays; nil where the light is steady.
  public var offTimes: Stays?
  /// The same by bins and a threshold.
  public var threshold: Threshold?
  /// Correlations of successive stays.
  public var memory: DwellMemory?
  /// Photons per bin.
  public var trace: Trace
  /// Of the trace; nil below 16 bins.
  public var autocorrelation: TraceAutocorrelation?
  /// Of the trace; nil below 16 bins.
  public var powerSpectrum: IntensitySpectrum?
  /// The lifetime–intensity map; nil without pulses.
  public var flid: LifetimeIntensityMap?
  /// The method and its references.
  public var method =
    "change points: likelihood ratio of photon arrival times (Watkins & Yang, J. Phys. Chem. B 109, 617 (2005)) in windows "
    + "of all widths, narrowest first (Baranowski, Chen & Fryzlewicz, J. R. Stat. Soc. B 81, 649 (2019)); "
    + "levels: agglomeration and expectation maximisation, number by BIC (Watkins & Yang); on and off times: truncated power "
    + "law by maximum likelihood (Clauset, Shalizi & Newman, SIAM Rev. 51, 661 (2009)); rank correlations: Spearman, errors "
    + "those without memory"

  enum CodingKeys: String, CodingKey {
    case segments, levels, threshold, memory, trace, autocorrelation, flid, method
    case durationS = "duration_s"
    case changePoints = "change_points"
    case levelCriterion = "level_criterion"
    case levelsAtLimit = "levels_at_limit"
    case onOffRateHz = "on_off_rate_hz"
    case resolutionS = "resolution_s"
    case onTimes = "on_times"
    case offTimes = "off_times"
    case powerSpectrum = "power_spectrum"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(durationS, forKey: .durationS)
    try c.encode(changePoints, forKey: .changePoints)
    try c.encode(segments, forKey: .segments)
    try c.encode(levels, forKey: .levels)
    try c.encode(levelCriterion, forKey: .levelCriterion)
    try c.encode(levelsAtLimit, forKey: .levelsAtLimit)
    try c.encode(onOffRateHz, forKey: .onOffRateHz)
    try c.encode(resolutionS, forKey: .resolutionS)
    try c.encode(onTimes, forKey: .onTimes)
    try c.encode(offTimes, forKey: .offTimes)
    try c.encode(threshold, forKey: .threshold)
    try c.encode(memory, forKey: .memory)
    try c.encode(trace, forKey: .trace)
    try c.encode(autocorrelation, forKey: .autocorrelation)
    try c.encode(powerSpectrum, forKey: .powerSpectrum)
    try c.encode(flid, forKey: .flid)
    try c.encode(method, forKey: .method)
  }
}
