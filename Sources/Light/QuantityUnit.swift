extension Quantity {
  /// A unit: its symbol, what it measures, and its size as `multiplier` × 10^`exponent` of the SI unit.
  public struct Unit: Sendable, Hashable, CustomStringConvertible {
    /// The symbol it is written with, "ns"; empty for a plain number.
    public let symbol: String
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

    public var description: String { symbol }
  }
}

extension Quantity.Unit {
  // Time
  public static let femtoseconds = Self("fs", .time, -15, usual: "100")
  public static let picoseconds = Self("ps", .time, -12, usual: "350")
  public static let nanoseconds = Self("ns", .time, -9, usual: "20")
  public static let microseconds = Self("us", .time, -6, usual: "5")
  public static let milliseconds = Self("ms", .time, -3, usual: "10")
  public static let seconds = Self("s", .time, 0, usual: "60")
  public static let minutes = Self("min", .time, 0, times: 60, usual: "10")
  public static let hours = Self("h", .time, 0, times: 3600, usual: "1")

  // Rate and frequency
  public static let hertz = Self("Hz", .rate, 0, usual: "100")
  public static let kilohertz = Self("kHz", .rate, 3, usual: "100")
  public static let megahertz = Self("MHz", .rate, 6, usual: "5")
  public static let gigahertz = Self("GHz", .rate, 9, usual: "1")
  public static let terahertz = Self("THz", .rate, 12, usual: "485")
  public static let countsPerSecond = Self("cps", .rate, 0, usual: "100")
  public static let kilocountsPerSecond = Self("kcps", .rate, 3, usual: "100")
  public static let megacountsPerSecond = Self("Mcps", .rate, 6, usual: "1")
  public static let perSecond = Self("/s", .rate, 0, usual: "100")
  static let onePerSecond = Self("1/s", .rate, 0, usual: "100")

  // Length
  public static let femtometers = Self("fm", .length, -15)
  public static let picometers = Self("pm", .length, -12, usual: "100")
  public static let nanometers = Self("nm", .length, -9, usual: "618")
  public static let micrometers = Self("um", .length, -6, usual: "5")
  public static let millimeters = Self("mm", .length, -3, usual: "1")
  public static let centimeters = Self("cm", .length, -2, usual: "1")
  public static let meters = Self("m", .length, 0, usual: "2")
  public static let kilometers = Self("km", .length, 3, usual: "1")

  // Area
  public static let squareNanometers = Self("nm^2", .area, -18, usual: "0.05")
  public static let squareMicrometers = Self("um^2", .area, -12, usual: "0.3")
  public static let squareMillimeters = Self("mm^2", .area, -6)
  public static let squareCentimeters = Self("cm^2", .area, -4, usual: "5e-16")
  public static let squareMeters = Self("m^2", .area, 0, usual: "5e-20")

  // Power
  public static let picowatts = Self("pW", .power, -12, usual: "10")
  public static let nanowatts = Self("nW", .power, -9, usual: "10")
  public static let microwatts = Self("uW", .power, -6, usual: "1")
  public static let milliwatts = Self("mW", .power, -3, usual: "1")
  public static let watts = Self("W", .power, 0)

  // Energy; the electronvolt is exact since the SI of 2019
  public static let femtojoules = Self("fJ", .energy, -15, usual: "10")
  public static let picojoules = Self("pJ", .energy, -12, usual: "20")
  public static let nanojoules = Self("nJ", .energy, -9)
  public static let microjoules = Self("uJ", .energy, -6)
  public static let millijoules = Self("mJ", .energy, -3)
  public static let joules = Self("J", .energy, 0)
  public static let microelectronvolts = Self("ueV", .energy, -25, times: 1.602176634, usual: "10")
  public static let millielectronvolts = Self("meV", .energy, -22, times: 1.602176634, usual: "12")
  public static let electronvolts = Self("eV", .energy, -19, times: 1.602176634, usual: "2.1")

  // Fractions and plain numbers
  public static let percent = Self("%", .fraction, -2, usual: "95")
  public static let one = Self("", .fraction, 0, usual: "0.95")

  // Attenuation per length, and loss
  public static let decibelsPerKilometer = Self("dB/km", .attenuation, -3, usual: "12")
  public static let decibelsPerMeter = Self("dB/m", .attenuation, 0, usual: "40")
  public static let decibelsPerCentimeter = Self("dB/cm", .attenuation, 2, usual: "0.4")
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
