/// The lines of a Yee grid across a waveguide, in nanometres, and the places of the fields on it.
///
///     Ey,Hx at (x_i, y_j+½)     ┌── Ex,Hy ──┐     Ex, Hy at (x_i+½, y_j)
///                               Ey   Hz    Ey     Hz, permittivity at (x_i+½, y_j+½)
///                               └── Ex,Hy ──┘     Ez at (x_i, y_j)
///
/// (K. S. Yee, IEEE Trans. Antennas Propag. 14, 302 (1966).)
public struct ModeGrid: Sendable, Hashable {
  /// The lines of constant x, rising, in nanometres.
  public let x: [Double]
  /// The lines of constant y, rising, in nanometres.
  public let y: [Double]

  /// A grid from its rising lines.
  package init(x: [Double], y: [Double]) {
    self.x = x
    self.y = y
  }

  /// Cells along x.
  public var columns: Int { x.count - 1 }
  /// Cells along y.
  public var rows: Int { y.count - 1 }

  /// The width of a column, in nanometres.
  package func dx(_ i: Int) -> Double { x[i + 1] - x[i] }
  /// The height of a row, in nanometres.
  package func dy(_ j: Int) -> Double { y[j + 1] - y[j] }
  /// The width that belongs to line i: half of each neighbour's.
  func dualX(_ i: Int) -> Double { (x[min(i + 1, columns)] - x[max(i - 1, 0)]) / 2 }
  /// The height that belongs to line j.
  func dualY(_ j: Int) -> Double { (y[min(j + 1, rows)] - y[max(j - 1, 0)]) / 2 }

  /// The cell that holds a point (nanometres), or `nil` outside the window.
  func cell(x px: Double, y py: Double) -> (i: Int, j: Int)? {
    guard px >= x[0], px <= x[columns], py >= y[0], py <= y[rows] else { return nil }
    return (Self.interval(px, x), Self.interval(py, y))
  }

  /// The index of the interval of rising `lines` that holds `p`, by bisection.
  static func interval(_ p: Double, _ lines: [Double]) -> Int {
    var low = 0
    var high = lines.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if lines[middle] <= p { low = middle } else { high = middle }
    }
    return low
  }

  /// The middles of neighbouring lines.
  static func middles(_ lines: [Double]) -> [Double] { zip(lines, lines.dropFirst()).map { ($0 + $1) / 2 } }

  /// Every cell cut in four.
  package func halved() -> ModeGrid {
    func cut(_ lines: [Double]) -> [Double] {
      [lines[0]] + zip(lines, lines.dropFirst()).flatMap { [($0 + $1) / 2, $1] }
    }
    return ModeGrid(x: cut(x), y: cut(y))
  }
}
