import Glibc
import TimeTags

/// The afterpulses of one detector, as far as a decay shows them.
///
/// A click at any time leaves, with a probability, another one an exponential delay after the end of the dead time. Folded on the
/// laser period this is the decay itself, moved and smeared: a background that falls slowly, which a flat one cannot stand for and
/// a long lifetime would be taken for. It is known from the counts and joins the model of a fit, so that these stay Poisson numbers.
public struct AfterpulseLaw: Codable, Sendable, Hashable {
  /// The channel.
  public var channel: Int
  /// The share of clicks that have an afterpulse.
  public var share: Double
  /// One standard deviation of ``share``; nil where it is given, or none are found.
  public var shareUncertainty: Double?
  /// The mean delay beyond the dead time in nanoseconds; nil: so long that nothing of the laser's pulses is left.
  public var meanDelayNs: Double?
  /// One standard deviation of ``meanDelayNs``; nil where it is given.
  public var meanDelayNsUncertainty: Double?
  /// The dead time from which on delays count, in nanoseconds.
  public var deadTimeNs: Double

  enum CodingKeys: String, CodingKey {
    case channel, share
    case shareUncertainty = "share_uncertainty"
    case meanDelayNsUncertainty = "mean_delay_ns_uncertainty"
    case meanDelayNs = "mean_delay_ns"
    case deadTimeNs = "dead_time_ns"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(channel, forKey: .channel)
    try c.encode(share, forKey: .share)
    try c.encode(shareUncertainty, forKey: .shareUncertainty)
    try c.encode(meanDelayNs, forKey: .meanDelayNs)
    try c.encode(meanDelayNsUncertainty, forKey: .meanDelayNsUncertainty)
    try c.encode(deadTimeNs, forKey: .deadTimeNs)
  }

  /// The expected afterpulses in every bin of the channel's decay, itself included: an afterpulse may have one as well.
  func counts(in decay: FoldedDecay) -> [Double] {
    let turn = max(decay.counts.count, Int((decay.periodPs / decay.binPs).rounded()))
    guard let meanDelayNs else {
      return decay.counts.map { _ in share * Double(decay.counts.reduce(0, +)) / Double(turn) }
    }
    // the clicks at the end of their dead time, spread over two bins
    let periods = deadTimeNs * 1e3 / decay.periodPs
    let delay = (periods - periods.rounded(.down)) * decay.periodPs / decay.binPs
    let (whole, part) = (Int(delay), delay - delay.rounded(.down))
    var clicks = [Double](repeating: 0, count: turn)
    for (bin, count) in decay.counts.enumerated() {
      clicks[(bin + whole) % turn] += (1 - part) * Double(count)
      clicks[(bin + whole + 1) % turn] += part * Double(count)
    }
    let inBin = decay.binPs / 1e3 / meanDelayNs
    let (stays, falls) = (exp(-inBin), -expm1(-inBin))
    // of a click anywhere in a bin this much is to come after the bin
    let later = falls / inBin
    var waiting = clicks.reduce(0) { stays * $0 + later * $1 }
    waiting /= -expm1(-inBin * Double(turn))
    let all = clicks.map { count -> Double in
      let counts = share * (falls * waiting + (1 - later) * count)
      waiting = stays * waiting + later * count
      return counts
    }
    return Array(all.prefix(decay.counts.count))
  }
}

/// The laws of afterpulsing of several channels, as given or from the pairs of each with itself.
///
/// - Parameters:
///   - decays: of the channels.
///   - periods: laser periods in the recording.
///   - laser: T2: the recovered laser; nil in T3.
/// - Throws: ``AnalysisError`` where the level cannot be, or the recording does not tell the mean delay; what `replay` throws.
func afterpulseLaws(
  _ level: AfterpulseLevel, _ channels: [UInt8], _ decays: [FoldedDecay], _ pileUp: PileUp?, periods: Double,
  _ laser: LaserSync?, _ header: RecordingHeader, _ replay: Replay
) throws -> [AfterpulseLaw] {
  try level.check()
  let deadTimeNs = if case .deadTime(let ns)? = pileUp { ns } else { 0.0 }
  let numbers = channels.map(Int.init)
  switch level {
  case .given(let share, let decayNs):
    return numbers.map { AfterpulseLaw(channel: $0, share: share, meanDelayNs: decayNs, deadTimeNs: deadTimeNs) }
  case .measured:
    guard let periodPs = decays.first?.periodPs else { return [] }
    let pairs =
      if let laser, let pulses = laser.pulses {
        try afterpulsePairs(pulses, laser, numbers, TagClock(header), nil, replay)
      } else {
        try afterpulsePairs(numbers, nil, periodPs: periodPs, TagClock(header), replay)
      }
    return try zip(numbers, zip(pairs, decays)).map { channel, found in
      let (pairs, decay) = found
      let detector = ClickResponse.Detector(
        decay: decay, clicksPerPeriod: Double(decay.counts.reduce(0, +)) / periods,
        pulseStartPs: laser?.edges[UInt8(channel)]?.timePs ?? 0, deadTimeNs: deadTimeNs)
      try detector.check()
      let (found, isSignificant) = pairs.afterpulses(detector, from: pairs.firstUntouched(detector))
      guard isSignificant else {
        return AfterpulseLaw(channel: channel, share: 0, meanDelayNs: nil, deadTimeNs: deadTimeNs)
      }
      guard let found else {
        throw AnalysisError(
          "The afterpulses of channel \(channel) come within one laser period of \(periodPs / 1e3) ns or after many: their mean "
            + "delay cannot be read from the recording. Give share and delay, as in \"1 %:60 ns\".")
      }
      return AfterpulseLaw(
        channel: channel, share: found.share.value, shareUncertainty: found.share.uncertainty,
        meanDelayNs: found.delayNs.value, meanDelayNsUncertainty: found.delayNs.uncertainty, deadTimeNs: deadTimeNs)
    }
  }
}
