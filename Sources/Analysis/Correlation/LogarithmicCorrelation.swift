/// A correlation over many decades of delay (the result of `g2 --logarithmic`).
public struct LogarithmicCorrelation: Codable, Sendable {
  /// The two channels, equal in an autocorrelation; delay = time in the second − time in the first, above 0.
  public var channels: [Int]
  /// Photons in the first and in the second channel.
  public var photons: [Int]
  /// Time from the first to the last record, in seconds.
  public var durationS: Double
  /// The period of a pulsed laser in picoseconds; bins longer than it hold whole numbers of pulses.
  public var periodPs: Double?
  /// The edges of the bins in picoseconds: bin i holds edges[i] ≤ delay < edges[i + 1].
  public var edgesPs: [Int]
  /// The geometric middle of each bin in picoseconds.
  public var tauPs: [Double]
  /// All pairs in each bin, exactly.
  public var coincidences: [Int]
  /// Pairs over those of independent streams, the integral of N1(t ≤ T − τ) N2(t ≥ τ)/(T − τ) over the bin, with the photons that can have a partner at
  /// the delay τ (symmetric normalization: Schätzel, Drewel & Stimac, J. Mod. Opt. 35, 711 (1988)). Where only some stretches of
  /// time K are kept: of N1 N2/K² times the time that is kept together with that τ later.
  public var normalized: [Double]
  /// √pairs over the same, that of one pair in an empty bin: what counting contributes. Slow fluctuations of the light
  /// add to it where the recording holds few of them.
  public var normalizedUncertainty: [Double]

  enum CodingKeys: String, CodingKey {
    case channels, photons, coincidences, normalized
    case durationS = "duration_s"
    case periodPs = "period_ps"
    case edgesPs = "edges_ps"
    case tauPs = "tau_ps"
    case normalizedUncertainty = "normalized_uncertainty"
  }
}
