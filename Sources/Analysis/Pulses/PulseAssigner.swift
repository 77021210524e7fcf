import Glibc
import TimeTags

/// Gives every photon of a T2 stream its pulse number and its delay after that pulse, once the phase is known.
///
/// A photon belongs to the pulse whose rising edge in the photon's own channel it follows, so a cable delay between
/// the channels drops out up to whole periods. `margin` before the half-rise point still belongs to the pulse, because
/// the detector's jitter puts photons there.
struct PulseAssigner {
  let pulses: PulseClock
  let clock: TagClock
  /// Periods from the zero of the phase to the start of the pulse, by channel (256).
  private(set) var starts: [Double]
  /// The margin before the edge, in periods.
  private(set) var margin: Double
  private var cursor = 0

  init(pulses: PulseClock, clock: TagClock, edges: [UInt8: FoldedDecay.Edge]) {
    self.pulses = pulses
    self.clock = clock
    let period = pulses.periodPicoseconds
    margin = marginBeforeEdge(edges, periodPs: period) / period
    starts = [Double](repeating: 0, count: 256)
    for (channel, edge) in edges { starts[Int(channel)] = edge.timePs / period }
  }

  /// The number of the pulse and the delay after the half-rise point in periods (−margin ..< 1 − margin).
  @inline(__always)
  mutating func assign(_ tag: TimeTag) -> (pulse: Int64, delay: Double) {
    let ticks = clock.ticks(macroTime: tag.macroTime, nanotime: 0)
    let phase = pulses.phase(ticks, cursor: &cursor) - starts[Int(tag.channel)] + margin
    let pulse = phase.rounded(.down)
    return (Int64(pulse), phase - pulse - margin)
  }

  /// Folds a stream: a decay per channel, with `bins` bins over the period.
  static func fold(pulses: PulseClock, clock: TagClock, channels: [UInt8], bins: Int, replay: Replay) throws
    -> [UInt8: FoldedDecay]
  {
    var counts = [[Int]](repeating: [], count: 256)
    for channel in channels { counts[Int(channel)] = [Int](repeating: 0, count: bins) }
    var cursor = 0
    try replay { tags in
      for tag in tags where tag.kind == .photon && !counts[Int(tag.channel)].isEmpty {
        let phase = pulses.phase(clock.ticks(macroTime: tag.macroTime, nanotime: 0), cursor: &cursor)
        let bin = Int((phase - phase.rounded(.down)) * Double(bins))
        counts[Int(tag.channel)][min(bin, bins - 1)] += 1
      }
    }
    let period = pulses.periodPicoseconds
    var result: [UInt8: FoldedDecay] = [:]
    for channel in channels {
      result[channel] = FoldedDecay(
        counts: counts[Int(channel)], binPs: period / Double(bins), periodPs: period)
    }
    return result
  }
}

/// How long before a rising edge photons belong to its pulse, in picoseconds, since the detector's jitter puts some there.
func marginBeforeEdge(_ edges: [UInt8: FoldedDecay.Edge], periodPs: Double) -> Double {
  min(3 * (edges.values.map(\.risePs).max() ?? 0), periodPs / 20)
}
