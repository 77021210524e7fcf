import Glibc
public import TimeTags

/// What to do in ``analyzeLogarithmic(header:options:replay:)``.
public struct LogarithmicOptions: Sendable {
  /// The two channels, equal for an autocorrelation; nil takes the two busiest, or the only one there is.
  public var channels: (first: UInt8, second: UInt8)?
  /// The shortest delay in picoseconds.
  public var lowPs: Double
  /// The longest delay in picoseconds; nil: a tenth of the recording.
  public var highPs: Double?
  /// Bins per factor of ten.
  public var pointsPerDecade: Int
  /// The period of a pulsed laser in picoseconds; nil takes it from a T3 file.
  public var periodPs: Double?
  /// The stretches of time that the photons come from, where some were left out (see ``select(_:header:replay:)``). nil: the
  /// whole recording.
  public var keptTime: KeptTime?
  /// How many threads may count; the result does not depend on it.
  public var threads: Int

  /// Options, unchecked here.
  public init(
    channels: (first: UInt8, second: UInt8)? = nil, lowPs: Double = 1e3, highPs: Double? = nil,
    pointsPerDecade: Int = 10, periodPs: Double? = nil, threads: Int = 1
  ) {
    self.channels = channels
    self.lowPs = lowPs
    self.highPs = highPs
    self.pointsPerDecade = pointsPerDecade
    self.periodPs = periodPs
    self.threads = threads
  }
}

/// Correlates two channels, or one with itself, from nanoseconds to seconds: exact pair counts in logarithmic bins.
///
/// Two passes over the recording; memory is bounded by the photons within the longest delay.
///
/// - Throws: ``AnalysisError`` with a sentence when the recording does not allow the measurement; what `replay` throws.
public func analyzeLogarithmic(
  header: RecordingHeader, options: LogarithmicOptions = LogarithmicOptions(), replay: Replay
) throws -> LogarithmicCorrelation {
  let clock = TagClock(header)
  let ticks = TagClock.ticksPerPicosecond
  let (survey, _) = try firstPass(header, replay)
  let pair = try correlatedChannels(options.channels, survey)
  let start = survey.firstTicks ?? 0
  let end = survey.lastTicks
  let spanPs = Double(end - start) / ticks
  let highPs = options.highPs ?? spanPs / 10
  guard highPs <= spanPs else {
    throw AnalysisError(
      "The longest delay, \(highPs * 1e-12) s, is longer than the recording, \(spanPs * 1e-12) s.")
  }
  let period = options.periodPs ?? (header.mode == .t3 ? clock.macroTicks / ticks : nil)
  let axis = try LogarithmicAxis(
    lowPs: options.lowPs, highPs: highPs, pointsPerDecade: options.pointsPerDecade,
    resolutionPs: (clock.nanoTicks > 0 ? clock.nanoTicks : clock.macroTicks) / ticks, periodPs: period)

  // The photons that can have a partner wander at random with the delay, so wide bins need many nodes (trapezoids).
  let bins = axis.edgesPs.count - 1
  let steps = 16
  let nodes = (0...steps * bins).map { i in
    let low = axis.edgesPs[i / steps]
    return i % steps == 0
      ? Double(low) : Double(low) + Double(axis.edgesPs[i / steps + 1] - low) * Double(i % steps) / Double(steps)
  }
  let delays = nodes.map { Int64($0 * ticks) }
  var pairs = DelayPairs(edges: axis.edgesPs.map { Int64($0) * Int64(ticks) }, threads: options.threads)
  var firstBeforeEnd = EdgeCounts(delays: delays)
  var secondAfterStart = EdgeCounts(delays: delays)
  try playSplit(replay, channels: pair, threads: options.threads) { splitter, tags in
    splitter.splitTimes(tags, clock: clock)
  } count: { splitter, watermark in
    pairs.consume(first: splitter.first, second: splitter.second, watermark: watermark)
    firstBeforeEnd.consume(splitter.first) { end &- $0 }
    secondAfterStart.consume(splitter.second) { $0 &- start }
  }
  pairs.finish()

  let perPicosecond = zip(nodes, zip(firstBeforeEnd.counts, secondAfterStart.counts)).map { delay, able in
    guard let kept = options.keptTime else { return Double(able.0) * Double(able.1) / max(spanPs - delay, 1) }
    let density = Double(pairs.events.first) * Double(pairs.events.second) / (Double(kept.ticks) * Double(kept.ticks))
    return density * kept.overlap(ofDelay: delay * ticks) * ticks
  }
  let expected = (0..<bins).map { i in
    let within = perPicosecond[steps * i...steps * (i + 1)]
    let sum = within.reduce(0, +) - (within.first! + within.last!) / 2
    return sum / Double(steps) * Double(axis.edgesPs[i + 1] - axis.edgesPs[i])
  }
  return LogarithmicCorrelation(
    channels: [Int(pair.first), Int(pair.second)], photons: [pairs.events.first, pairs.events.second],
    durationS: survey.spanSeconds, periodPs: period, edgesPs: axis.edgesPs,
    tauPs: zip(axis.edgesPs, axis.edgesPs.dropFirst()).map { (Double($0) * Double($1)).squareRoot() },
    coincidences: pairs.counts, normalized: zip(pairs.counts, expected).map { $1 > 0 ? Double($0) / $1 : 0 },
    normalizedUncertainty: zip(pairs.counts, expected).map { $1 > 0 ? Double(max($0, 1)).squareRoot() / $1 : 0 })
}

/// The channels asked for, or the two busiest, or the only one with itself.
func correlatedChannels(_ given: (first: UInt8, second: UInt8)?, _ survey: RecordingSurvey) throws
  -> (first: UInt8, second: UInt8)
{
  if let given, given.first == given.second {
    guard survey.photons[Int(given.first)] > 0 else {
      throw AnalysisError("Channel \(given.first) has no photons in this recording.")
    }
    return given
  }
  if given == nil, survey.channelsByActivity.count == 1 {
    return (survey.channelsByActivity[0], survey.channelsByActivity[0])
  }
  return try channelPair(given, survey)
}
