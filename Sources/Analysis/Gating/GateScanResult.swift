/// What ``scanGates(header:options:replay:)`` finds (the result of `gate`).
public struct GateScanResult: Encodable, Sendable {
  /// One gate.
  public struct Gate: Encodable, Sendable, Hashable {
    /// Photons count from this delay on, in nanoseconds.
    public var startNs: Double
    /// Photons count up to this delay (excluded), in nanoseconds.
    public var stopNs: Double
    /// The centre peak over the mean of the side peaks.
    public var g2Zero: Double
    /// One standard deviation of ``g2Zero``.
    public var g2ZeroUncertainty: Double
    /// The 68.27 % interval of ``g2Zero``.
    public var g2ZeroInterval: ConfidenceInterval
    /// The share of the signal inside the gate, background taken off.
    public var signalKept: Double
    /// One standard deviation of ``signalKept``: counting, and the level of the background.
    public var signalKeptUncertainty: Double
    /// The share of the background inside the gate.
    public var backgroundKept: Double
    /// Photons of both channels inside the gate, background included.
    public var photons: Int
    /// Coincidences in the centre peak.
    public var centerCounts: Int
    /// Coincidences per side peak.
    public var sidePeakMean: Double
    /// (1 − g2(0))/(σ √T) in 1/√s, with σ half the width of the interval.
    public var purityPerRootSecond: Double
    /// Whether no other gate keeps more signal at a g2(0) as low, or has a lower g2(0) at as much signal.
    public var isOnFront: Bool

    enum CodingKeys: String, CodingKey {
      case photons
      case startNs = "start_ns"
      case stopNs = "stop_ns"
      case g2Zero = "g2_zero"
      case g2ZeroUncertainty = "g2_zero_uncertainty"
      case g2ZeroInterval = "g2_zero_interval"
      case signalKept = "signal_kept"
      case signalKeptUncertainty = "signal_kept_uncertainty"
      case backgroundKept = "background_kept"
      case centerCounts = "center_counts"
      case sidePeakMean = "side_peak_mean"
      case purityPerRootSecond = "purity_per_root_second"
      case isOnFront = "is_on_front"
    }
  }

  /// The best gate.
  public struct Best: Encodable, Sendable {
    /// The gate, its numbers from the whole recording.
    public var gate: Gate
    /// g2(0) of gates chosen on one half of the recording and measured on the other, both ways together: free of the luck
    /// by which the best of many gates is chosen. nil where a half holds too little.
    public var heldOut: MeasuredValue?
    /// The criterion, in words.
    public var criterion: String

    enum CodingKeys: String, CodingKey {
      case criterion
      case heldOut = "g2_zero_held_out"
    }

    /// The gate's keys and those beside them.
    public func encode(to encoder: any Encoder) throws {
      try gate.encode(to: encoder)
      var c = encoder.container(keyedBy: CodingKeys.self)
      try c.encode(criterion, forKey: .criterion)
      try c.encode(heldOut, forKey: .heldOut)
    }
  }

  /// The level of the background.
  public struct Background: Encodable, Sendable {
    /// Its share of all photons of the two channels.
    public var share: Double
    /// One standard deviation of ``share``.
    public var shareUncertainty: Double
    /// Where it is known from.
    public var source: String

    enum CodingKeys: String, CodingKey {
      case share, source
      case shareUncertainty = "share_uncertainty"
    }
  }

  /// Every gate with coincidences in its side peaks, by start and then stop.
  public var gates: [Gate]
  /// Gates left out because they have none.
  public var gatesLeftOut: Int
  /// The best one; nil where no gate meets the criterion.
  public var best: Best?
  /// g2(0) of all photons, without any gate.
  public var ungated: MeasuredValue
  /// The background that `signal_kept` and `background_kept` rest on.
  public var background: Background
  /// The two channels.
  public var channels: [Int]
  /// Photons of the two channels.
  public var photons: [Int]
  /// The pulse difference of the centre peak, found without a gate.
  public var centerPeak: Int
  /// The laser period in nanoseconds.
  public var periodNs: Double
  /// The length of the recording (of its kept time) in seconds.
  public var durationS: Double
  /// How the laser is known.
  public var decision: String
  /// The method and its references.
  public var method: String

  enum CodingKeys: String, CodingKey {
    case gates, best, ungated, background, channels, photons, decision, method
    case gatesLeftOut = "gates_left_out"
    case centerPeak = "center_peak"
    case periodNs = "period_ns"
    case durationS = "duration_s"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(gates, forKey: .gates)
    try c.encode(gatesLeftOut, forKey: .gatesLeftOut)
    try c.encode(best, forKey: .best)
    try c.encode(ungated, forKey: .ungated)
    try c.encode(background, forKey: .background)
    try c.encode(channels, forKey: .channels)
    try c.encode(photons, forKey: .photons)
    try c.encode(centerPeak, forKey: .centerPeak)
    try c.encode(periodNs, forKey: .periodNs)
    try c.encode(durationS, forKey: .durationS)
    try c.encode(decision, forKey: .decision)
    try c.encode(method, forKey: .method)
  }
}
