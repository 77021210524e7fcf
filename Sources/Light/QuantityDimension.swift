extension Quantity {
  /// What kind of thing a quantity measures; quantities of different dimensions never convert into each other.
  public enum Dimension: String, Sendable, CaseIterable {
    /// In SI units s, Hz, m, m², W, J; `fraction` is a plain number, `attenuation` dB per metre, `loss` dB.
    case time, rate, length, area, power, energy, fraction, attenuation, loss

    /// The dimension in a sentence: "a time", "an area".
    public var phrase: String {
      switch self {
      case .area, .energy: "an \(rawValue)"
      case .attenuation: "an attenuation per length"
      default: "a \(rawValue)"
      }
    }

    /// The units that measure this dimension, from the smallest to the largest.
    public var units: [Unit] { Unit.known.filter { $0.dimension == self } }

    /// The unit that comes to mind first.
    public var usualUnit: Unit {
      switch self {
      case .time: .nanoseconds
      case .rate: .megahertz
      case .length: .nanometers
      case .area: .squareCentimeters
      case .power: .microwatts
      case .energy: .millielectronvolts
      case .fraction: .one
      case .attenuation: .decibelsPerCentimeter
      case .loss: .decibels
      }
    }

    /// A text that everybody reads as a quantity of this dimension.
    public var example: String { usualUnit.example }
  }
}
