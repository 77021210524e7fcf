/// The simulator's unit of time: a sixteenth of a picosecond, counted in 64 bits (160 hours).
enum FineTime {
  static let perPicosecond = 16.0
  static let perNanosecond = 16_000.0
  static let perSecond = 16e12

  /// The nearest unit; traps on times beyond 160 hours, which `Simulator` refuses beforehand.
  static func fromNanoseconds(_ nanoseconds: Double) -> Int64 {
    Int64((nanoseconds * perNanosecond).rounded())
  }

  static func fromSeconds(_ seconds: Double) -> Int64 {
    Int64((seconds * perSecond).rounded())
  }
}

extension Int64 {
  /// A number rounded to the nearest integer without checks: adding 1.5·2⁵² leaves it in the low bits of the mantissa.
  ///
  /// - Precondition: the magnitude is below 2⁵¹.
  @inline(__always)
  init(nearestFast x: Double) {
    self = Int64(bitPattern: (x + 0x1.8p52).bitPattern) &- 0x4338_0000_0000_0000
  }

  /// ``init(nearestFast:)`` half a unit lower: the integer part, but for ties, of a number that is not negative.
  @inline(__always)
  init(truncatingFast x: Double) {
    self.init(nearestFast: x - 0.5)
  }
}

/// When laser pulse number n fires, or step number n of continuous excitation begins: integer arithmetic, so that the
/// thousand-millionth is as exact as the first.
struct PulseClock: Sendable {
  /// The period in units of 2⁻³² of a `FineTime` unit.
  private let period: UInt64
  /// The period in `FineTime` units.
  let periodFineTime: Double
  private let perFineTime: Double

  init(stepsPerSecond: Double) {
    periodFineTime = FineTime.perSecond / stepsPerSecond
    perFineTime = 1 / periodFineTime
    period = UInt64((periodFineTime * 0x1p32).rounded())
  }

  /// The time of pulse n, which may be negative.
  @inline(__always)
  func time(ofPulse n: Int64) -> Int64 {
    let product = UInt128(UInt64(bitPattern: n)) &* UInt128(period)
    // Two's complement: a negative n was taken for 2⁶⁴ + n.
    let time = Int64(truncatingIfNeeded: product &>> 32)
    return time &- (n &>> 63) & Int64(bitPattern: period &<< 32)
  }

  /// The last pulse at or before a time that is not negative.
  @inline(__always)
  func lastPulse(before time: Int64) -> Int64 {
    var n = Int64(nearestFast: Double(time) * perFineTime)
    while self.time(ofPulse: n) > time { n &-= 1 }
    while self.time(ofPulse: n &+ 1) <= time { n &+= 1 }
    return n
  }
}
