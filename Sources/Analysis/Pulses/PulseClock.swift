/// The laser's phase over a recording: turns a time into a pulse number and a delay after that pulse.
///
/// phase(t) = f·t − θ(t) in periods, with θ piecewise linear between closely spaced knots. In T3 it is not needed: the
/// instrument did the same in hardware.
public struct PulseClock: Sendable {
  /// Periods per tick.
  public let frequency: Double
  /// Times in ticks, rising.
  let knots: [Double]
  /// The phase correction θ at the knots, in periods.
  let corrections: [Double]

  /// The period in picoseconds (the mean over the recording).
  public var periodPicoseconds: Double { 1 / (meanFrequency * TagClock.ticksPerPicosecond) }

  /// The mean frequency in Hz.
  public var frequencyHz: Double { meanFrequency * TagClock.ticksPerPicosecond * 1e12 }

  private var meanFrequency: Double {
    guard let first = knots.first, let last = knots.last, last > first else { return frequency }
    return frequency - (corrections[corrections.count - 1] - corrections[0]) / (last - first)
  }

  /// θ at a time. `cursor` keeps the place between calls with rising times.
  @inline(__always)
  func correction(_ time: Double, _ cursor: inout Int) -> Double {
    let count = knots.count
    if count < 2 { return corrections.first ?? 0 }
    while cursor < count - 2 && time > knots[cursor + 1] { cursor &+= 1 }
    while cursor > 0 && time < knots[cursor] { cursor &-= 1 }
    let x0 = knots[cursor]
    let fraction = (time - x0) / (knots[cursor + 1] - x0)
    return corrections[cursor] + (corrections[cursor + 1] - corrections[cursor]) * min(max(fraction, 0), 1)
  }

  /// The phase in periods.
  @inline(__always)
  public func phase(_ ticks: Int64, cursor: inout Int) -> Double {
    let time = Double(ticks)
    return frequency * time - correction(time, &cursor)
  }
}
