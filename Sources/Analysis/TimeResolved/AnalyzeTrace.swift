import Glibc
public import TimeTags

/// What to do in ``analyzeTrace(header:options:replay:)``.
public struct TraceOptions: Sendable {
  /// The channels that count; nil: all with photons.
  public var channels: [UInt8]?
  /// The bin of the trace in seconds; nil: 10 ms, less in recordings below a second, more in those above 1000 s.
  public var binSeconds: Double?
  /// Slices of the recording that g2(0) is measured in, 1 … 10,000.
  public var slices: Int
  /// Period, excitation, bin, peaks, centre and laser of g2(0) as for ``analyzeG2(header:options:blocks:replay:)``; its channels too.
  public var correlation: CorrelationOptions

  /// Options for one analysis, unchecked here.
  public init(
    channels: [UInt8]? = nil, binSeconds: Double? = nil, slices: Int = 20,
    correlation: CorrelationOptions = CorrelationOptions()
  ) {
    self.channels = channels
    self.binSeconds = binSeconds
    self.slices = slices
    self.correlation = correlation
  }
}

/// Measures how a recording goes in time: the trace, its histogram of counts, Fano factors from a microsecond on, g2(0) slice by
/// slice, and the map of delays against time.
///
/// Two passes over the recording, and for T2 those that recover the laser. Memory is bounded by the trace.
///
/// - Throws: ``AnalysisError`` with a sentence; what `replay` throws.
public func analyzeTrace(header: RecordingHeader, options: TraceOptions = TraceOptions(), replay: Replay) throws
  -> TraceResult
{
  let clock = TagClock(header)
  let (survey, nanotimes) = try firstPass(header, replay)
  let channels = options.channels ?? survey.channelsByActivity.sorted()
  for channel in channels where survey.photons[Int(channel)] == 0 {
    throw AnalysisError("Channel \(channel) has no photons in this recording.")
  }
  let start = survey.firstTicks ?? 0
  // the last photon of T3 is up to a period after its sync
  let end = survey.lastTicks + (header.mode == .t3 ? Int64(clock.macroTicks) : 1)
  guard !channels.isEmpty, survey.lastTicks > start else {
    throw AnalysisError("The recording has no photons at different times, so it has no trace.")
  }
  guard (1...10_000).contains(options.slices) else {
    throw AnalysisError("The number of slices must lie between 1 and 10000, found \(options.slices).")
  }
  let ticksPerSecond = 1e12 * TagClock.ticksPerPicosecond
  let seconds = Double(end - start) / ticksPerSecond
  let binTicks = try traceBin(options.binSeconds, seconds: seconds)

  var notes: [String] = []
  let laser = try tracedLaser(header, options, channels, survey, nanotimes, &notes, replay)
  var delays = laser.flatMap { PulseDelays($0, clock: clock) }
  var slices: CorrelationSlices?
  do {
    slices = try CorrelationSlices(header, options, survey, laser: laser, start: start, end: end, channels: channels)
  } catch let error as AnalysisError {
    notes.append("antibunching against time: \(error)")
  }

  let bins = Int((end - start) / binTicks)
  var counts = [[Int]](repeating: [], count: 256)
  var parts = counts
  for channel in channels {
    counts[Int(channel)] = [Int](repeating: 0, count: bins)
    parts[Int(channel)] = [Int](repeating: 0, count: CountStatistics.parts)
  }
  let partTicks = Double(end - start) / Double(CountStatistics.parts)
  var statistics = CountStatistics(start: start, end: end, baseTicks: Int64(ticksPerSecond * 1e-6))
  var map = DelayMapSums(delays, seconds: seconds)
  try replay { tags in
    for tag in tags where tag.kind == .photon && !counts[Int(tag.channel)].isEmpty {
      let ticks = clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime)
      let since = max(ticks &- start, 0)
      let bin = Int(since / binTicks)
      if bin < bins { counts[Int(tag.channel)][bin] &+= 1 }
      parts[Int(tag.channel)][min(Int(Double(since) / partTicks), CountStatistics.parts - 1)] &+= 1
      statistics.add(ticks)
      if let delay = delays?.delay(tag, ticks: ticks) { map?.add(delay, seconds: Double(since) / ticksPerSecond) }
    }
    slices?.consume(tags)
  }

  var rates: [Int: MeasuredValue] = [:]
  for channel in channels { rates[Int(channel)] = meanRate(parts[Int(channel)], seconds: seconds) }
  let sum = (0..<bins).map { bin in channels.reduce(0) { $0 + counts[Int($1)][bin] } }
  var antibunching: TraceResult.Antibunching?
  do {
    antibunching = try slices?.result()
  } catch let error as AnalysisError {
    notes.append("antibunching against time: \(error)")
  }
  return TraceResult(
    durationS: seconds, rateHzPerChannel: rates,
    trace: .init(
      binS: Double(binTicks) / ticksPerSecond,
      counts: Dictionary(uniqueKeysWithValues: channels.map { (Int($0), counts[Int($0)]) })),
    countHistogram: CountHistogram(sum), fano: statistics.finish(), antibunching: antibunching, delayMap: map?.result,
    notes: notes)
}

/// The bin of the trace in ticks.
private func traceBin(_ given: Double?, seconds: Double) throws -> Int64 {
  let bin = given ?? max(min(0.01, seconds / 100), seconds / 1e5)
  guard bin >= 1e-9, seconds / bin <= 1e8, seconds / bin >= 2 else {
    throw AnalysisError(
      "A bin of \(bin) s does not suit a recording of \(seconds) s: it must hold between 2 and 100 million bins.")
  }
  return Int64((bin * 1e12 * TagClock.ticksPerPicosecond).rounded())
}

/// The laser, or nil and a note.
private func tracedLaser(
  _ header: RecordingHeader, _ options: TraceOptions, _ channels: [UInt8], _ survey: RecordingSurvey,
  _ nanotimes: NanotimeHistogram, _ notes: inout [String], _ replay: Replay
) throws -> LaserSync? {
  let clock = TagClock(header)
  if options.correlation.excitation == .cw { return nil }
  if header.mode == .t3 {
    guard clock.nanoTicks > 0, clock.macroTicks > 0 else {
      notes.append("map of delays: the file states no sync period or no nanotime resolution")
      return nil
    }
    return LaserSync.t3(header: header, channels: channels, nanotimes: nanotimes)
  }
  if let laser = options.correlation.laser { return laser.sync }
  do {
    let laser = try RecoveredLaser(
      header: header, survey: survey, periodPs: options.correlation.periodPs, replay: replay)
    if laser == nil { notes.append("map of delays: no laser pulses are resolved in this T2 recording") }
    return laser?.sync
  } catch let error as AnalysisError {
    notes.append("map of delays: \(error)")
    return nil
  }
}

/// The mean rate in Hz and its standard error, from counts of equal parts of the recording.
private func meanRate(_ parts: [Int], seconds: Double) -> MeasuredValue {
  let n = Double(parts.count)
  let mean = Double(parts.reduce(0, +)) / n
  let variance = parts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / (n - 1)
  return MeasuredValue(mean * n / seconds, (variance * n).squareRoot() / seconds)
}
