import Glibc
public import TimeTags

/// What to do in ``analyzeBlinking(header:options:replay:)``.
public struct BlinkingOptions: Sendable {
  /// The channels to add up; nil: all with photons.
  public var channels: [UInt8]?
  /// The bin of the trace in seconds; nil: 10 ms, or more where the recording has more than 10⁵ of them.
  public var binSeconds: Double?
  /// The mean number of changes found in a recording of steady light, above 0 and below 1.
  public var falseAlarms: Double
  /// The number of levels; nil: what the Bayesian information criterion chooses, up to 12.
  public var levels: Int?
  /// T2: the laser period in picoseconds, for lifetimes; T3 knows it.
  public var periodPs: Double?
  /// How many threads look for changes and levels; the result does not depend on it.
  public var threads: Int

  /// Options for one analysis.
  public init(
    channels: [UInt8]? = nil, binSeconds: Double? = nil, falseAlarms: Double = 0.05, levels: Int? = nil,
    periodPs: Double? = nil, threads: Int = 1
  ) {
    self.channels = channels
    self.binSeconds = binSeconds
    self.falseAlarms = falseAlarms
    self.levels = levels
    self.periodPs = periodPs
    self.threads = threads
  }
}

/// Measures the intermittency of an emitter: changes of rate, levels, on and off times, noise, and with pulses the lifetime
/// at each level and the lifetime–intensity map.
///
/// Two passes over the recording, a third with lifetimes, and those that recover the laser of a T2 recording whose
/// period is given or stated. Memory is bounded by the trace, the changes and a million photons.
///
/// - Throws: ``AnalysisError`` with a sentence; what `replay` throws.
public func analyzeBlinking(
  header: RecordingHeader, options: BlinkingOptions = BlinkingOptions(), replay: Replay
) throws -> BlinkingResult {
  guard options.falseAlarms > 0, options.falseAlarms < 1 else {
    throw AnalysisError("The mean number of false alarms must be above 0 and below 1, found \(options.falseAlarms).")
  }
  let clock = TagClock(header)
  let (survey, nanotimes) = try firstPass(header, replay)
  let channels = options.channels ?? survey.channelsByActivity.sorted()
  for channel in channels where survey.photons[Int(channel)] == 0 {
    throw AnalysisError("Channel \(channel) has no photons in this recording.")
  }
  let photons = channels.reduce(0) { $0 + survey.photons[Int($1)] }
  let start = survey.firstTicks ?? 0
  // the last photon of T3 is up to a period after its sync
  let end = survey.lastTicks + (header.mode == .t3 ? Int64(clock.macroTicks) : 1)
  let seconds = Double(end - start) / TagClock.ticksPerPicosecond * 1e-12
  guard photons >= 10, survey.lastTicks > start else {
    throw AnalysisError("The recording has \(photons) photons; intermittency takes at least 10 at different times.")
  }
  let binSeconds = options.binSeconds ?? max(0.01, seconds / 1e5)
  guard binSeconds >= 1e-9, seconds / binSeconds <= 1e8, seconds / binSeconds >= 4 else {
    throw AnalysisError(
      "A bin of \(binSeconds) s does not suit a recording of \(seconds) s: it must hold between 4 and 100 million bins."
    )
  }

  var search = ChangePoints(
    clock: clock, channels: channels, photons: photons, start: start, end: end, falseAlarms: options.falseAlarms,
    threads: options.threads)
  let binTicks = binSeconds * 1e12 * TagClock.ticksPerPicosecond
  let isChosen = (0..<256).map { channels.contains(UInt8($0)) }
  let lastBin = max(Int(Double(end - start) / binTicks) - 1, 0)
  var counts = [Int](repeating: 0, count: lastBin + 1)
  try replay { tags in
    search.consume(tags)
    // the bin that the last photon fell into
    var (bin, binStart, binEnd) = (0, Int64.max, Int64.min)
    for tag in tags where tag.kind == .photon && isChosen[Int(tag.channel)] {
      let time = clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime) &- start
      if time < binStart || time >= binEnd {
        bin = Int(Double(time) / binTicks)
        binStart = Int64((Double(bin) * binTicks).rounded(.up))
        binEnd = Int64((Double(bin + 1) * binTicks).rounded(.up))
      }
      // the end of the recording fills no bin
      if bin >= 0 && bin <= lastBin { counts[bin] &+= 1 }
    }
  }
  search.finish()

  let changes = search.changes
  let edges = [start] + changes.map(\.ticks) + [end]
  let before = [0] + changes.map(\.photons) + [photons]
  let perSecond = 1e12 * TagClock.ticksPerPicosecond
  let segments = (0...changes.count).map {
    IntensitySegment(
      photons: before[$0 + 1] - before[$0], seconds: Double(max(edges[$0 + 1] - edges[$0], 1)) / perSecond)
  }
  let levels = IntensityLevels(segments, count: options.levels, threads: options.threads)

  var result = BlinkingResult(
    durationS: seconds,
    changePoints: .init(
      count: changes.count, timesS: changes.map { Double($0.ticks - start) / perSecond },
      falseAlarms: options.falseAlarms),
    segments: .init(), levels: [], levelCriterion: levels.criterion, levelsAtLimit: levels.isAtLimit,
    trace: .init(binS: binSeconds, counts: counts))
  result.segments.startS = edges.dropLast().map { Double($0 - start) / perSecond }
  result.segments.seconds = segments.map(\.seconds)
  result.segments.photons = segments.map(\.photons)
  result.segments.level = levels.level
  result.segments.lifetimeNs = [Double?](repeating: nil, count: segments.count)
  result.levels = levels.ratesHz.indices.map { level in
    let members = segments.indices.filter { levels.level[$0] == level }
    let time = members.reduce(0) { $0 + segments[$1].seconds }
    let light = members.reduce(0) { $0 + segments[$1].photons }
    return .init(
      rateHz: levels.ratesHz[level], rateHzUncertainty: Double(max(light, 1)).squareRoot() / time,
      shareOfTime: time / seconds, segments: members.count)
  }
  if counts.count >= 16 {
    result.autocorrelation = TraceAutocorrelation(counts, binSeconds: binSeconds)
    if counts.contains(where: { $0 > 0 }) {
      result.powerSpectrum = IntensitySpectrum(counts, binSeconds: binSeconds)
    }
  }
  if levels.ratesHz.count > 1 { addStays(to: &result, segments, search: search) }
  if let laser = try laser(header, options, channels, survey, nanotimes, replay) {
    try addLifetimes(
      to: &result, laser, clock: clock, isChosen: isChosen, edges: edges, segments: segments, levels: levels,
      binTicks: binTicks, replay: replay)
  }
  return result
}

/// On and off times from the changes, and from bins and a threshold.
private func addStays(to result: inout BlinkingResult, _ segments: [IntensitySegment], search: ChangePoints) {
  let two = IntensityLevels(segments, count: 2)
  guard two.ratesHz.count == 2 else { return }
  let (on, off) = (two.ratesHz[0], two.ratesHz[1])
  let boundary = off > 0 ? (on - off) / log(on / off) : on / 2
  result.onOffRateHz = boundary
  var dwells = DwellTimes()
  for (segment, level) in zip(segments, two.level) { dwells.append(isOn: level == 0, seconds: segment.seconds) }
  let resolution = DwellTimes.resolution(onHz: on, offHz: off, criticalLogRatio: search.largestCriticalLogRatio)
  result.resolutionS = resolution
  func stays(_ dwells: DwellTimes, _ isOn: Bool, _ resolution: Double) -> BlinkingResult.Stays {
    let complete = dwells.complete(on: isOn)
    return .init(count: complete.count, seconds: complete, law: dwells.powerLaw(on: isOn, resolution: resolution))
  }
  result.onTimes = stays(dwells, true, resolution)
  result.offTimes = stays(dwells, false, resolution)
  result.memory = DwellMemory(dwells)
  var binned = DwellTimes()
  let bin = result.trace.binS
  for count in result.trace.counts { binned.append(isOn: Double(count) > boundary * bin, seconds: bin) }
  result.threshold = .init(
    rateHz: boundary, onTimes: stays(binned, true, bin), offTimes: stays(binned, false, bin))
}

/// The laser of a T3 recording with nanotimes, or of a T2 recording whose period is known; nil without pulses.
private func laser(
  _ header: RecordingHeader, _ options: BlinkingOptions, _ channels: [UInt8], _ survey: RecordingSurvey,
  _ nanotimes: NanotimeHistogram, _ replay: Replay
) throws -> LaserSync? {
  if header.mode == .t3 {
    let clock = TagClock(header)
    guard clock.nanoTicks > 0, clock.macroTicks > 0 else { return nil }
    return LaserSync.t3(header: header, channels: channels, nanotimes: nanotimes)
  }
  guard options.periodPs != nil || header.laserRepetitionRateHz ?? 0 > 0 else { return nil }
  do {
    return try RecoveredLaser(header: header, survey: survey, periodPs: options.periodPs, replay: replay)?.sync
  } catch let error as AnalysisError {
    // a stated rate may be that of a laser which did not run; a given one must do
    if options.periodPs != nil { throw error }
    return nil
  }
}

/// The pass that adds up delays by bin, stretch and level.
private func addLifetimes(
  to result: inout BlinkingResult, _ laser: LaserSync, clock: TagClock, isChosen: [Bool], edges: [Int64],
  segments: [IntensitySegment], levels: IntensityLevels, binTicks: Double, replay: Replay
) throws {
  guard var delays = PulseDelays(laser, clock: clock) else { return }
  let decayBins = 512
  let perPs = Double(decayBins) / delays.periodPs
  var bins = [LifetimeIntensityMap.Sum](repeating: .init(), count: result.trace.counts.count)
  var sums = [LifetimeIntensityMap.Sum](repeating: .init(), count: segments.count)
  var decays = [[Int]](repeating: [Int](repeating: 0, count: decayBins), count: levels.ratesHz.count)
  var segment = 0
  var latest = edges[0]
  try replay { tags in
    for tag in tags where tag.kind == .photon && isChosen[Int(tag.channel)] {
      let ticks = clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime)
      guard let delay = delays.delay(tag, ticks: ticks) else { continue }
      latest = max(latest, ticks)
      while segment + 1 < segments.count, latest >= edges[segment + 1] { segment += 1 }
      sums[segment].add(delay)
      let bin = Int(Double(ticks - edges[0]) / binTicks)
      if bins.indices.contains(bin) { bins[bin].add(delay) }
      decays[levels.level[segment]][min(max(Int((delay + delays.marginPs) * perPs), 0), decayBins - 1)] += 1
    }
  }
  result.segments.lifetimeNs = sums.map { $0.lifetimeNs(periodPs: delays.periodPs) }
  result.flid = LifetimeIntensityMap(
    bins: bins, binSeconds: result.trace.binS,
    segments: zip(sums, segments).map { ($0, $1.seconds, $1.rateHz) }, periodPs: delays.periodPs)
  for level in decays.indices where decays[level].reduce(0, +) >= 500 {
    let decay = FoldedDecay(counts: decays[level], binPs: 1 / perPs, periodPs: delays.periodPs)
    // a level of pure background has no decay
    guard let component = try? fitDecay(decay, options: LifetimeOptions(components: 1)).components.first else {
      continue
    }
    result.levels[level].lifetimeNs = component.lifetimeNs
    result.levels[level].lifetimeNsUncertainty = component.lifetimeNsUncertainty
  }
}
