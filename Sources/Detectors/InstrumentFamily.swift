/// Families of time taggers, by what their record formats and programming libraries define.
///
/// Sources: PicoQuant, "Time-Tagged File Format Demos", `doc/apx_tttrrecords.html`, for the records; the headers of the
/// programming libraries (`phdefin.h` 3.0, `hhdefin.h` 3.0, `th260defin.h` 1.1, `mhdefin.h` 3.1) for the limits.
public enum InstrumentFamily: String, Sendable, CaseIterable {
  /// Two inputs; in T3 the sync takes one of them and a router shares the other among the detectors.
  case picoHarp300 = "picoharp-300"
  /// Independent inputs and a sync input; records of format version 2.
  case hydraHarp400 = "hydraharp-400"
  /// Two independent inputs and a sync input, steps of a quarter of a nanosecond.
  case timeHarp260Nano = "timeharp-260-nano"
  /// Two independent inputs and a sync input, steps of 25 ps.
  case timeHarp260Pico = "timeharp-260-pico"
  /// Independent inputs and a sync input, dead time below a nanosecond.
  case multiHarp150 = "multiharp-150"

  /// The name users know, for example "PicoHarp 300".
  public var name: String {
    switch self {
    case .picoHarp300: "PicoHarp 300"
    case .hydraHarp400: "HydraHarp 400"
    case .timeHarp260Nano: "TimeHarp 260 NANO"
    case .timeHarp260Pico: "TimeHarp 260 PICO"
    case .multiHarp150: "MultiHarp 150"
    }
  }

  /// The base resolutions that models of the family have, in picoseconds.
  public var baseResolutionsPicoseconds: [Int] {
    switch self {
    case .picoHarp300: [4]
    case .hydraHarp400: [1]
    case .timeHarp260Nano: [250]
    case .timeHarp260Pico: [25]
    case .multiHarp150: [5, 10, 80]
    }
  }

  /// The number of T3 nanotime bins: 12 bits in a PicoHarp's record, 15 in the others'.
  public var nanotimeBins: Int { self == .picoHarp300 ? 4_096 : 32_768 }

  /// The widths a T3 nanotime bin may have, as multiples of the base resolution: 1, 2, 4, …
  public var binnings: [Int] {
    let codes =
      switch self {
      case .picoHarp300: 8
      case .hydraHarp400: 26
      case .timeHarp260Nano, .timeHarp260Pico: 22
      case .multiHarp150: 24
      }
    return (0..<codes).map { 1 << $0 }
  }

  /// The most detectors any model of the family takes: a PicoHarp's two inputs (T3: four through a router), the
  /// independent inputs of the others, whose sync input is not counted.
  public func mostDetectors(_ mode: TimingElectronics.Mode) -> Int {
    switch self {
    case .picoHarp300: mode == .t2 ? 2 : 4
    case .hydraHarp400: 8
    case .timeHarp260Nano, .timeHarp260Pico: 2
    case .multiHarp150: 64
    }
  }

  /// Whether all detectors share one input, and so one dead time.
  public func isRouted(_ mode: TimingElectronics.Mode) -> Bool { self == .picoHarp300 && mode == .t3 }

  /// The channel of the first detector in the records: a PicoHarp's router counts from 1.
  public func firstChannel(_ mode: TimingElectronics.Mode) -> Int { isRouted(mode) ? 1 : 0 }

  /// The largest divider between the sync input and the clock that times it.
  public var largestSyncDivider: Int {
    switch self {
    case .picoHarp300, .timeHarp260Nano, .timeHarp260Pico: 8
    case .hydraHarp400, .multiHarp150: 16
    }
  }

  /// The highest rate in Hz at the sync input in T3, before any divider, where one is known: 84 MHz in a PicoHarp (PicoQuant,
  /// tcspc.com glossary). The others' dead time and divider are a limit, too.
  public var largestSyncRateHz: Double? { self == .picoHarp300 ? 8.4e7 : nil }

  /// Whether T2 records may hold sync events: a PicoHarp has no input to spare for them.
  public var recordsSyncInT2: Bool { self != .picoHarp300 }

  /// The largest offset of an input against the others, in picoseconds.
  public static let largestInputOffsetPicoseconds = 99_999.0

  /// External lines that may write markers.
  public static let markerLines = 4
}
