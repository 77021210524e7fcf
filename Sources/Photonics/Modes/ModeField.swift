/// The field of a mode over the whole window, at the places of a Yee grid: E(x, y) exp(iβz).
///
/// Without absorption a phase can be chosen so that the transverse components are real and the longitudinal ones
/// imaginary: `ez` and `hz` hold the imaginary parts (E_z = i·ez). H stands for η₀H, in the unit of E. Normalised to
/// ∫ Re(E × H*)_z dA = 1 with lengths in nanometres, so the components are in 1/nm. x runs fastest in every array;
/// `ModeGrid` says where the values sit.
public struct ModeField: Sendable, Hashable {
  /// The grid.
  public let grid: ModeGrid
  /// Ex at (x_i+½, y_j): `columns` × (`rows` + 1) values.
  public internal(set) var ex: [Double]
  /// Ey at (x_i, y_j+½): (`columns` + 1) × `rows` values.
  public internal(set) var ey: [Double]
  /// The imaginary part of Ez at (x_i, y_j): (`columns` + 1) × (`rows` + 1) values.
  public internal(set) var ez: [Double]
  /// η₀Hx, where Ey is.
  public internal(set) var hx: [Double]
  /// η₀Hy, where Ex is.
  public internal(set) var hy: [Double]
  /// The imaginary part of η₀Hz at (x_i+½, y_j+½): `columns` × `rows` values.
  public internal(set) var hz: [Double]

  /// Multiplies everything.
  mutating func scale(by factor: Double) {
    for path in [\ModeField.ex, \.ey, \.ez, \.hx, \.hy, \.hz] {
      self[keyPath: path] = self[keyPath: path].map { $0 * factor }
    }
  }
}
