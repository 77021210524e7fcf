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

  /// The arrays by component, 0 to 2.
  subscript(component: Int) -> [Complex] {
    get { component == 0 ? ex : component == 1 ? ey : ez }
    set { if component == 0 { ex = newValue } else if component == 1 { ey = newValue } else { ez = newValue } }
  }
}
