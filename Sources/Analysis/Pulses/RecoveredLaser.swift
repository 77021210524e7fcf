public import TimeTags

/// The laser's phase in a T2 recording, recovered once and handed to several measurements through their options.
///
/// Recovering it takes a few passes over the recording, more than the measurements themselves.
public struct RecoveredLaser: Sendable {
  let sync: LaserSync

  /// Recovers the phase.
  ///
  /// - Parameters:
  ///   - header: what a T2 file says of itself.
  ///   - survey: the counts of one whole pass.
  ///   - periodPs: the laser period in picoseconds where the caller knows it; it is refined.
  ///   - replay: plays the recording; called several times.
  /// - Returns: `nil` for T3, where the instrument numbered the pulses, and when no laser is found.
  /// - Throws: ``AnalysisError`` when a known period's phase cannot be followed; what `replay` throws.
  public init?(header: RecordingHeader, survey: RecordingSurvey, periodPs: Double? = nil, replay: Replay) throws {
    let channels = survey.channelsByActivity.sorted()
    guard header.mode == .t2, !channels.isEmpty else { return nil }
    var candidate: PeriodCandidate?
    guard
      let sync = try LaserSync.t2(
        header: header, channels: channels, survey: survey, periodPs: periodPs,
        minimumDepth: PeriodSearch.resolvedDepth, candidate: &candidate, replay: replay)
    else { return nil }
    self.sync = sync
  }
}

extension RecoveredLaser {
  /// A laser that another measurement has recovered.
  init(_ sync: LaserSync) { self.sync = sync }
}
