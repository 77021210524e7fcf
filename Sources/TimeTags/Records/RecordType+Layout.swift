extension RecordType {
  /// The layout of the records of this type.
  var layout: any RecordLayout.Type {
    switch self {
    case .picoHarp300T2: PicoHarpT2.self
    case .picoHarp300T3: PicoHarpT3.self
    case .hydraHarpV1T2: HydraHarpT2<FirstGeneration>.self
    case .hydraHarpV1T3: HydraHarpT3<FirstGeneration>.self
    case .hydraHarpV2T2, .timeHarp260NT2, .timeHarp260PT2, .multiHarpT2: HydraHarpT2<LaterGeneration>.self
    case .hydraHarpV2T3, .timeHarp260NT3, .timeHarp260PT3, .multiHarpT3: HydraHarpT3<LaterGeneration>.self
    }
  }

  /// The instrument's name in the tag `HW_Type`, for example "PicoHarp 300".
  public var hardware: String {
    switch self {
    case .picoHarp300T2, .picoHarp300T3: "PicoHarp 300"
    case .hydraHarpV1T2, .hydraHarpV1T3, .hydraHarpV2T2, .hydraHarpV2T3: "HydraHarp 400"
    case .timeHarp260NT2, .timeHarp260NT3: "TimeHarp 260 N"
    case .timeHarp260PT2, .timeHarp260PT3: "TimeHarp 260 P"
    case .multiHarpT2, .multiHarpT3: "MultiHarp 150"
    }
  }

  /// The channels a photon of this record type can have.
  public var photonChannels: ClosedRange<UInt8> { layout.channels }

  /// The largest nanotime the records have room for; 0 in T2.
  public var largestNanotime: UInt16 { layout.largestNanotime }

  /// The number of time units (T2) or sync pulses (T3) after which the records' time field starts again at zero.
  public var overflowPeriod: Int64 { layout.period }
}
