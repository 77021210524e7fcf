/// The rate at which a dipole emits into a mode, in both directions together, over its rate in free space. This is not
/// the share β of its own emission: for that, divide by the total rate at the same place.
public struct DipoleRate: Sendable, Hashable, Codable {
  /// For a dipole along x, y (up) and z (along the guide).
  public var x, y, z: Double
  /// Over all orientations: the mean of the three.
  public var average: Double { (x + y + z) / 3 }

  /// A rate from its three components.
  public init(x: Double, y: Double, z: Double) {
    self.x = x
    self.y = y
    self.z = z
  }

  /// The rates into two modes together.
  public static func + (a: Self, b: Self) -> Self { Self(x: a.x + b.x, y: a.y + b.y, z: a.z + b.z) }
}

extension GuidedMode {
  /// The rate of a dipole at a point into this mode, forwards and backwards, over its rate in free space, by reciprocity:
  ///
  ///     Γ_mode/Γ_vac = 3π |E_d|² / (k₀² ∫ Re(E × H*)_z dA)
  ///
  /// (Snyder and Love, Optical Waveguide Theory (1983), section 31-5, over the dipole's free-space rate; H in the unit of E.)
  /// Throws if the point lies outside the window, or closer to an interface than a cell, where the field on the grid is
  /// a mixture of both sides.
  public func dipoleRate(at point: GridSpacing.Point) throws(ModeError) -> DipoleRate {
    let grid = field.grid
    guard let (i, j) = grid.cell(x: point.x, y: point.y), let e = field.electric(x: point.x, y: point.y) else {
      throw .dipoleOutsideWindow(x: point.x, y: point.y)
    }
    guard !crossSection.hasInterface(near: point, dx: grid.dx(i), dy: grid.dy(j)) else {
      throw .dipoleTooClose(x: point.x, y: point.y, cellNanometers: max(grid.dx(i), grid.dy(j)))
    }
    let k0 = 2 * Double.pi / wavelengthNanometers
    let factor = 3 * Double.pi / (k0 * k0)
    return DipoleRate(x: factor * e.x * e.x, y: factor * e.y * e.y, z: factor * e.z * e.z)
  }
}

extension CrossSection {
  /// Whether the index jumps by more than 0.01 within a cell's size of a point: sampled on an ellipse around it. A smaller
  /// jump changes the field by less than 1.5 %.
  func hasInterface(near point: GridSpacing.Point, dx: Double, dy: Double) -> Bool {
    let here = index(x: point.x, y: point.y)
    let diagonal = 0.5.squareRoot()
    let directions = [
      (1, 0), (diagonal, diagonal), (0, 1), (-diagonal, diagonal), (-1, 0), (-diagonal, -diagonal), (0, -1),
      (diagonal, -diagonal),
    ]
    return directions.contains { a, b in
      abs(index(x: point.x + 0.999 * dx * a, y: point.y + 0.999 * dy * b) - here) > 0.01
    }
  }
}
