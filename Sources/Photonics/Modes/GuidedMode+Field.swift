extension GuidedMode {
  /// A mode from a field over the whole window, of any scale and sign.
  init(
    _ field: ModeField, effectiveIndex: Double, crossSection: CrossSection, permittivity: Permittivity,
    symmetry: ModeSolver.Symmetry, k0: Double
  ) {
    var field = field
    // The largest transverse component shall be positive
    let peak = (field.ex + field.ey).max { abs($0) < abs($1) } ?? 1
    field.scale(by: (peak < 0 ? -1 : 1) / abs(field.power()).squareRoot())

    let grid = field.grid
    var total = (x: 0.0, y: 0.0, z: 0.0)
    var electric = 0.0
    var strip = 0.0
    var guide = 0.0
    var fourth = 0.0
    var wall = 0.0
    for (index, cell) in field.electricCells().enumerated() {
      let i = index % grid.columns
      let j = index / grid.columns
      let squared = cell.x + cell.y + cell.z
      let energy = permittivity.cells[index] * squared
      total = (total.x + cell.x, total.y + cell.y, total.z + cell.z)
      electric += energy
      let x = (grid.x[i] + grid.x[i + 1]) / 2
      let y = (grid.y[j] + grid.y[j + 1]) / 2
      if crossSection.isInStrip(x: x, y: y) { strip += energy }
      if y < 0, crossSection.guide?.contains(x: x, depth: -y) == true { guide += energy }
      let density = squared / (grid.dx(i) * grid.dy(j))
      fourth += density * squared
      if i == 0 || j == 0 || i == grid.columns - 1 || j == grid.rows - 1 { wall = max(wall, density) }
    }
    let squared = total.x + total.y + total.z
    self.init(
      crossSection: crossSection, wavelengthNanometers: 2 * Double.pi / k0, symmetry: symmetry,
      effectiveIndex: effectiveIndex,
      groupIndex: (electric + field.magneticEnergy()) / 2, teFraction: total.x / (total.x + total.y),
      stripConfinement: strip / electric, guideConfinement: guide / electric,
      effectiveAreaSquareNanometers: squared * squared / fourth, wallField: (wall * squared / fourth).squareRoot(),
      field: field)
  }
}
