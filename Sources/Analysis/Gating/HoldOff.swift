import TimeTags

/// Drops the photons that follow the last kept one of their own channel too closely: most of them are afterpulses.
///
/// A dead time in software, not paralysable, so that it acts on the stream as one more, known dead time of the detector.
/// An afterpulse later than the hold-off stays, and the share r h/(1 + r h) of the photons is lost at a rate r and a
/// hold-off h. A hold-off needs no model of the afterpulses, whose law differs from one diode to the next (Ziarkash, Joshi,
/// Stipčević & Ursin, Sci. Rep. 8, 5076 (2018)), as subtraction by statistics does (Enderlein & Gregor, Rev. Sci. Instrum.
/// 76, 033102 (2005)).
struct HoldOff {
  private let ticks: Int64
  private var last = [Int64](repeating: .min / 2, count: 256)

  init(nanoseconds: Double) { ticks = Int64((nanoseconds * 1000 * TagClock.ticksPerPicosecond).rounded()) }

  /// Whether the next photon of a channel is kept.
  @inline(__always)
  mutating func keeps(channel: UInt8, time: Int64) -> Bool {
    guard time &- last[Int(channel)] >= ticks else { return false }
    last[Int(channel)] = time
    return true
  }
}
