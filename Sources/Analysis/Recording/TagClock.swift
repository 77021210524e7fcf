public import TimeTags

/// Turns records into times. All analysis works in **ticks** of 1/16 ps, a 64-bit integer: 160 hours fit.
///
/// A T3 time is sync number × period + nanotime × resolution. The period is kept to 2⁻²⁰ tick, so differences over
/// 10⁵ pulses are exact to a hundredth of a picosecond.
@frozen
public struct TagClock: Sendable {
  /// Ticks per picosecond.
  public static let ticksPerPicosecond: Double = 16
  /// One macro time unit in ticks.
  public let macroTicks: Double
  /// One nanotime unit in ticks (0 in T2).
  public let nanoTicks: Double
  @usableFromInline let scaledMacro: UInt64
  @usableFromInline let scaledNano: UInt64
  /// The macro time unit as a whole number of ticks, or 0 when it is not.
  @usableFromInline let wholeMacro: Int64

  /// The clock of a recording.
  public init(_ header: RecordingHeader) {
    self.init(
      macroPicoseconds: header.macroTimeUnitSeconds * 1e12,
      nanoPicoseconds: header.mode == .t3 ? (header.nanotimeUnitSeconds ?? 0) * 1e12 : 0)
  }

  /// A clock with the given units in picoseconds; a unit that makes no sense (a sync rate of 0) counts as zero, so that
  /// all times are zero and the analysis finds nothing instead of trapping.
  public init(macroPicoseconds: Double, nanoPicoseconds: Double) {
    // Headers carry 4.000000000000001e-12: snap to a thousandth of a picosecond when that close
    func snap(_ x: Double) -> Double {
      guard x.isFinite, x > 0, x < 1e12 else { return 0 }
      let milli = (x * 1000).rounded() / 1000
      return abs(milli - x) <= 1e-9 * abs(x) ? milli : x
    }
    macroTicks = snap(macroPicoseconds) * Self.ticksPerPicosecond
    nanoTicks = snap(nanoPicoseconds) * Self.ticksPerPicosecond
    scaledMacro = UInt64(macroTicks * 0x1p20 + 0.5)
    scaledNano = UInt64(nanoTicks * 0x1p20 + 0.5)
    let whole = macroTicks.rounded()
    wholeMacro = nanoTicks == 0 && whole == macroTicks && whole < 0x1p40 ? Int64(whole) : 0
  }

  /// The time of a record in ticks.
  @inlinable @inline(__always)
  public func ticks(macroTime: Int64, nanotime: UInt16) -> Int64 {
    if wholeMacro != 0 { return macroTime &* wholeMacro }
    let product = UInt64(bitPattern: macroTime).multipliedFullWidth(by: scaledMacro)
    let nano = UInt64(nanotime) &* scaledNano
    let (low, carry) = product.low.addingReportingOverflow(nano)
    let high = product.high &+ (carry ? 1 : 0)
    return Int64(bitPattern: (high &<< 44) | (low &>> 20))
  }
}
