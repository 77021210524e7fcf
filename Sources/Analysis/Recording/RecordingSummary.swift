import TimeTags

/// What is in a recording: counts, rates, gaps (the result of `inspect`).
public struct RecordingSummary: Codable, Sendable, Hashable {
  /// The container, for example "PTU".
  public var format: String
  /// The record layout, for example "PicoHarp 300 T2"; "T2" or "T3" for containers without PicoQuant records.
  public var recordType: String
  /// The number of records: those counted and the overflows.
  public var records: Int
  /// Photons by channel number.
  public var photonsPerChannel: [Int: Int]
  /// Marker records.
  public var markers: Int
  /// Sync records of a T2 stream.
  public var syncs: Int
  /// Overflow records.
  public var overflows: Int
  /// The time of the last record (T3: of its sync pulse) in seconds, counted from the start of the recording.
  public var durationS: Double
  /// The unit of time: T2 the time unit, T3 the nanotime unit, in picoseconds.
  public var resolutionPs: Double
  /// The sync rate in Hz; nil in T2.
  public var syncRateHz: Double?
  /// Mean photon rate by channel number, in Hz.
  public var rateHzPerChannel: [Int: Double]
  /// The smallest gap between two photons of the same channel, by channel, in picoseconds.
  public var minimumGapPsPerChannel: [Int: Double]
  /// The smallest gap between two photons of different channels in picoseconds; nil with a single channel.
  public var minimumGapAcrossPs: Double?
  /// The instrument the header names.
  public var hardware: String
  /// True when the recording is marked as interrupted.
  public var isPartial: Bool

  enum CodingKeys: String, CodingKey {
    case format, records, markers, syncs, overflows, hardware
    case recordType = "record_type"
    case photonsPerChannel = "photons_per_channel"
    case durationS = "duration_s"
    case resolutionPs = "resolution_ps"
    case syncRateHz = "sync_rate_hz"
    case rateHzPerChannel = "rate_hz_per_channel"
    case minimumGapPsPerChannel = "minimum_gap_ps_per_channel"
    case minimumGapAcrossPs = "minimum_gap_across_ps"
    case isPartial = "is_partial"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(format, forKey: .format)
    try c.encode(recordType, forKey: .recordType)
    try c.encode(records, forKey: .records)
    try c.encode(photonsPerChannel, forKey: .photonsPerChannel)
    try c.encode(markers, forKey: .markers)
    try c.encode(syncs, forKey: .syncs)
    try c.encode(overflows, forKey: .overflows)
    try c.encode(durationS, forKey: .durationS)
    try c.encode(resolutionPs, forKey: .resolutionPs)
    try c.encode(syncRateHz, forKey: .syncRateHz)
    try c.encode(rateHzPerChannel, forKey: .rateHzPerChannel)
    try c.encode(minimumGapPsPerChannel, forKey: .minimumGapPsPerChannel)
    try c.encode(minimumGapAcrossPs, forKey: .minimumGapAcrossPs)
    try c.encode(hardware, forKey: .hardware)
    try c.encode(isPartial, forKey: .isPartial)
  }
}
