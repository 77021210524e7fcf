/// The words of vertical marks, in rows at the top of a panel so that none lies on another.
struct MarkLabels {
  struct Placed {
    var text: String
    var color: Figure.Color
    var left: Double
    var row: Int
    var frame: (Frame) -> Frame
  }

  static let rowHeight = 17.0
  private(set) var placed: [Placed] = []

  var rowCount: Int { (placed.map(\.row).max() ?? -1) + 1 }
  /// Pixels at the top of the panel that the data should leave free.
  var height: Double { rowCount == 0 ? 0 : Double(rowCount) * Self.rowHeight + 4 }

  init(_ marks: [Figure.Mark], x: Projection) {
    let (left, right) = (min(x.start, x.end), max(x.start, x.end))
    var wanted: [(start: Double, width: Double, text: String, color: Figure.Color)] = []
    for mark in marks where !mark.text.isEmpty {
      let width = textWidth(mark.text, size: Style.markSize)
      switch mark.place {
      case .horizontal: continue
      case .vertical(let value):
        guard let pixel = x.pixel(value), pixel >= left - 0.5, pixel <= right + 0.5 else { continue }
        wanted.append((pixel + 5 + width <= right ? pixel + 5 : pixel - 5 - width, width, mark.text, mark.color))
      case .range(let range):
        guard let visible = x.visible(range) else { continue }
        let middle = (visible.0 + visible.1) / 2 - width / 2
        wanted.append((min(max(middle, left + 3), right - 3 - width), width, mark.text, mark.color))
      }
    }
    var rowEnds: [Double] = []
    for label in wanted.sorted(by: { $0.start < $1.start }) {
      let row = rowEnds.firstIndex { $0 + 8 <= label.start } ?? rowEnds.count
      if row == rowEnds.count { rowEnds.append(0) }
      rowEnds[row] = label.start + label.width
      placed.append(
        Placed(text: label.text, color: label.color, left: label.start, row: row) { panel in
          Frame(
            x: label.start, y: panel.y + 3 + Double(row) * Self.rowHeight, width: label.width,
            height: Self.rowHeight)
        })
    }
  }

  func svg(in panel: Frame) -> String {
    placed.map { label in
      svgText(
        label.text, x: label.left, y: panel.y + 3 + Double(label.row) * Self.rowHeight + 12.5, size: Style.markSize,
        color: label.color.forWords, hasHalo: true)
    }.joined()
  }
}

/// Words for a horizontal line: above or below it, at its right end, left end or between, where there is least ink.
func horizontalLabel(
  _ mark: Figure.Mark, at line: Double, in panel: Frame, ink: [[PixelPoint]], taken: inout [Frame]
) -> String {
  guard !mark.text.isEmpty, line >= panel.y, line <= panel.bottom else { return "" }
  let width = textWidth(mark.text, size: Style.markSize)
  let height = 15.0
  let (first, last) = (panel.x + 6, panel.right - width - 6)
  let columns = [last, first] + (1..<24).map { last + (first - last) * Double($0) / 24 }
  let candidates = columns.flatMap { x in
    [line - height - 2, line + 2].map { Frame(x: x, y: $0, width: width, height: height) }
  }
  .filter { $0.y >= panel.y && $0.bottom <= panel.bottom }
  var best: (frame: Frame, cost: Int)?
  for frame in candidates {
    let cost = inkCost(frame, ink) + 1000 * taken.count { $0.overlaps(frame) }
    if best.map({ cost < $0.cost }) ?? true { best = (frame, cost) }
  }
  guard let frame = best?.frame else { return "" }
  taken.append(frame)
  return svgText(
    mark.text, x: frame.x, y: frame.bottom - 3.5, size: Style.markSize, color: mark.color.forWords, hasHalo: true)
}

/// How many pieces of line touch the frame, by their bounding boxes.
private func inkCost(_ frame: Frame, _ ink: [[PixelPoint]]) -> Int {
  ink.reduce(0) { sum, line in
    guard line.count > 1 else {
      return sum + line.count { $0.x >= frame.x && $0.x <= frame.right && $0.y >= frame.y && $0.y <= frame.bottom }
    }
    return sum
      + zip(line, line.dropFirst()).count { a, b in
        max(a.x, b.x) >= frame.x && min(a.x, b.x) <= frame.right && max(a.y, b.y) >= frame.y
          && min(a.y, b.y) <= frame.bottom
      }
  }
}

extension Projection {
  /// The pixels between which an interval of values is visible; nil if it is not.
  func visible(_ range: ClosedRange<Double>) -> (Double, Double)? {
    guard range.upperBound >= low, range.lowerBound <= high,
      let first = pixel(max(range.lowerBound, low)), let last = pixel(min(range.upperBound, high))
    else { return nil }
    return (first, last)
  }
}
