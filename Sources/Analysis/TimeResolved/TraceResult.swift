/// What ``analyzeTrace(header:options:replay:)`` finds (the result of `trace`).
public struct TraceResult: Encodable, Sendable {
  /// Photons per bin and channel.
  public struct Trace: Encodable, Sendable {
    /// The bin width in seconds.
    public var binS: Double
    /// Photons per bin, by channel number; the incomplete bin at the end is left out.
    public var counts: [Int: [Int]]

    enum CodingKeys: String, CodingKey {
      case counts
      case binS = "bin_s"
    }
  }

  /// g2(0) slice by slice.
  public struct Antibunching: Encodable, Sendable {
    /// The middle of each slice in seconds since the first record.
    public var timeS: [Double]
    /// g2(0); nil in a slice without side peaks (CW: without photons in a channel).
    public var g2Zero: [Double?]
    /// One standard deviation.
    public var g2ZeroUncertainty: [Double?]
    /// Coincidences of the centre, slice by slice; their sum is that of `g2`.
    public var centerCounts: [Int]
    /// What the centre is divided by: pulsed the mean of the side peaks, CW the coincidences of independent photons.
    public var expectedCounts: [Double]
    /// Pulsed or CW.
    public var excitation: Excitation
    /// The two channels.
    public var channels: [Int]

    enum CodingKeys: String, CodingKey {
      case excitation, channels
      case timeS = "time_s"
      case g2Zero = "g2_zero"
      case g2ZeroUncertainty = "g2_zero_uncertainty"
      case centerCounts = "center_counts"
      case expectedCounts = "expected_counts"
    }

    /// Writes `null` where there is no value.
    public func encode(to encoder: any Encoder) throws {
      var c = encoder.container(keyedBy: CodingKeys.self)
      try c.encode(timeS, forKey: .timeS)
      try c.encode(g2Zero, forKey: .g2Zero)
      try c.encode(g2ZeroUncertainty, forKey: .g2ZeroUncertainty)
      try c.encode(centerCounts, forKey: .centerCounts)
      try c.encode(expectedCounts, forKey: .expectedCounts)
      try c.encode(excitation, forKey: .excitation)
      try c.encode(channels, forKey: .channels)
    }
  }

  /// Photons by time and by delay after the pulse.
  public struct DelayMap: Encodable, Sendable {
    /// Edges of the time axis in seconds since the first record.
    public var timeEdgesS: [Double]
    /// Edges of the delay axis in nanoseconds after the rising edge.
    public var delayEdgesNs: [Double]
    /// Photons, by delay and then time.
    public var photons: [[Int]]

    enum CodingKeys: String, CodingKey {
      case photons
      case timeEdgesS = "time_edges_s"
      case delayEdgesNs = "delay_edges_ns"
    }
  }

  /// From the first record to the last, in seconds.
  public var durationS: Double
  /// The mean rate of each channel in Hz; one standard deviation from twenty parts of the recording, so that blinking counts.
  public var rateHzPerChannel: [Int: MeasuredValue]
  /// Photons per bin.
  public var trace: Trace
  /// Of all channels together.
  public var countHistogram: CountHistogram
  /// Of all channels together, by bin width.
  public var fano: [FanoFactor]
  /// nil with a single channel, or without coincidences.
  public var antibunching: Antibunching?
  /// nil without pulses.
  public var delayMap: DelayMap?
  /// What is missing, and why.
  public var notes: [String]
  /// The method and its references.
  public var method =
    "Fano factor: unbiased variance of counts over their mean (Fano 1947), Mandel Q = F - 1 (Mandel 1979), jackknife over "
    + "twenty parts (Efron 1979); histogram against Poisson's law of the same mean; g2(0) per slice as in g2"

  enum CodingKeys: String, CodingKey {
    case trace, fano, antibunching, notes, method
    case durationS = "duration_s"
    case rateHzPerChannel = "rate_hz_per_channel"
    case countHistogram = "count_histogram"
    case delayMap = "delay_map"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(durationS, forKey: .durationS)
    try c.encode(rateHzPerChannel, forKey: .rateHzPerChannel)
    try c.encode(trace, forKey: .trace)
    try c.encode(countHistogram, forKey: .countHistogram)
    try c.encode(fano, forKey: .fano)
    try c.encode(antibunching, forKey: .antibunching)
    try c.encode(delayMap, forKey: .delayMap)
    try c.encode(notes, forKey: .notes)
    try c.encode(method, forKey: .method)
  }
}
