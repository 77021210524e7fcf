public import TimeTags

/// Accumulates a ``RecordingSummary`` from blocks of records.
///
/// Gaps are taken between records as they follow each other in the file; where a T3 stream is sorted by pulse only, the
/// absolute difference counts.
public struct RecordingSurvey: Sendable {
  /// Photons of each channel (256 entries).
  public var photons: [Int] { (0..<256).map { count(.photon, $0) } }
  /// Marker records.
  public var markers: Int { (0..<256).reduce(0) { $0 + count(.marker, $1) } }
  /// Sync records.
  public var syncs: Int { (0..<256).reduce(0) { $0 + count(.sync, $1) } }
  /// The time of the first record in ticks (T3: of its sync pulse); nil while nothing has been seen.
  public private(set) var firstTicks: Int64?
  /// The latest time of a record in ticks (T3: of its sync pulse); 0 while nothing has been seen.
  public private(set) var lastTicks: Int64 = 0

  private let header: RecordingHeader
  private let clock: TagClock
  private let findsGaps: Bool
  /// Records by kind and channel, in two parts.
  private var tables = [Int](repeating: 0, count: 2 * inputs)
  private static let inputs = 3 << 8
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

  private func count(_ kind: TimeTag.Kind, _ channel: Int) -> Int {
    let input = Int(kind.rawValue) << 8 | channel
    return tables[input] + tables[Self.inputs + input]
  }

  /// Takes the next block of records.
  public mutating func consume(_ tags: TagBlock) {
    guard let last = tags.last else { return }
    if firstTicks == nil {
      firstTicks = clock.ticks(macroTime: tags[0].macroTime, nanotime: 0)
    }
    lastTicks = max(lastTicks, clock.ticks(macroTime: last.macroTime, nanotime: 0))
    if findsGaps { countWithGaps(tags) } else { count(tags) }
  }

  /// Two tables in turns, since two additions to one number wait for each other.
  private mutating func count(_ tags: TagBlock) {
    tables.withUnsafeMutableBufferPointer { tables in
      var i = 0
      for tag in tags {
        let input = Int(tag.kind.rawValue) &<< 8 | Int(tag.channel)
        tables[i &* Self.inputs &+ input] &+= 1
        i ^= 1
      }
    }
  }

  private mutating func countWithGaps(_ tags: TagBlock) {
    count(tags)
    var across = minimumAcross
    var previous = previousTime
    var previousIn = previousChannel
    var other = otherTime
    let clock = clock
    lastOfChannel.withUnsafeMutableBufferPointer { lasts in
      minimumGap.withUnsafeMutableBufferPointer { gaps in
        for tag in tags where tag.kind == .photon {
          let channel = Int(tag.channel)
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
    minimumAcross = across
    previousTime = previous
    previousChannel = previousIn
    otherTime = other
  }

  /// Adds what somebody else has counted of the same recording in other blocks; without gaps.
  ///
  /// - Parameter isEarlier: whether the others' first block lies before ours.
  mutating func add(_ other: RecordingSurvey, isEarlier: Bool) {
    precondition(!findsGaps && !other.findsGaps, "gaps want the records in order")
    for i in tables.indices { tables[i] += other.tables[i] }
    firstTicks = isEarlier ? other.firstTicks ?? firstTicks : firstTicks ?? other.firstTicks
    lastTicks = max(lastTicks, other.lastTicks)
  }

  /// The channels that hold photons, the busiest first (the lower number first among equals).
  public var channelsByActivity: [UInt8] {
    let photons = photons
    return (0..<256).filter { photons[$0] > 0 }
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
    let (photons, markers, syncs) = (photons, markers, syncs)
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
