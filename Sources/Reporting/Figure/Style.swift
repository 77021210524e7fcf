/// The measures and greys that all figures share.
enum Style {
  static let titleSize = 16.0
  static let labelSize = 14.0
  static let tickSize = 13.0
  static let legendSize = 13.0
  static let markSize = 12.5
  static let ink = "#222222"
  static let axis = "#444444"
  static let grid = "#E6E6E6"
  static let fonts =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
}

/// A text element; `content` is escaped, `superscript` raised behind it.
func svgText(
  _ content: String, x: Double, y: Double, size: Double, anchor: String = "start", color: String = Style.ink,
  superscript: String = "", isBold: Bool = false, hasHalo: Bool = false, isVertical: Bool = false
) -> String {
  var attributes = "x=\"\(coordinate(x))\" y=\"\(coordinate(y))\" font-size=\"\(coordinate(size))\" fill=\"\(color)\""
  if anchor != "start" { attributes += " text-anchor=\"\(anchor)\"" }
  if isBold { attributes += " font-weight=\"600\"" }
  if hasHalo {
    attributes += " stroke=\"#FFFFFF\" stroke-width=\"3.5\" stroke-linejoin=\"round\" paint-order=\"stroke\""
  }
  if isVertical { attributes += " transform=\"rotate(-90 \(coordinate(x)) \(coordinate(y)))\"" }
  let raised =
    superscript.isEmpty
    ? ""
    : "<tspan dy=\"\(coordinate(-size * 0.4))\" font-size=\"\(coordinate(size * 0.75))\">\(escaped(superscript))</tspan>"
  return "<text \(attributes)>\(escaped(content))\(raised)</text>\n"
}

/// A path that is only stroked.
func svgStroke(_ data: String, color: String, width: Double, extra: KeyValuePairs<String, String> = [:]) -> String {
  guard !data.isEmpty else { return "" }
  var more = ""
  for (key, value) in extra { more += " \(key)=\"\(value)\"" }
  return "<path d=\"\(data)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(coordinate(width))\"\(more)/>\n"
}

/// A rectangle in pixels.
struct Frame: Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }

  func overlaps(_ other: Frame) -> Bool {
    x < other.right && other.x < right && y < other.bottom && other.y < bottom
  }
}
