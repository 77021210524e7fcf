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

  /// The rate of a channel inside a gate with its Poisson uncertainty (that of one count where there is none).
  ///
  /// - Parameters:
  ///   - gate: the nanotimes that pass; nil, or a recording without nanotimes: `gateShare` of everything.
  ///   - gateShare: the part of the laser period that the gate keeps.
  func rateHz(channel: Int, gate: Range<Int32>?, gateShare: Double) -> MeasuredValue {
    var counts = Double(photons[channel] ?? 0)
    if let gate, let histogram = nanotimes[channel] {
      let range = max(0, Int(gate.lowerBound))..<max(0, min(histogram.count, Int(gate.upperBound)))
      counts = Double(histogram[range].reduce(0, +))
    } else {
      counts *= gateShare
    }
    return MeasuredValue(counts / seconds, max(counts, 1).squareRoot() / seconds)
  }
}
