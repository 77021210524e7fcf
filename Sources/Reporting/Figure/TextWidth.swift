/// About how wide a text is in pixels, drawn in a sans-serif font of this size. Rather too wide than too narrow, for the
/// reader's font is not known here.
func textWidth(_ text: String, size: Double) -> Double {
  text.reduce(0) { sum, character in
    let units =
      switch character {
      case "i", "j", "l", "I", ".", ",", ":", ";", "'", "|", "!", "\u{202F}": 0.31
      case "f", "t", "r", "(", ")", "[", "]", "/", " ", "-", "⁻", "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷",
        "⁸", "⁹":
        0.39
      case "m", "w", "M", "W", "%", "@", "±", "×", "−", "→", "≤", "≥": 0.88
      case "A"..."Z": 0.7
      default: character.unicodeScalars.first.map { $0.value >= 0x1100 && $0.value < 0xFFE7 } == true ? 1 : 0.6
      }
    return sum + units * size
  }
}

/// The text in lines that fit `width` pixels, broken at spaces; a single longer word stays whole.
func wrapped(_ text: String, width: Double, size: Double) -> [String] {
  var lines: [String] = []
  for word in text.split(whereSeparator: { $0 == " " || $0.isNewline }) {
    if let last = lines.last, textWidth("\(last) \(word)", size: size) <= width {
      lines[lines.count - 1] = "\(last) \(word)"
    } else {
      lines.append(String(word))
    }
  }
  return lines
}
