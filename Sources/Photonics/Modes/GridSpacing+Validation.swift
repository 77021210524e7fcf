extension GridSpacing {
  /// Throws a length that is not above zero.
  func validate() throws(ModeError) {
    let sizes = [
      ("the fine spacing", fine), ("the guide's spacing", guide), ("the coarse spacing", coarse),
      ("the side margin", margins.side), ("the margin below", margins.below), ("the margin above", margins.above),
    ]
    for (name, size) in sizes where !(size > 0 && size.isFinite) {
      throw .notPositive(what: name, nanometers: size)
    }
    guard growth >= 0, growth.isFinite else { throw .notSensible(what: "the growth of the cells", value: growth) }
    guard halvings >= 0 else { throw .notSensible(what: "the number of halvings", value: Double(halvings)) }
    for point in focus where !(point.x.isFinite && point.y.isFinite) {
      throw .dipoleOutsideWindow(x: point.x, y: point.y)
    }
  }
}
