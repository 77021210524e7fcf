public import TimeTags

/// The background as a recording of its own shows it: the same bench with the emitter out of the focus or bleached.
public struct MeasuredBackground: Sendable, Hashable {
  /// Photons by channel.
  public var photons: [Int: Int]
  /// The length of the recording in seconds.
  public var seconds: Double
  /// T3: photons by channel and nanotime; empty in T2.
  public var nanotimes: [Int: [Int]]
  /// T3: one nanotime in picoseconds; gates of a recording with another unit cannot be held against these.
  public var nanotimeUnitPs: Double?

  /// Counts a recording.
  ///
  /// - Throws: ``AnalysisError`` for a recording without length; what `replay` throws.
  public init(header: RecordingHeader, replay: Replay) throws {
    let (survey, histogram) = try firstPass(header, replay)
    // from record to record: the time in a header may be the planned one
    seconds = survey.spanSeconds
    guard seconds > 0 else { throw AnalysisError("The recording of the background has no length.") }
    photons = [:]
    nanotimes = [:]
    for channel in 0..<256 where survey.photons[channel] > 0 {
      photons[channel] = survey.photons[channel]
      if header.mode == .t3 { nanotimes[channel] = histogram.counts[channel] }
    }
    nanotimeUnitPs = header.mode == .t3 ? header.nanotimeUnitSeconds.map { $0 * 1e12 } : nil
  }

  /// Refuses to be held against a recording with nanotimes of another length.
  ///
  /// - Throws: ``AnalysisError`` with both lengths.
  func refuseOtherNanotimes(_ header: RecordingHeader) throws(AnalysisError) {
    guard let unit = header.nanotimeUnitSeconds, let other = nanotimeUnitPs, abs(other / (unit * 1e12) - 1) > 1e-6
    else { return }
    throw AnalysisError(
      "The recording of the background has nanotimes of \(other) ps and this one of \(unit * 1e12) ps: a gate cannot be held "
        + "against both.")
  }

  /// The rate of a channel inside a gate with its Poisson uncertainty (that of one count where there is none).
  ///
  /// - Parameters:
  ///   - gate: the nanotimes that pass; nil, or a recording without nanotimes: `gateShare` of everything.
  ///   - gateShare: the part of the laser period that the gate keeps.
  func rateHz(channel: Int, gate: NanotimeGate?, gateShare: Double) -> MeasuredValue {
    var counts = Double(photons[channel] ?? 0)
    if let gate, let histogram = nanotimes[channel] {
      counts = Double(histogram.indices.reduce(0) { $0 + (gate.contains(Int32($1)) ? histogram[$1] : 0) })
    } else {
      counts *= gateShare
    }
    return MeasuredValue(counts / seconds, max(counts, 1).squareRoot() / seconds)
  }
}
