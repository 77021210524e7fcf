/// One record of a time-tag file after decoding: a photon, a marker or a sync event, with its overflow-corrected macro time.
///
/// The meaning of `macroTime` depends on the measurement mode of the file it came from, exactly as in PicoQuant's
/// documentation of the time-tagged modes:
/// - **T2**: the arrival time in units of the file's global resolution (4 ps in a PicoHarp 300).
/// - **T3**: the number of the sync (laser) pulse; `nanotime` is then the delay after that pulse in units of the
///   file's nanotime resolution.
@frozen
public struct TimeTag: Sendable, Hashable {
  /// T2: time in units of the global resolution. T3: number of sync pulses since the start.
  public var macroTime: Int64
  /// T3: "dtime", the start–stop time after the sync in units of the nanotime resolution. Zero in T2.
  public var nanotime: UInt16
  /// The input channel as the record type numbers it (PicoHarp T2: 0 and 1; PicoHarp T3: 1 to 4, set by the router;
  /// HydraHarp family: 0 to 63). For markers: the marker bits.
  public var channel: UInt8
  /// What the record is.
  public var kind: Kind

  /// What a time tag stands for.
  @frozen
  public enum Kind: UInt8, Sendable {
    /// A detector click.
    case photon
    /// An external marker; `channel` holds the marker bits.
    case marker
    /// A sync event written into a T2 file by HydraHarp-type instruments.
    case sync
  }

  /// A record, a photon unless told; leave `nanotime` at 0 in T2.
  @inlinable
  public init(macroTime: Int64, nanotime: UInt16 = 0, channel: UInt8, kind: Kind = .photon) {
    self.macroTime = macroTime
    self.nanotime = nanotime
    self.channel = channel
    self.kind = kind
  }
}

/// How an instrument tags time (PicoQuant's `Measurement_Mode`).
public enum MeasurementMode: Int, Sendable, Codable {
  /// Every click with its absolute arrival time.
  case t2 = 2
  /// Every click with the number of the sync pulse before it and the delay after that pulse.
  case t3 = 3
}
