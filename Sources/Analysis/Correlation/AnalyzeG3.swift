public import TimeTags

/// What to do in ``analyzeG3(header:options:replay:)``.
public struct ThirdOrderOptions: Sendable {
  /// Three different channels; nil takes the three busiest.
  public var channels: [UInt8]?
  /// nil: pulsed in T3 and where ``periodPs`` is given, else continuous. `.pulsed` recovers the laser's phase in T2.
  public var excitation: Excitation?
  /// T2: the laser's period in picoseconds, within 15 kHz of its frequency; nil with pulsed excitation: it is found.
  public var periodPs: Double?
  /// Pulsed: pulses on each side of zero.
  public var peaks: Int
  /// Continuous: the width of a bin in picoseconds.
  public var binPs: Double
  /// Continuous: the longest delay in picoseconds.
  public var rangePs: Double

  /// Options, unchecked here.
  public init(
    channels: [UInt8]? = nil, excitation: Excitation? = nil, periodPs: Double? = nil, peaks: Int = 5,
    binPs: Double = 2000, rangePs: Double = 1e5
  ) {
    self.channels = channels
    self.excitation = excitation
    self.periodPs = periodPs
    self.peaks = peaks
    self.binPs = binPs
    self.rangePs = rangePs
  }
}

/// Counts the triples of three detectors by both delays, exactly: by pulse number if pulsed, else by time. In T3 the instrument
/// numbered the pulses; in T2 their phase is recovered from the photons as for ``analyzeG2(header:options:blocks:replay:)``.
///
/// - Throws: ``AnalysisError`` with a sentence when the recording does not allow the measurement; what `replay` throws.
public func analyzeG3(
  header: RecordingHeader, options: ThirdOrderOptions = ThirdOrderOptions(), replay: @escaping Replay
) throws -> ThirdOrderCorrelation {
  let (survey, _) = try firstPass(header, replay)
  let channels = try options.channels ?? threeBusiest(survey)
  guard channels.count == 3, Set(channels).count == 3 else { throw AnalysisError("g3 needs three different channels.") }
  for channel in channels where survey.photons[Int(channel)] == 0 {
    throw AnalysisError("Channel \(channel) has no photons in this recording.")
  }
  let excitation = options.excitation ?? (header.mode == .t3 || options.periodPs != nil ? .pulsed : .cw)
  switch (excitation, header.mode) {
  case (.cw, _): return try continuous(channels, options, survey, header, replay)
  case (.pulsed, .t3): return try pulsed(channels, options, survey, replay)
  case (.pulsed, .t2):
    var candidate: PeriodCandidate?
    let laser = try LaserSync.t2(
      header: header, channels: channels, survey: survey, periodPs: options.periodPs,
      minimumDepth: PeriodSearch.minimumDepth, candidate: &candidate, replay: replay)
    guard let laser, let pulses = laser.pulses else {
      throw AnalysisError("No laser period was found in this T2 recording; give the period.")
    }
    return try pulsed(
      channels, options, survey, numberingPulses(header: header, pulses: pulses, edges: laser.edges, replay: replay))
  }
}

private func threeBusiest(_ survey: RecordingSurvey) throws -> [UInt8] {
  let busy = survey.channelsByActivity
  guard busy.count >= 3 else {
    throw AnalysisError("g3 needs photons in three channels; this recording has them in \(busy.count).")
  }
  return busy.prefix(3).sorted()
}

private func pulsed(
  _ channels: [UInt8], _ options: ThirdOrderOptions, _ survey: RecordingSurvey, _ replay: Replay
) throws -> ThirdOrderCorrelation {
  guard (2...200).contains(options.peaks) else {
    throw AnalysisError("The number of side peaks on each side must lie between 2 and 200 in g3.")
  }
  // where zero delay is, pair by pair
  var pairs = (0..<2).map { _ in PairHistogram(firstEdge: -20, binWidth: 1, binCount: 41) }
  try replay { tags in
    let (times, watermark) = pulseNumbers(tags, channels, shifts: [0, 0, 0])
    times[0].withUnsafeBufferPointer { a in
      for i in 0..<2 {
        times[i + 1].withUnsafeBufferPointer { pairs[i].consume(first: a, second: $0, watermark: watermark) }
      }
    }
  }
  let centers = pairs.indices.map { i in
    pairs[i].finish()
    return CenterPeak.find(pairs[i].counts)
  }
  let k = options.peaks
  var triples = TripleHistogram(firstEdge: Int64(-k), binWidth: 1, binCount: 2 * k + 1)
  var clicks = PhotonsPerPulse()
  let reach = Int64(centers.map(abs).max() ?? 0)
  try replay { tags in
    let (times, watermark) = pulseNumbers(tags, channels, shifts: [0, Int64(centers[0]), Int64(centers[1])])
    triples.consume(times, watermark: watermark &- reach)
    clicks.consume(times, watermark: watermark &- reach)
  }
  triples.finish()
  let size = 2 * k + 1
  var sides = 0
  var cells = 0
  for row in 0..<size where row != k {
    for column in 0..<size where column != k && column != row {
      sides += triples.counts[row * size + column]
      cells += 1
    }
  }
  guard sides > 0 else {
    throw AnalysisError("There are no triples from three different pulses: nothing to normalize by.")
  }
  let ratio = PoissonRatio(center: triples.counts[k * size + k], sideTotal: sides, sideCells: Double(cells))
  let mean = Double(sides) / Double(cells)
  return ThirdOrderCorrelation(
    excitation: .pulsed, channels: channels.map(Int.init), photons: triples.events, durationS: survey.spanSeconds,
    g3Zero: ratio.value, g3ZeroUncertainty: ratio.uncertainty, g3ZeroInterval: ratio.interval(),
    centerCounts: ratio.center, expectedCounts: mean, centerPeaks: centers, binWidthPs: nil, delays: Array(-k...k),
    coincidences: rows(triples), normalized: rows(triples).map { $0.map { Double($0) / mean } },
    pulsesByPhotons: clicks.finished())
}

private func continuous(
  _ channels: [UInt8], _ options: ThirdOrderOptions, _ survey: RecordingSurvey, _ header: RecordingHeader,
  _ replay: Replay
) throws -> ThirdOrderCorrelation {
  let axis = try DelayAxis(binPs: options.binPs, rangePs: options.rangePs, header: header)
  guard axis.binsPerSide <= 500 else {
    throw AnalysisError("The g3 histogram would have more than a million cells; widen the bins or shorten the range.")
  }
  let clock = TagClock(header)
  let ticks = Int64(axis.widthPs) * Int64(TagClock.ticksPerPicosecond)
  var triples = TripleHistogram(
    firstEdge: -ticks * Int64(axis.binsPerSide), binWidth: ticks, binCount: 2 * axis.binsPerSide)
  try replay { tags in
    var times: [[Int64]] = [[], [], []]
    for tag in tags where tag.kind == .photon {
      guard let i = channels.firstIndex(of: tag.channel) else { continue }
      times[i].append(clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime))
    }
    guard let last = tags.last else { return }
    triples.consume(times, watermark: clock.ticks(macroTime: last.macroTime, nanotime: 0))
  }
  triples.finish()
  let span = survey.spanSeconds * 1e12
  let width = Double(axis.widthPs)
  let perCell = triples.events.reduce(1.0) { $0 * Double($1) } * width * width / (span * span)
  guard perCell > 0 else { throw AnalysisError("The recording is too short for a third-order correlation.") }
  let size = 2 * axis.binsPerSide
  let middle = [axis.binsPerSide - 1, axis.binsPerSide]
  let center = middle.reduce(0) { sum, row in sum + middle.reduce(0) { $0 + triples.counts[row * size + $1] } }
  let interval = ConfidenceInterval(poissonMeanOf: center, over: 4 * perCell, confidence: oneSigma)
  return ThirdOrderCorrelation(
    excitation: .cw, channels: channels.map(Int.init), photons: triples.events, durationS: survey.spanSeconds,
    g3Zero: Double(center) / (4 * perCell),
    g3ZeroUncertainty: center > 0 ? Double(center).squareRoot() / (4 * perCell) : interval.high,
    g3ZeroInterval: interval, centerCounts: center, expectedCounts: 4 * perCell, centerPeaks: [],
    binWidthPs: axis.widthPs, delays: axis.centersPs, coincidences: rows(triples),
    normalized: rows(triples).map { $0.map { Double($0) / perCell } }, pulsesByPhotons: [])
}

private func rows(_ triples: TripleHistogram) -> [[Int]] {
  (0..<triples.binCount).map { Array(triples.counts[$0 * triples.binCount..<($0 + 1) * triples.binCount]) }
}

/// The pulse numbers of three channels, each less its shift.
private func pulseNumbers(_ tags: TagBlock, _ channels: [UInt8], shifts: [Int64]) -> ([[Int64]], watermark: Int64) {
  var times: [[Int64]] = [[], [], []]
  for tag in tags where tag.kind == .photon {
    if let i = channels.firstIndex(of: tag.channel) { times[i].append(tag.macroTime - shifts[i]) }
  }
  return (times, tags.last?.macroTime ?? .min / 2)
}
