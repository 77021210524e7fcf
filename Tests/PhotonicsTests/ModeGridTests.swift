import Testing

import Photonics

@Suite("Mode grid")
struct ModeGridTests {
  @Test("lines lie on every interface, cells keep to their zones and do not jump")
  func lines() throws {
    let spacing = GridSpacing(fine: 5, guide: 40, coarse: 80)
    let grid = try ModeGrid(Guides.hybrid, spacing: spacing, half: false)
    for x in [-3750.0, -1250, -95, 0, 95, 1250, 3750] { #expect(grid.x.contains { abs($0 - x) < 1e-9 }) }
    for y in [-3750.0, -1250, 0, 175, 1175] { #expect(grid.y.contains { abs($0 - y) < 1e-9 }) }
    for j in 0..<grid.rows {
      #expect(grid.dy(j) > 1 && grid.dy(j) < 80.0001)
      if grid.y[j] >= 0 && grid.y[j + 1] <= 175 { #expect(grid.dy(j) < 5.0001) }
      if grid.y[j] >= -1250 && grid.y[j + 1] <= 0 { #expect(grid.dy(j) < 40.0001) }
      if j > 0 { #expect(grid.dy(j) / grid.dy(j - 1) < 1.7 && grid.dy(j - 1) / grid.dy(j) < 1.7) }
    }
    #expect(zip(grid.x, grid.x.reversed()).allSatisfy { abs($0 + $1) < 1e-9 })
    let half = try ModeGrid(Guides.hybrid, spacing: spacing, half: true)
    #expect(half.x == Array(grid.x.suffix(half.x.count)) && half.y == grid.y)
  }

  @Test func halvingCutsEveryCellInFour() throws {
    let grid = try ModeGrid(Guides.strip, spacing: GridSpacing(), half: true)
    let fine = try ModeGrid(Guides.strip, spacing: GridSpacing().halved(), half: true)
    #expect(fine.columns == 2 * grid.columns && fine.rows == 2 * grid.rows)
    #expect(fine.x[4] == grid.x[2] && fine.y[3] == (grid.y[1] + grid.y[2]) / 2)
  }

  @Test("the permittivity's integral is that of the shapes, cells cut by the disc included")
  func averages() throws {
    let grid = try ModeGrid(Guides.hybrid, spacing: GridSpacing(), half: true)
    let permittivity = Permittivity(Guides.hybrid, on: grid)
    var excess = 0.0
    for j in 0..<grid.rows where grid.y[j] < 0 {
      for i in 0..<grid.columns { excess += (permittivity.cell(i, j) - 2.25) * grid.dx(i) * grid.dy(j) }
    }
    #expect(abs(excess / ((1.57 * 1.57 - 2.25) * Double.pi / 4 * 1250 * 1250) - 1) < 1e-3)
    // On the strip's upper surface the tangential edge sees the mean of both
    let row = grid.y.firstIndex { abs($0 - 175) < 1e-9 }!
    let below = grid.dy(row - 1)
    let above = grid.dy(row)
    #expect(abs(permittivity.x(0, row) - (4.84 * below + above) / (below + above)) < 1e-12)
  }
}
