/// A law given by a table: its density is linear between the rows and zero outside them. Four random words per draw, no
/// transcendental function: a stretch by its area, then one of the two triangles of its trapezoid, whose laws are those of
/// the smaller and of the greater of two uniform numbers.
public struct TabulatedLaw: Sendable {
  private let stretches: DiscreteLaw
  private let starts: [Double]
  private let widths: [Double]
  /// The chance of the triangle that falls from the stretch's start.
  private let falling: [Double]

  /// The law with a density in proportion to `densities`; stops the program unless there are at least two rows and an area.
  ///
  /// - Parameters:
  ///   - x: where the rows are, rising.
  ///   - densities: as many, none negative.
  public init(x: [Double], densities: [Double]) {
    precondition(x.count == densities.count && x.count > 1, "a tabulated law needs two rows")
    let pairs = zip(densities, densities.dropFirst()).map { ($0, $1) }
    starts = x.dropLast()
    widths = zip(x, x.dropFirst()).map { $1 - $0 }
    stretches = DiscreteLaw(weights: zip(widths, pairs).map { $0 * ($1.0 + $1.1) })
    falling = pairs.map { $0.0 + $0.1 > 0 ? $0.0 / ($0.0 + $0.1) : 0 }
  }

  /// One draw.
  public func draw(_ stream: inout RandomStream) -> Double {
    let i = stretches.draw(&stream)
    let isFalling = stream.uniform() < falling[i]
    let (a, b) = (stream.uniform(), stream.uniform())
    return starts[i] + widths[i] * (isFalling ? min(a, b) : max(a, b))
  }
}
