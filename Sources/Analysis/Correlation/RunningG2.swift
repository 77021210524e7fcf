import TimeTags

/// g2(0) of a recording while it grows, from the delays between the two channels' photons: what a measurement that stops at a
/// precision looks at.
///
/// Pulsed, coincidences within half a period of each multiple of the period, with 20 side peaks on either side; continuous, those
/// within a nanosecond of zero over those of independent photons. The pulsed value is that of ``PulsedEstimator/peakAreas``.
public struct RunningG2: Sendable, Codable {
  /// Side peaks on each side.
  private static let peaks = 20
  /// Continuous: the half width around zero, in picoseconds.
  private static let halfWidthPs = 1000.0

  private let first: UInt8
  private let second: UInt8
  /// The laser period in ticks; `nil` under continuous excitation.
  private let period: Double?
  /// By how much a photon in the second channel is late, in ticks.
  private let delay: Double
  /// How far back photons still make coincidences, in ticks.
  private let reach: Int64
  private var recentFirst: [Int64] = []
  private var recentSecond: [Int64] = []
  private var photons = [0, 0]
  private var center = 0
  private var sides = 0
  private var lastTicks: Int64 = 0

  /// Nothing counted yet.
  ///
  /// - Parameters:
  ///   - channels: the two channels.
  ///   - periodPs: the laser period; `nil` under continuous excitation.
  ///   - delayPs: by how much photons in the second channel are late.
  public init(channels: (first: UInt8, second: UInt8), periodPs: Double?, delayPs: Double) {
    (first, second) = channels
    period = periodPs.map { $0 * TagClock.ticksPerPicosecond }
    delay = delayPs * TagClock.ticksPerPicosecond
    let span = period.map { ($0 * (Double(Self.peaks) + 0.5)) } ?? (Self.halfWidthPs * TagClock.ticksPerPicosecond)
    reach = Int64(span + abs(delay)) + 1
  }

  /// Takes the next records.
  public mutating func consume(_ tags: TagBlock, clock: TagClock) {
    for tag in tags where tag.kind == .photon {
      let time = clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime)
      lastTicks = max(lastTicks, time)
      if tag.channel == first {
        photons[0] += 1
        Self.forget(&recentSecond, before: time - reach)
        for other in recentSecond { count(Double(other - time)) }
        recentFirst.append(time)
      } else if tag.channel == second {
        photons[1] += 1
        Self.forget(&recentFirst, before: time - reach)
        for other in recentFirst { count(Double(time - other)) }
        recentSecond.append(time)
      }
      // The list of a channel that is alone must not grow.
      if recentFirst.count > 4096 { Self.forget(&recentFirst, before: time - reach) }
      if recentSecond.count > 4096 { Self.forget(&recentSecond, before: time - reach) }
    }
  }

  private static func forget(_ times: inout [Int64], before: Int64) {
    let old = times.prefix { $0 < before }.count
    if old > 0 { times.removeFirst(old) }
  }

  private mutating func count(_ difference: Double) {
    guard let period else {
      if abs(difference - delay) <= Self.halfWidthPs * TagClock.ticksPerPicosecond { center += 1 }
      return
    }
    let peak = Int(((difference - delay) / period).rounded())
    if peak == 0 { center += 1 } else if abs(peak) <= Self.peaks { sides += 1 }
  }

  /// g2(0) so far; `nil` as long as there is nothing to normalise by.
  ///
  /// Its uncertainty is the standard deviation or, where that is larger, the distance to the upper end of the 68.27 % interval:
  /// with a few counts the one is small just when the counts happen to be few, and a measurement would stop there.
  public var value: MeasuredValue? {
    if period != nil {
      guard sides > 0 else { return nil }
      let ratio = PoissonRatio(center: center, sideTotal: sides, sideCells: Double(2 * Self.peaks))
      return MeasuredValue(ratio.value, max(ratio.uncertainty, ratio.interval().high - ratio.value))
    }
    let span = Double(lastTicks)
    let expected =
      span > 0
      ? Double(photons[0]) * Double(photons[1]) * 2 * Self.halfWidthPs * TagClock.ticksPerPicosecond / span : 0
    guard expected > 0 else { return nil }
    let value = Double(center) / expected
    let interval = ConfidenceInterval(poissonMeanOf: center, over: expected, confidence: oneSigma)
    return MeasuredValue(value, max(Double(center).squareRoot() / expected, interval.high - value))
  }
}
