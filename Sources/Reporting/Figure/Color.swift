extension Figure {
  /// The palette of Okabe and Ito, which people with any kind of colour vision can tell apart, and a grey for marks.
  public enum Color: String, Sendable, CaseIterable {
    /// Okabe and Ito's blue.
    case blue = "#0072B2"
    /// Okabe and Ito's vermilion, a red-orange.
    case vermilion = "#D55E00"
    /// Okabe and Ito's bluish green.
    case green = "#009E73"
    /// Okabe and Ito's orange.
    case orange = "#E69F00"
    /// Okabe and Ito's reddish purple.
    case purple = "#CC79A7"
    /// Okabe and Ito's sky blue.
    case skyBlue = "#56B4E9"
    /// Almost black, softer than full black.
    case black = "#222222"
    /// Okabe and Ito's yellow; too pale for lines on white.
    case yellow = "#F0E442"
    /// For marks; no series takes it by itself.
    case grey = "#6F6F6F"
    /// For outlines on a heat map.
    case white = "#FFFFFF"

    /// The same colour dark enough for words on white.
    var forWords: String {
      switch self {
      case .orange: "#9A6700"
      case .purple: "#A1467A"
      case .skyBlue: "#1B77AE"
      case .yellow: "#7A6F00"
      case .green: "#007A59"
      case .vermilion: "#B84F00"
      case .white: Color.grey.rawValue
      case .blue, .black, .grey: rawValue
      }
    }

    /// The colour of the series that did not choose one: yellow (too pale for lines) and grey are left out.
    static func automatic(_ index: Int) -> Color {
      let order: [Color] = [.blue, .vermilion, .green, .orange, .purple, .skyBlue, .black]
      return order[index % order.count]
    }
  }
}
