import Glibc
package import TimeTags

/// The laser of a recording as the analysis sees it: its period, the folded decays, and for T2 the recovered phase.
package struct LaserSync: Sendable {
  /// The period in picoseconds.
  let periodPs: Double
  /// The folded decay of each channel.
  package let decays: [UInt8: FoldedDecay]
  /// The rising edge of each channel that has one.
  package let edges: [UInt8: FoldedDecay.Edge]
  /// T2: the recovered phase.
  package let pulses: PulseClock?
  /// How it is known, in words.
  let origin: String

  /// The laser of a T3 recording.
  static func t3(header: RecordingHeader, channels: [UInt8], nanotimes: NanotimeHistogram) -> LaserSync {
    var decays: [UInt8: FoldedDecay] = [:]
    var edges: [UInt8: FoldedDecay.Edge] = [:]
    for channel in channels where TagClock(header).nanoTicks > 0 {
      let decay = nanotimes.decay([channel], header: header)
      decays[channel] = decay
      edges[channel] = decay.risingEdge()
    }
    return LaserSync(
      periodPs: header.macroTimeUnitSeconds * 1e12, decays: decays, edges: edges, pulses: nil,
      origin: "T3: the instrument numbered the laser pulses")
  }

  /// The laser of a T2 recording, given or found; nil when there is no significant period or when the pair delays are
  /// modulated less than `minimumDepth`. `candidate` is what the search saw.
  ///
  /// - Parameters:
  ///   - survey: the counts of one whole pass, which only the recovery of a phase asks for.
  ///   - blocks: the same recording for `threads` threads, where it can be had.
  /// - Throws: ``AnalysisError`` when a period is given by the caller or found but its phase cannot be followed.
  package static func t2(
    header: RecordingHeader, channels: [UInt8], survey: @autoclosure () throws -> RecordingSurvey, periodPs: Double?,
    minimumDepth: Double, candidate seen: inout PeriodCandidate?, blocks: RecordBlocks? = nil, threads: Int = 1,
    replay: Replay
  ) throws -> LaserSync? {
    let clock = TagClock(header)
    func recover(guessHz: Double) throws -> PulseClock {
      let survey = try survey()
      let busy = channels.sorted { survey.photons[Int($0)] > survey.photons[Int($1)] }
      let photons = channels.reduce(0) { $0 + survey.photons[Int($1)] }
      return try PulseRecovery(
        clock: clock, channels: busy, rateHz: Double(photons) / max(survey.spanSeconds, 1e-9)
      ).recover(guessHz: guessHz, replay: replay)
    }
    var recovered: PulseClock?
    var origin = ""
    if let periodPs {
      recovered = try recover(guessHz: 1e12 / periodPs)
      origin = "T2: laser period given by the caller, phase recovered from the photons"
    } else if let rate = header.laserRepetitionRateHz, rate > 0 {
      // a rate the file states may be that of a laser which did not run; then the search decides
      do {
        recovered = try recover(guessHz: rate)
        origin = "T2: laser rate from the file, phase recovered from the photons"
      } catch is AnalysisError {}
    }
    if recovered == nil {
      guard
        let candidate = try findPeriod(
          clock: clock, channels: channels, blocks: blocks, threads: threads, replay: replay),
        PeriodSearch.isSignificant(candidate)
      else { return nil }
      seen = candidate
      guard candidate.depth >= minimumDepth else { return nil }
      recovered = try recover(guessHz: candidate.frequencyHz)
      origin =
        "T2: laser period found in the pair delays (modulation \((candidate.depth * 1000).rounded() / 1000), "
        + "ln of the false-alarm probability \(candidate.logFalseAlarm.rounded()))"
    }
    guard let pulses = recovered else { return nil }
    let period = pulses.periodPicoseconds
    let unit = max(clock.macroTicks / TagClock.ticksPerPicosecond, 50)
    let bins = max(min(Int(period / unit), 4096), 64)
    let decays = try PulseAssigner.fold(
      pulses: pulses, clock: clock, channels: channels, bins: bins, replay: replay)
    return LaserSync(
      periodPs: period, decays: decays, edges: decays.compactMapValues { $0.risingEdge() }, pulses: pulses,
      origin: origin)
  }

  /// Searches the pair delays, cross-channel when there are two channels, of as many photons from the beginning on as it takes
  /// (``PeriodSearch/enoughPairs``).
  package static func findPeriod(
    clock: TagClock, channels: [UInt8], blocks: RecordBlocks? = nil, threads: Int = 1, replay: Replay
  ) throws -> PeriodCandidate? {
    let isAuto = channels.count < 2 || channels[0] == channels[1]
    if !isAuto, let blocks,
      let counts = try pairDelays(
        in: blocks, channels: (channels[0], channels[1]), enough: PeriodSearch.enoughPairs, clock: clock,
        threads: threads)
    {
      return PeriodSearch.search(counts, threads: threads)
    }
    var histogram = PeriodSearch.histogram()
    let splitter = ChannelSplitter(first: channels[0], second: isAuto ? channels[0] : channels[1])
    var blocks = 0
    try play(replay) { tags in
      let watermark = splitter.splitTimes(tags, clock: clock)
      histogram.consume(first: splitter.first, second: splitter.second, watermark: watermark)
      blocks += 1
      return blocks % 8 != 0 || histogram.total < PeriodSearch.enoughPairs
    }
    histogram.finish()
    var counts = histogram.counts
    // every photon pairs with itself in an autocorrelation
    if isAuto { counts[counts.count / 2] -= histogram.events.first }
    return PeriodSearch.search(counts)
  }
}
