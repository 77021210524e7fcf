/// Complex vectors at the places of a Yee grid, a field's or a source's: E(x, y) exp(i s k₀ z). The arrays are laid out as
/// in `ModeField`.
struct LineField: Sendable {
  var ex, ey, ez: [Complex]

  /// Zero everywhere.
  init(_ grid: ModeGrid) {
    ex = [Complex](repeating: Complex(0), count: grid.columns * (grid.rows + 1))
    ey = [Complex](repeating: Complex(0), count: (grid.columns + 1) * grid.rows)
    ez = [Complex](repeating: Complex(0), count: (grid.columns + 1) * (grid.rows + 1))
  }

  /// A component, 0 to 2, at a place of its array.
  func value(_ component: Int, _ index: Int) -> Complex {
    component == 0 ? ex[index] : component == 1 ? ey[index] : ez[index]
  }

  /// Adds to a component, 0 to 2, at a place of its array.
  mutating func add(_ value: Complex, _ component: Int, _ index: Int) {
    switch component {
    case 0: ex[index] = ex[index] + value
    case 1: ey[index] = ey[index] + value
    default: ez[index] = ez[index] + value
    }
  }
}
