/// How a point lies between the places where a component of the field sits: a field's value there is the weighted sum,
/// and a dipole there is spread over the same places with the same weights.
///
/// In a half window only one parity of the dipole is represented, the one that its wall lets through; both walls together
/// give the whole.
struct PointWeights: Sendable {
  /// The component, 0 to 2 for x, y, z.
  let component: Int
  /// Places in the component's array, the line or gap of x and of y, and weights; walls excluded.
  let entries: [(index: Int, i: Int, j: Int, weight: Double)]
  private let half: Bool

  init(_ component: Int, at point: GridSpacing.Point, in source: LineSource) {
    let grid = source.layers.grid
    self.component = component
    half = source.mirror != nil
    let parity: Double =
      switch source.mirror {
      case .electric?: component == 0 ? 1 : -1
      case .magnetic?: component == 0 ? -1 : 1
      case nil: 0
      }
    let x = half ? abs(point.x) : point.x
    let along =
      component == 0 ? Self.between(grid.x, x, parity: parity) : Self.on(grid.x, x).filter { $0.0 > 0 || parity >= 0 }
    let upwards = component == 1 ? Self.between(grid.y, point.y, parity: 0) : Self.on(grid.y, point.y)
    let width = component == 0 ? grid.columns : grid.columns + 1
    entries = upwards.flatMap { j, v in along.map { i, u in (j * width + i, i, j, u * v) } }.filter { $0.weight != 0 }
  }

  /// The unit dipole as a current density on the grid.
  func source(in source: LineSource) -> LineField {
    let lengths = source.layers.lengths
    var field = LineField(source.layers.grid)
    var values = field[component]
    for (index, i, j, weight) in entries {
      let area =
        (component == 0 ? lengths.dx[i] : lengths.dualX[i]) * (component == 1 ? lengths.dy[j] : lengths.dualY[j])
      values[index] = values[index] + Complex(weight / (half ? 2 : 1)) / area
    }
    field[component] = values
    return field
  }

  /// A field's component at the point.
  func value(of field: LineField) -> Complex {
    let values = field[component]
    return entries.reduce(Complex(0)) { $0 + $1.weight * values[$1.index] }
  }

  /// Between the two lines around a place.
  private static func on(_ lines: [Double], _ p: Double) -> [(Int, Double)] {
    let cell = ModeGrid.interval(p, lines)
    let share = (p - lines[cell]) / (lines[cell + 1] - lines[cell])
    return [(cell, 1 - share), (cell + 1, share)]
  }

  /// Between the two middles of gaps around a place; left of the first one lies its mirror image, of this parity.
  private static func between(_ lines: [Double], _ p: Double, parity: Double) -> [(Int, Double)] {
    let cell = ModeGrid.interval(p, lines)
    let middle = (lines[cell] + lines[cell + 1]) / 2
    let first = p < middle ? cell - 1 : cell
    if first < 0 {
      let share = (p - lines[0] + middle - lines[0]) / (2 * (middle - lines[0]))
      return [(0, share + parity * (1 - share))]
    }
    let last = min(first + 2, lines.count - 1)
    let a = (lines[first] + lines[first + 1]) / 2
    let b = (lines[first + 1] + lines[last]) / 2
    let share = (p - a) / (b - a)
    return [(first, 1 - share), (first + 1, share)]
  }
}
