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
  /// - Throws: ``AnalysisError`` when a period is given by the caller or found but its phase cannot be followed.
  package static func t2(
    header: RecordingHeader, channels: [UInt8], survey: RecordingSurvey, periodPs: Double?,
    minimumDepth: Double, candidate seen: inout PeriodCandidate?, replay: Replay
  ) throws -> LaserSync? {
    let clock = TagClock(header)
    let busy = channels.sorted { survey.photons[Int($0)] > survey.photons[Int($1)] }
    let photons = channels.reduce(0) { $0 + survey.photons[Int($1)] }
    let recovery = PulseRecovery(
      clock: clock, channels: busy, rateHz: Double(photons) / max(survey.spanSeconds, 1e-9))
    var recovered: PulseClock?
    var origin = ""
    if let periodPs {
      recovered = try recovery.recover(guessHz: 1e12 / periodPs, replay: replay)
      origin = "T2: laser period given by the caller, phase recovered from the photons"
    } else if let rate = header.laserRepetitionRateHz, rate > 0 {
      // a rate the file states may be that of a laser which did not run; then the search decides
      do {
        recovered = try recovery.recover(guessHz: rate, replay: replay)
        origin = "T2: laser rate from the file, phase recovered from the photons"
      } catch is AnalysisError {}
    }
    if recovered == nil {
      guard let candidate = try findPeriod(clock: clock, channels: channels, replay: replay),
        PeriodSearch.isSignificant(candidate)
      else { return nil }
      seen = candidate
      guard candidate.depth >= minimumDepth else { return nil }
      recovered = try recovery.recover(guessHz: candidate.frequencyHz, replay: replay)
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

  /// Searches the pair delays, cross-channel when there are two channels; ten million pairs are enough.
  package static func findPeriod(clock: TagClock, channels: [UInt8], replay: Replay) throws -> PeriodCandidate? {
    var histogram = PeriodSearch.histogram()
    let isAuto = channels.count < 2 || channels[0] == channels[1]
    let splitter = ChannelSplitter(first: channels[0], second: isAuto ? channels[0] : channels[1])
    var blocks = 0
    try play(replay) { tags in
      let watermark = splitter.splitTimes(tags, clock: clock)
      histogram.consume(first: splitter.first, second: splitter.second, watermark: watermark)
      blocks += 1
      return blocks % 8 != 0 || histogram.total < 10_000_000
    }
    histogram.finish()
    var counts = histogram.counts
    // every photon pairs with itself in an autocorrelation
    if isAuto { counts[counts.count / 2] -= histogram.events.first }
    return PeriodSearch.search(counts)
  }
}
