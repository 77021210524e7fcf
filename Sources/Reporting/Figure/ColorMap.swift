extension Figure {
  /// Colours for numbers. Equal steps of the number look like equal steps of colour, also to most colour-blind people and
  /// in grey.
  public enum ColorMap: Sendable, Hashable, CaseIterable {
    /// Dark violet over green to yellow, for amounts (S. van der Walt and N. Smith, 2015; public domain).
    case viridis
    /// Blue over white to red, for numbers of either sign (RdBu of C. Brewer's ColorBrewer 2.0).
    case diverging

    /// The colours at equal distances from the lowest number to the highest.
    private var stations: [UInt32] {
      switch self {
      case .viridis:
        [
          0x440154, 0x482475, 0x414487, 0x355F8D, 0x2A788E, 0x21918C, 0x22A884, 0x44BF70, 0x7AD151, 0xBDDF26, 0xFDE725,
        ]
      case .diverging:
        [
          0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F,
        ]
      }
    }

    /// The number of different colours.
    static let levels = 255

    /// Red, green and blue of every level, the lowest first.
    var palette: [(red: UInt8, green: UInt8, blue: UInt8)] {
      let stations = stations
      return (0..<Self.levels).map { level in
        let place = Double(level) / Double(Self.levels - 1) * Double(stations.count - 1)
        let first = min(Int(place), stations.count - 2)
        func mix(_ shift: UInt32) -> UInt8 {
          let (a, b) = (Double(stations[first] >> shift & 255), Double(stations[first + 1] >> shift & 255))
          return UInt8((a + (b - a) * (place - Double(first))).rounded())
        }
        return (mix(16), mix(8), mix(0))
      }
    }

    /// The level of a number between the ends of the colour bar; nil for what is not finite.
    static func level(_ value: Double, low: Double, high: Double) -> Int? {
      guard value.isFinite else { return nil }
      let share = min(max((value - low) / (high - low), 0), 1)
      return Int((share * Double(levels - 1)).rounded())
    }
  }
}
