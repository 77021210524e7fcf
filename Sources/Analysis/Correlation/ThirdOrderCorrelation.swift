/// The third-order correlation of three detectors (the result of `g3`).
public struct ThirdOrderCorrelation: Codable, Sendable {
  /// Pulsed: delays are differences of pulse numbers. Continuous: of times.
  public var excitation: Excitation
  /// The three channels; τ1 and τ2 are the delays of the second and the third after the first.
  public var channels: [Int]
  /// Photons in each of them.
  public var photons: [Int]
  /// Time from the first to the last record, in seconds.
  public var durationS: Double
  /// g3(0, 0). Pulsed: triples of one pulse over those of three different pulses. Continuous: the triples within one bin of
  /// zero on either side over those of independent photons.
  public var g3Zero: Double
  /// One standard deviation; with no triples, the upper end of the interval.
  public var g3ZeroUncertainty: Double
  /// The 68.27 % interval.
  public var g3ZeroInterval: ConfidenceInterval
  /// The triples g3(0, 0) rests on.
  public var centerCounts: Int
  /// Triples that independent photons would put there.
  public var expectedCounts: Double
  /// Whole periods by which the second and the third channel lag behind the first (cables); taken out. Empty in CW.
  public var centerPeaks: [Int]
  /// The width of a bin in picoseconds; nil if pulsed, where a bin is a pulse.
  public var binWidthPs: Int?
  /// τ1 of the rows and τ2 of the columns: pulses, or the middle of the bin in picoseconds.
  public var delays: [Int]
  /// Triples, row by row.
  public var coincidences: [[Int]]
  /// The same over ``expectedCounts`` of one cell.
  public var normalized: [[Double]]
  /// Pulsed: how many pulses had n photons in all channels together, n = 0, 1, 2 …, each channel shifted by its centre peak;
  /// empty in CW.
  public var pulsesByPhotons: [Int]

  enum CodingKeys: String, CodingKey {
    case excitation, channels, photons, delays, coincidences, normalized
    case durationS = "duration_s"
    case g3Zero = "g3_zero"
    case g3ZeroUncertainty = "g3_zero_uncertainty"
    case g3ZeroInterval = "g3_zero_interval"
    case centerCounts = "center_counts"
    case expectedCounts = "expected_counts"
    case centerPeaks = "center_peaks"
    case binWidthPs = "bin_width_ps"
    case pulsesByPhotons = "pulses_by_photons"
  }
}
