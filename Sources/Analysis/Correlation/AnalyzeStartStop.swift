public import TimeTags

/// A start–stop histogram of a recording (the result of `g2 --start-stop`).
public struct StartStopResult: Codable, Sendable {
  /// Always "start_stop", so that nobody takes it for a correlation.
  public var method: String
  /// The channel that starts and the one that stops.
  public var channels: [Int]
  /// Photons in each of them.
  public var photons: [Int]
  /// Starts that were taken up; the others came while a stop was awaited.
  public var starts: Int
  /// Time from the first to the last record, in seconds.
  public var durationS: Double
  /// The width of a bin in picoseconds.
  public var binWidthPs: Int
  /// The middle of each bin in picoseconds.
  public var tauPs: [Int]
  /// Stops in each bin.
  public var coincidences: [Int]

  enum CodingKeys: String, CodingKey {
    case method, channels, photons, starts, coincidences
    case durationS = "duration_s"
    case binWidthPs = "bin_width_ps"
    case tauPs = "tau_ps"
  }
}

/// What a time-to-amplitude converter would have recorded (``StartStopHistogram``): for comparison with such instruments.
///
/// - Parameter options: of these the channels, the bin (1 ns) and the range (1 µs).
/// - Throws: ``AnalysisError`` with a sentence when the recording does not allow it; what `replay` throws.
public func analyzeStartStop(
  header: RecordingHeader, options: CorrelationOptions = CorrelationOptions(), replay: Replay
) throws -> StartStopResult {
  let (survey, _) = try firstPass(header, replay)
  let pair = try channelPair(options.channels, survey)
  let axis = try DelayAxis(binPs: options.binPs ?? 1000, rangePs: options.rangePs ?? 1e6, header: header)
  let clock = TagClock(header)
  let splitter = ChannelSplitter(first: pair.first, second: pair.second)
  var histogram = StartStopHistogram(
    binWidth: Int64(axis.widthPs) * Int64(TagClock.ticksPerPicosecond), binCount: axis.binsPerSide)
  try replay { tags in
    let watermark = splitter.splitTimes(tags, clock: clock)
    histogram.consume(starts: splitter.first, stops: splitter.second, watermark: watermark)
  }
  histogram.finish()
  return StartStopResult(
    method: "start_stop", channels: [Int(pair.first), Int(pair.second)],
    photons: [survey.photons[Int(pair.first)], survey.photons[Int(pair.second)]], starts: histogram.starts,
    durationS: survey.spanSeconds, binWidthPs: axis.widthPs, tauPs: Array(axis.centersPs.suffix(axis.binsPerSide)),
    coincidences: histogram.counts)
}
