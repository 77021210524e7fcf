/// The record layouts of PicoQuant's time-tag files, by the code in the tag `TTResultFormat_TTTRRecType`.
///
/// Source: PicoQuant, "Time-Tagged File Format Demos", `doc/apx_tttrrecords.html` and `doc/apx_tagtypes.html`.
public enum RecordType: UInt32, Sendable, CaseIterable {
  /// PicoHarp 300, T2: 4 ps units.
  case picoHarp300T2 = 0x0001_0203
  /// PicoHarp 300, T3: 12-bit nanotimes.
  case picoHarp300T3 = 0x0001_0303
  /// HydraHarp 400 before format version 2, T2.
  case hydraHarpV1T2 = 0x0001_0204
  /// HydraHarp 400 before format version 2, T3.
  case hydraHarpV1T3 = 0x0001_0304
  /// HydraHarp 400 from format version 2, T2.
  case hydraHarpV2T2 = 0x0101_0204
  /// HydraHarp 400 from format version 2, T3.
  case hydraHarpV2T3 = 0x0101_0304
  /// TimeHarp 260 NANO, T2.
  case timeHarp260NT2 = 0x0001_0205
  /// TimeHarp 260 NANO, T3.
  case timeHarp260NT3 = 0x0001_0305
  /// TimeHarp 260 PICO, T2.
  case timeHarp260PT2 = 0x0001_0206
  /// TimeHarp 260 PICO, T3.
  case timeHarp260PT3 = 0x0001_0306
  /// MultiHarp, T2.
  case multiHarpT2 = 0x0001_0207
  /// MultiHarp, T3.
  case multiHarpT3 = 0x0001_0307

  /// T2 or T3.
  public var mode: MeasurementMode {
    switch self {
    case .picoHarp300T2, .hydraHarpV1T2, .hydraHarpV2T2, .timeHarp260NT2, .timeHarp260PT2, .multiHarpT2: .t2
    case .picoHarp300T3, .hydraHarpV1T3, .hydraHarpV2T3, .timeHarp260NT3, .timeHarp260PT3, .multiHarpT3: .t3
    }
  }

  /// The name users know it by, for example "PicoHarp 300 T2".
  public var name: String {
    switch self {
    case .picoHarp300T2: "PicoHarp 300 T2"
    case .picoHarp300T3: "PicoHarp 300 T3"
    case .hydraHarpV1T2: "HydraHarp V1 T2"
    case .hydraHarpV1T3: "HydraHarp V1 T3"
    case .hydraHarpV2T2: "HydraHarp V2 T2"
    case .hydraHarpV2T3: "HydraHarp V2 T3"
    case .timeHarp260NT2: "TimeHarp 260 NANO T2"
    case .timeHarp260NT3: "TimeHarp 260 NANO T3"
    case .timeHarp260PT2: "TimeHarp 260 PICO T2"
    case .timeHarp260PT3: "TimeHarp 260 PICO T3"
    case .multiHarpT2: "MultiHarp T2"
    case .multiHarpT3: "MultiHarp T3"
    }
  }
}
