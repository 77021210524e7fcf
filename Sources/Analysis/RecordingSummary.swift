public import TimeTags

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

/// Accumulates a ``RecordingSummary`` from blocks of records.
///
/// Gaps are taken between records as they follow each other in the file; where a T3 stream is sorted by pulse only, the
/// absolute difference counts.
public struct RecordingSurvey: Sendable {
  /// Photons of each channel (256 entries).
  public private(set) var photons = [Int](repeating: 0, count: 256)
  /// Marker records.
  public private(set) var markers = 0
  /// Sync records.
  public private(set) var syncs = 0
  /// The time of the first record in ticks (T3: of its sync pulse); nil while nothing has been seen.
  public private(set) var firstTicks: Int64?
  /// The latest time of a record in ticks (T3: of its sync pulse); 0 while nothing has been seen.
  public private(set) var lastTicks: Int64 = 0

  private let header: RecordingHeader
  private let clock: TagClock
  private let findsGaps: Bool
  private var lastOfChannel = [Int64](repeating: .min / 4, count: 256)
  private var minimumGap = [Int64](repeating: .max, count: 256)
  private var minimumAcross = Int64.max
  private var previousTime = Int64.min / 4
  private var previousChannel: UInt8 = 0
  private var otherTime = Int64.min / 4

  /// An empty survey.
  ///
  /// - Parameters:
  ///   - header: gives the units of time.
  ///   - findsGaps: whether the summary is to have the smallest gaps, which take longer than all the rest.
  public init(header: RecordingHeader, findsGaps: Bool = true) {
    self.header = header
    self.findsGaps = findsGaps
    clock = TagClock(header)
  }

  /// Takes the next block of records.
  public mutating func consume(_ tags: TagBlock) {
    guard let last = tags.last else { return }
    if firstTicks == nil {
      firstTicks = clock.ticks(macroTime: tags[0].macroTime, nanotime: 0)
    }
    lastTicks = max(lastTicks, clock.ticks(macroTime: last.macroTime, nanotime: 0))
    var across = minimumAcross
    var previous = previousTime
    var previousIn = previousChannel
    var other = otherTime
    let (clock, findsGaps) = (clock, findsGaps)
    photons.withUnsafeMutableBufferPointer { photons in
      lastOfChannel.withUnsafeMutableBufferPointer { lasts in
        minimumGap.withUnsafeMutableBufferPointer { gaps in
          for tag in tags {
            guard tag.kind == .photon else {
              if tag.kind == .marker { markers &+= 1 } else { syncs &+= 1 }
              continue
            }
            let channel = Int(tag.channel)
            photons[channel] &+= 1
            guard findsGaps else { continue }
            let time = clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime)
            gaps[channel] = min(gaps[channel], Int64(clamping: (time &- lasts[channel]).magnitude))
            lasts[channel] = time
            // `other` is the latest photon that is not of the previous photon's channel
            if tag.channel != previousIn {
              other = previous
              previousIn = tag.channel
            }
            previous = time
            across = min(across, Int64(clamping: (time &- other).magnitude))
          }
        }
      }
    }
    minimumAcross = across
    previousTime = previous
    previousChannel = previousIn
    otherTime = other
  }

  /// The channels that hold photons, the busiest first (the lower number first among equals).
  public var channelsByActivity: [UInt8] {
    (0..<256).filter { photons[$0] > 0 }
      .sorted { photons[$0] != photons[$1] ? photons[$0] > photons[$1] : $0 < $1 }
      .map { UInt8($0) }
  }

  /// The time from the first to the last record in seconds.
  public var spanSeconds: Double {
    Double(lastTicks &- (firstTicks ?? 0)) / TagClock.ticksPerPicosecond * 1e-12
  }

  /// The summary so far.
  ///
  /// - Parameter overflows: the overflow records the reader met (it does not hand them on).
  public func summary(overflows: Int = 0) -> RecordingSummary {
    var counts: [Int: Int] = [:]
    var rates: [Int: Double] = [:]
    var gaps: [Int: Double] = [:]
    let isT3 = header.mode == .t3
    let duration = Double(lastTicks) / TagClock.ticksPerPicosecond * 1e-12
    let far = Int64.max / 16
    for channel in 0..<256 where photons[channel] > 0 {
      counts[channel] = photons[channel]
      rates[channel] = duration > 0 ? Double(photons[channel]) / duration : 0
      if minimumGap[channel] < far {
        gaps[channel] = Double(minimumGap[channel]) / TagClock.ticksPerPicosecond
      }
    }
    return RecordingSummary(
      format: header.format, recordType: header.recordType?.name ?? (isT3 ? "T3" : "T2"),
      records: photons.reduce(0, +) + markers + syncs + overflows, photonsPerChannel: counts, markers: markers,
      syncs: syncs, overflows: overflows, durationS: duration,
      resolutionPs: (isT3 ? clock.nanoTicks : clock.macroTicks) / TagClock.ticksPerPicosecond,
      syncRateHz: isT3 ? header.syncRateHz ?? (clock.macroTicks > 0 ? 1 / header.macroTimeUnitSeconds : nil) : nil,
      rateHzPerChannel: rates,
      minimumGapPsPerChannel: gaps,
      minimumGapAcrossPs: counts.count > 1 && minimumAcross < far
        ? Double(minimumAcross) / TagClock.ticksPerPicosecond : nil,
      hardware: header.hardware, isPartial: header.isPartial)
  }
}
