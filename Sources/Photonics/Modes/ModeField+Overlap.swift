extension ModeField {
  /// ½∫(E × H′* + E′* × H)_z dA with another field on the same grid, both normalised: 0 for two modes of one cross-section, and
  /// the amplitude that one mode launches into the other where two cross-sections meet, without reflection (Snyder and
  /// Love, Optical Waveguide Theory (1983), section 31-3). `nil` if the grids differ.
  ///
  /// A strip of the cover's index leaves the field of a bare guide as it is, on the grid of the guide with its strip.
  public func overlap(with other: ModeField) -> Double? {
    guard grid == other.grid else { return nil }
    let columns = grid.columns
    var sum = 0.0
    for j in 0...grid.rows {
      let height = grid.dualY(j)
      for i in 0..<columns {
        let k = j * columns + i
        sum += (ex[k] * other.hy[k] + other.ex[k] * hy[k]) * grid.dx(i) * height
      }
    }
    for j in 0..<grid.rows {
      let height = grid.dy(j)
      for i in 0...columns {
        let k = j * (columns + 1) + i
        sum -= (ey[k] * other.hx[k] + other.ey[k] * hx[k]) * grid.dualX(i) * height
      }
    }
    return sum / 2
  }
}
