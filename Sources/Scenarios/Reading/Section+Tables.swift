public import Light

/// One row of a table.
public struct Point: Sendable, Hashable {
  /// First column, in the unit the reader asked for; rises from row to row.
  public let x: Double
  /// Second column, in the unit the reader asked for.
  public let y: Double

  /// A row, for example to write a default table.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

extension Section {
  /// A table of pairs, written as `{400 nm: 0.06, 450 nm: 0.31}` or as `[[400 nm, 0.06], [450 nm, 0.31]]`.
  ///
  /// - Parameters:
  ///   - x: the unit of the first column, whose numbers must rise from row to row.
  ///   - y: the unit of the second column.
  ///   - count: the least number of rows.
  public func table(
    _ key: String, x: Quantity.Unit, y: Quantity.Unit, xRange: Limits = .any, yRange: Limits = .any,
    atLeast count: Int = 1, default fallback: Default<[Point]>? = nil
  ) -> [Point] {
    let wanted = "a table such as '{\(x.example): \(y.example)}'"
    return value(
      key, wanted: wanted, default: fallback,
      placeholder: (0..<count).map { Point(x: xRange.placeholder + Double($0), y: yRange.placeholder) },
      show: { points in
        let rows = points.map { ResolvedValue.Row(x: "\(Quantity($0.x, x))", y: "\(Quantity($0.y, y))") }
        return Parsed(value: points, content: .table(rows))
      },
      parse: { tree, path throws(Fault) in
        let rows = try tree.rows(path, wanted)
        guard rows.count >= count else {
          throw Fault(
            place: tree.place, message: "\(path) needs at least \(counted(count, "row")), found \(rows.count)")
        }
        var points: [Point] = []
        var texts: [ResolvedValue.Row] = []
        for row in rows {
          let x = try row.x.quantity(path, in: x, xRange)
          let y = try row.y.quantity("\(path) at \(x.content.text)", in: y, yRange)
          if let last = points.last, x.value <= last.x {
            throw Fault(
              place: row.x.place,
              message: "\(path) must rise from row to row, but \(x.content.text) follows \(texts.last!.x)")
          }
          points.append(Point(x: x.value, y: y.value))
          texts.append(ResolvedValue.Row(x: x.content.text, y: y.content.text))
        }
        return Parsed(value: points, content: .table(texts))
      })
  }
}

extension Tree {
  fileprivate func rows(_ path: String, _ wanted: String) throws(Fault) -> [(x: Tree, y: Tree)] {
    switch content {
    case .mapping(let entries):
      if isReachedBeyond(path) {
        throw Leaf.noSuchPath(self, because: "the table \(path) can only be set as a whole")
      }
      return entries.map { entry in
        (Tree(content: .scalar(entry.key, plain: true), place: entry.keyPlace, origin: origin), entry.value)
      }
    case .sequence(let items):
      var rows: [(x: Tree, y: Tree)] = []
      for (index, item) in items.enumerated() {
        guard case .sequence(let pair) = item.content, pair.count == 2 else {
          throw Fault(place: item.place, message: "\(path)[\(index)]: expected a pair, found \(item.found)")
        }
        rows.append((pair[0], pair[1]))
      }
      return rows
    case .scalar, .items:
      throw Fault(place: place, message: "\(path): expected \(wanted), found \(found)")
    }
  }
}
