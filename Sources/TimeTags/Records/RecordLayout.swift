/// One 32-bit record taken apart.
struct DecodedRecord {
  /// Time within the current overflow period: T2 in units of the global resolution, T3 in sync pulses.
  var time: Int64
  /// Nanotime (bits 0–15), channel (16–23) and kind (24–31): the second half of a ``TimeTag`` in memory.
  var detail: UInt32
  /// The number of overflow periods this record announces; 0 when it is a tag.
  var overflows: Int64
  /// 1 when the record is a tag, 0 when it is an overflow or has no meaning.
  var isTag: Int
}

/// How one family of instruments lays out its 32-bit records.
///
/// Source: PicoQuant, "Time-Tagged File Format Demos", `doc/apx_tttrrecords.html`.
protocol RecordLayout {
  /// The time after which the time field starts again at zero.
  static var period: Int64 { get }
  /// The most periods that one overflow record can announce.
  static var overflowsPerRecord: Int64 { get }
  /// The channels a photon can have.
  static var channels: ClosedRange<UInt8> { get }
  /// The largest nanotime; 0 in T2.
  static var largestNanotime: UInt16 { get }
  /// Whether sync events are records.
  static var holdsSyncEvents: Bool { get }

  /// Takes one record apart, without branches.
  static func decode(_ record: UInt32) -> DecodedRecord
  /// Times and details of two records known to be photons.
  static func photons(_ records: Quartet) -> (times: Quartet, details: Quartet)
  /// The periods that two records known to be photons or plain overflows announce: 0 for a photon.
  static func periods(_ records: Quartet) -> Quartet
  /// Of four records: the highest bit set where one is not a photon. The other bits mean nothing.
  static func specials(_ records: Quartet) -> Quartet
  /// Of four records: the highest bit set where one is neither a photon nor a plain overflow (one that says in full how many
  /// periods it announces). The other bits mean nothing.
  static func others(_ records: Quartet) -> Quartet
  /// The record of `tag`, which begins `time` after the last overflow (`time` < ``period``).
  static func encode(_ tag: TimeTag, time: UInt32) -> UInt32
  /// The record that announces `periods` overflows, 1 to ``overflowsPerRecord``.
  static func overflow(periods: Int64) -> UInt32
}

/// Records of T2, whose time fields are arrival times.
protocol T2RecordLayout: RecordLayout {
  /// What ``photon(_:)`` has as the channel of an overflow: larger than that of any photon.
  static var overflowChannel: UInt32 { get }

  /// Time and channel of one record known to be a photon, or only the channel of a plain overflow.
  static func photon(_ record: UInt32) -> (time: UInt32, channel: UInt32)
  /// The times of four records known to be photons. The highest bit is free.
  static func times(_ records: Quartet) -> Quartet
}

/// The second half of a ``TimeTag`` in memory.
@inline(__always)
func tagDetail(nanotime: UInt32 = 0, channel: UInt32, kind: UInt32) -> UInt32 {
  nanotime | channel &<< 16 | kind &<< 24
}
