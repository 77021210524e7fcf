import CGSL
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
  /// The mean delay beyond the dead time in nanoseconds; nil: so long that nothing of the laser's pulses is left.
  public var meanDelayNs: Double?
  /// The dead time from which on delays count, in nanoseconds.
  public var deadTimeNs: Double

  enum CodingKeys: String, CodingKey {
    case channel, share
    case meanDelayNs = "mean_delay_ns"
    case deadTimeNs = "dead_time_ns"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(channel, forKey: .channel)
    try c.encode(share, forKey: .share)
    try c.encode(meanDelayNs, forKey: .meanDelayNs)
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
///   - live: the mean share of time in which the detectors can count an afterpulse.
///   - laser: T2: the recovered laser; nil in T3.
/// - Throws: ``AnalysisError`` where the level cannot be, or the recording does not tell the mean delay; what `replay` throws.
func afterpulseLaws(
  _ level: AfterpulseLevel, _ channels: [UInt8], _ decays: [FoldedDecay], _ pileUp: PileUp?, live: Double,
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
        try afterpulsePairs(numbers, nil, periodPs: periodPs, replay)
      }
    return try zip(numbers, zip(pairs, decays)).map { channel, found in
      let (pairs, decay) = found
      // pairs a pulse further apart than the dead time reaches feel nothing of it
      let first = Int((deadTimeNs * 1e3 / periodPs).rounded(.up)) + 1
      let (series, isSignificant) = pairs.series(from: first)
      guard isSignificant else {
        return AfterpulseLaw(channel: channel, share: 0, meanDelayNs: nil, deadTimeNs: deadTimeNs)
      }
      guard let series else {
        throw AnalysisError(
          "The afterpulses of channel \(channel) come within one laser period of \(periodPs / 1e3) ns or after many: their mean "
            + "delay cannot be read from the recording. Give share and delay, as in \"1 %:60 ns\".")
      }
      // an afterpulse is hidden by other clicks, and hides some
      let later = series.pairsPerClick / (live * live)
      return AfterpulseLaw(
        channel: channel, pairsPerClick: later, apart: first, seenDelayNs: series.delay * periodPs / 1e3,
        deadTimeNs: deadTimeNs, decay)
    }
  }
}

extension AfterpulseLaw {
  /// The law that pairs of a channel with itself show.
  ///
  /// A click pairs with its afterpulse, and with that one's own: the pairs with the n-th descendant lie n dead times and a sum of n
  /// exponential delays apart, so that the delay seen is (1 + p) τ + p D to first order in the share p.
  ///
  /// - Parameters:
  ///   - pairsPerClick: of a click and a descendant at least `apart` pulses later.
  ///   - decay: of the channel, for how much of the period is left after a click.
  fileprivate init(
    channel: Int, pairsPerClick: Double, apart: Int, seenDelayNs: Double, deadTimeNs: Double, _ decay: FoldedDecay
  ) {
    let periodNs = decay.periodPs / 1e3
    let edgeNs = (decay.risingEdge()?.timePs ?? 0) / 1e3
    /// Of the n-th descendants those in pulses far enough apart.
    func tail(_ n: Int, _ delayNs: Double) -> Double {
      var (sum, clicks) = (0.0, 0.0)
      for (bin, count) in decay.counts.enumerated() where count > 0 {
        let phase = ((Double(bin) + 0.5) * decay.binPs / 1e3 - edgeNs) / periodNs
        let left = (Double(apart) - (phase - phase.rounded(.down))) * periodNs - Double(n) * deadTimeNs
        sum += Double(count) * gsl_sf_gamma_inc_Q(Double(n), max(left, 0) / delayNs)
        clicks += Double(count)
      }
      return sum / clicks
    }
    var (share, delayNs) = (0.0, seenDelayNs)
    for _ in 0..<8 {
      delayNs = max((seenDelayNs - share * deadTimeNs) / (1 + share), seenDelayNs / 4)
      let descendants = (1...4).reduce(0) { $0 + pow(share, Double($1 - 1)) * tail($1, delayNs) }
      share = min(pairsPerClick / descendants, 0.5)
    }
    self.init(channel: channel, share: share, meanDelayNs: delayNs, deadTimeNs: deadTimeNs)
  }
}
