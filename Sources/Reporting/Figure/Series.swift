extension Figure {
  /// One set of numbers in a panel and how it is drawn. Arrays that belong together must be equally long.
  public struct Series: Sendable {
    /// The entry in the legend; nil for none.
    public var label: String?
    /// The colour; nil takes the next one of the palette.
    public var color: Color?
    /// Lines only: drawn in dashes.
    public var isDashed = false
    /// Thickness of lines in pixels.
    public var lineWidth = 1.6
    let shape: Shape

    enum Shape: Sendable {
      case line(x: [Double], y: [Double])
      case steps(edges: [Double], heights: [Double], isFilled: Bool)
      case points(x: [Double], y: [Double], uncertainty: [Double]?)
      case band(x: [Double], lower: [Double]?, upper: [Double])
    }

    private init(_ shape: Shape, _ label: String?, _ color: Color?) {
      self.shape = shape
      self.label = label
      self.color = color
    }

    /// Straight lines from point to point, `x` rising. A number that cannot be shown leaves a gap.
    public static func line(
      x: [Double], y: [Double], label: String? = nil, color: Color? = nil, isDashed: Bool = false
    ) -> Series {
      precondition(x.count == y.count, "\(x.count) x values and \(y.count) y values")
      var series = Series(.line(x: x, y: y), label, color)
      series.isDashed = isDashed
      return series
    }

    /// A histogram: bin i reaches from `edges[i]` to `edges[i + 1]`. On a logarithmic axis an empty bin drops to the
    /// floor of the panel.
    public static func steps(
      edges: [Double], heights: [Double], isFilled: Bool = false, label: String? = nil, color: Color? = nil
    ) -> Series {
      precondition(
        edges.count == heights.count + 1 || heights.isEmpty, "\(edges.count) edges for \(heights.count) bins")
      return Series(.steps(edges: edges, heights: heights, isFilled: isFilled), label, color)
    }

    /// A histogram of equal bins, the first from `start` to `start + width`.
    public static func steps(
      start: Double, width: Double, heights: [Double], isFilled: Bool = false, label: String? = nil,
      color: Color? = nil
    ) -> Series {
      steps(
        edges: (0...heights.count).map { start + Double($0) * width }, heights: heights, isFilled: isFilled,
        label: label, color: color)
    }

    /// Dots, with vertical bars of ± `uncertainty` if that is given.
    public static func points(
      x: [Double], y: [Double], uncertainty: [Double]? = nil, label: String? = nil, color: Color? = nil
    ) -> Series {
      precondition(
        x.count == y.count && x.count == uncertainty?.count ?? x.count,
        "\(x.count) x values, \(y.count) y values, \(uncertainty?.count ?? 0) uncertainties")
      return Series(.points(x: x, y: y, uncertainty: uncertainty), label, color)
    }

    /// A tinted surface between two curves, `x` rising.
    public static func band(
      x: [Double], lower: [Double], upper: [Double], label: String? = nil, color: Color? = nil
    ) -> Series {
      precondition(
        x.count == lower.count && x.count == upper.count,
        "\(x.count) x values, \(lower.count) lower and \(upper.count) upper values")
      return Series(.band(x: x, lower: lower, upper: upper), label, color)
    }

    /// A curve with the surface under it tinted, down to zero (to the floor of a logarithmic panel): for spectra.
    public static func area(x: [Double], y: [Double], label: String? = nil, color: Color? = nil) -> Series {
      precondition(x.count == y.count, "\(x.count) x values and \(y.count) y values")
      return Series(.band(x: x, lower: nil, upper: y), label, color)
    }
  }
}
