extension Quantity {
  /// A unit: its symbol, what it measures, and its size as `multiplier` × 10^`exponent` of the SI unit.
  public struct Unit: Sendable, Hashable, CustomStringConvertible {
    /// The symbol it is written with, "ns"; empty for a plain number.
    public let symbol: String
    /// What it measures; units convert only within a dimension.
    public let dimension: Dimension
    /// The part of its size that is not a power of ten: 60 for the minute, 1.602176634 for the electronvolt.
    public let multiplier: Double
    /// The power of ten in its size: -9 for the nanosecond.
    public let exponent: Int
    /// A number that is usual in this unit, for messages.
    let usual: String

    init(_ symbol: String, _ dimension: Dimension, _ exponent: Int, times multiplier: Double = 1, usual: String = "1") {
      self.symbol = symbol
      self.dimension = dimension
      self.exponent = exponent
      self.multiplier = multiplier
      self.usual = usual
    }

    /// A quantity in this unit as a user would write it: "20 ns".
    public var example: String { symbol.isEmpty ? usual : "\(usual) \(symbol)" }

    /// The symbol, empty for a plain number.
    public var description: String { symbol }
  }
}

extension Quantity.Unit {
  // Time
  /// fs, 1e-15 s.
  public static let femtoseconds = Self("fs", .time, -15, usual: "100")
  /// ps, 1e-12 s.
  public static let picoseconds = Self("ps", .time, -12, usual: "350")
  /// ns, 1e-9 s.
  public static let nanoseconds = Self("ns", .time, -9, usual: "20")
  /// us (read also as µs), 1e-6 s.
  public static let microseconds = Self("us", .time, -6, usual: "5")
  /// ms, 1e-3 s.
  public static let milliseconds = Self("ms", .time, -3, usual: "10")
  /// s, the SI unit of time.
  public static let seconds = Self("s", .time, 0, usual: "60")
  /// min, 60 s.
  public static let minutes = Self("min", .time, 0, times: 60, usual: "10")
  /// h, 3600 s.
  public static let hours = Self("h", .time, 0, times: 3600, usual: "1")

  // Rate and frequency
  /// Hz, once per second.
  public static let hertz = Self("Hz", .rate, 0, usual: "100")
  /// kHz, 1e3 Hz.
  public static let kilohertz = Self("kHz", .rate, 3, usual: "100")
  /// MHz, 1e6 Hz.
  public static let megahertz = Self("MHz", .rate, 6, usual: "5")
  /// GHz, 1e9 Hz.
  public static let gigahertz = Self("GHz", .rate, 9, usual: "1")
  /// THz, 1e12 Hz.
  public static let terahertz = Self("THz", .rate, 12, usual: "485")
  /// cps, counts per second; the size of a hertz.
  public static let countsPerSecond = Self("cps", .rate, 0, usual: "100")
  /// kcps, 1e3 counts per second.
  public static let kilocountsPerSecond = Self("kcps", .rate, 3, usual: "100")
  /// Mcps, 1e6 counts per second.
  public static let megacountsPerSecond = Self("Mcps", .rate, 6, usual: "1")
  /// /s, once per second; the size of a hertz.
  public static let perSecond = Self("/s", .rate, 0, usual: "100")
  static let onePerSecond = Self("1/s", .rate, 0, usual: "100")

  // Length
  /// fm, 1e-15 m.
  public static let femtometers = Self("fm", .length, -15)
  /// pm, 1e-12 m.
  public static let picometers = Self("pm", .length, -12, usual: "100")
  /// nm, 1e-9 m.
  public static let nanometers = Self("nm", .length, -9, usual: "618")
  /// um (read also as µm), 1e-6 m.
  public static let micrometers = Self("um", .length, -6, usual: "5")
  /// mm, 1e-3 m.
  public static let millimeters = Self("mm", .length, -3, usual: "1")
  /// cm, 1e-2 m.
  public static let centimeters = Self("cm", .length, -2, usual: "1")
  /// m, the SI unit of length.
  public static let meters = Self("m", .length, 0, usual: "2")
  /// km, 1e3 m.
  public static let kilometers = Self("km", .length, 3, usual: "1")

  // Area
  /// nm^2 (read also as nm²), 1e-18 m².
  public static let squareNanometers = Self("nm^2", .area, -18, usual: "0.05")
  /// um^2, 1e-12 m².
  public static let squareMicrometers = Self("um^2", .area, -12, usual: "0.3")
  /// mm^2, 1e-6 m².
  public static let squareMillimeters = Self("mm^2", .area, -6)
  /// cm^2, 1e-4 m²; usual for absorption cross-sections.
  public static let squareCentimeters = Self("cm^2", .area, -4, usual: "5e-16")
  /// m^2, the SI unit of area.
  public static let squareMeters = Self("m^2", .area, 0, usual: "5e-20")

  // Power
  /// pW, 1e-12 W.
  public static let picowatts = Self("pW", .power, -12, usual: "10")
  /// nW, 1e-9 W.
  public static let nanowatts = Self("nW", .power, -9, usual: "10")
  /// uW (read also as µW), 1e-6 W.
  public static let microwatts = Self("uW", .power, -6, usual: "1")
  /// mW, 1e-3 W.
  public static let milliwatts = Self("mW", .power, -3, usual: "1")
  /// W, the SI unit of power.
  public static let watts = Self("W", .power, 0)

  // Energy; the electronvolt is exact since the SI of 2019
  /// fJ, 1e-15 J.
  public static let femtojoules = Self("fJ", .energy, -15, usual: "10")
  /// pJ, 1e-12 J.
  public static let picojoules = Self("pJ", .energy, -12, usual: "20")
  /// nJ, 1e-9 J.
  public static let nanojoules = Self("nJ", .energy, -9)
  /// uJ (read also as µJ), 1e-6 J.
  public static let microjoules = Self("uJ", .energy, -6)
  /// mJ, 1e-3 J.
  public static let millijoules = Self("mJ", .energy, -3)
  /// J, the SI unit of energy.
  public static let joules = Self("J", .energy, 0)
  /// ueV (read also as µeV), 1e-6 eV = 1.602176634e-25 J.
  public static let microelectronvolts = Self("ueV", .energy, -25, times: 1.602176634, usual: "10")
  /// meV, 1e-3 eV = 1.602176634e-22 J.
  public static let millielectronvolts = Self("meV", .energy, -22, times: 1.602176634, usual: "12")
  /// eV, 1.602176634e-19 J, exact since the SI of 2019.
  public static let electronvolts = Self("eV", .energy, -19, times: 1.602176634, usual: "2.1")

  // Fractions and plain numbers
  /// %, a hundredth.
  public static let percent = Self("%", .fraction, -2, usual: "95")
  /// No symbol: a plain number, 1.
  public static let one = Self("", .fraction, 0, usual: "0.95")

  // Attenuation per length, and loss
  /// dB/km, 1e-3 dB per metre.
  public static let decibelsPerKilometer = Self("dB/km", .attenuation, -3, usual: "12")
  /// dB/m, the base unit of attenuation here.
  public static let decibelsPerMeter = Self("dB/m", .attenuation, 0, usual: "40")
  /// dB/cm, 100 dB per metre.
  public static let decibelsPerCentimeter = Self("dB/cm", .attenuation, 2, usual: "0.4")
  /// dB, ten times the decimal logarithm of a power ratio; see ``Quantity/transmission(ofDecibels:)``.
  public static let decibels = Self("dB", .loss, 0, usual: "3")

  /// Every unit that can be written.
  public static let known: [Self] = [
    .femtoseconds, .picoseconds, .nanoseconds, .microseconds, .milliseconds, .seconds, .minutes, .hours,
    .hertz, .kilohertz, .megahertz, .gigahertz, .terahertz,
    .countsPerSecond, .kilocountsPerSecond, .megacountsPerSecond, .perSecond, .onePerSecond,
    .femtometers, .picometers, .nanometers, .micrometers, .millimeters, .centimeters, .meters, .kilometers,
    .squareNanometers, .squareMicrometers, .squareMillimeters, .squareCentimeters, .squareMeters,
    .picowatts, .nanowatts, .microwatts, .milliwatts, .watts,
    .femtojoules, .picojoules, .nanojoules, .microjoules, .millijoules, .joules,
    .microelectronvolts, .millielectronvolts, .electronvolts,
    .one, .percent,
    .decibelsPerKilometer, .decibelsPerMeter, .decibelsPerCentimeter, .decibels,
  ]

  static let bySymbol = Dictionary(uniqueKeysWithValues: known.map { ($0.symbol, $0) })

  /// The unit written as `text`; "µ" and "μ" are read as "u", "²" as "^2".
  public init?(symbol text: some StringProtocol) {
    var symbol = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{B5}", "\u{3BC}": symbol += "u"
      case "\u{B2}": symbol += "^2"
      default: symbol.unicodeScalars.append(scalar)
      }
    }
    guard let unit = Self.bySymbol[symbol] else { return nil }
    self = unit
  }
}
