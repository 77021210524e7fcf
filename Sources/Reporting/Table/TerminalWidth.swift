/// How many columns of a terminal the text takes: combining marks none, East Asian wide characters and emoji two,
/// everything else (± µ τ ² included) one.
package func terminalWidth(_ text: String) -> Int {
  text.reduce(0) { $0 + terminalWidth(of: $1) }
}

private func terminalWidth(of character: Character) -> Int {
  guard let first = character.unicodeScalars.first else { return 0 }
  if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }  // asked to be drawn as emoji
  switch first.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control: return 0
  default: break
  }
  return first.properties.isEmojiPresentation || wideRanges.contains { $0.contains(first.value) } ? 2 : 1
}

/// Blocks that Unicode's East Asian Width calls wide or fullwidth.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
  0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
]
