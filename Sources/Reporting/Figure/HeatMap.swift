extension Figure {
  /// A number for every cell of a grid, shown as its colour, with a colour bar beside the panel. It lies behind the series
  /// of its panel.
  ///
  ///     var figure = Figure(x: .init("x", unit: "µm"), y: .init("y", unit: "µm"))
  ///     figure.panels[0].heatMap = .init(x: 0...10, columns: 20, y: 0...40, rows: 80, values: counts, label: "counts")
  ///     figure.isToScale = true
  public struct HeatMap: Sendable {
    /// The lines between the columns of cells, rising.
    public let xEdges: [Double]
    /// The lines between the rows of cells, rising.
    public let yEdges: [Double]
    /// The numbers, x running fastest, the row of lowest y first. What is not finite stays blank.
    public let values: [Double]
    /// What the colours mean, written beside the colour bar.
    public let label: String
    /// Its unit; empty for a pure number.
    public let unit: String
    /// The numbers at the ends of the colour bar, beyond which the colour stays; nil takes the smallest and the largest
    /// value, and zero in the middle for diverging colours.
    public let range: ClosedRange<Double>?
    /// The colours.
    public let colors: ColorMap

    /// A map over any rectangular grid.
    public init(
      xEdges: [Double], yEdges: [Double], values: [Double], label: String, unit: String = "",
      range: ClosedRange<Double>? = nil, colors: ColorMap = .viridis
    ) {
      precondition(
        xEdges.count > 1 && yEdges.count > 1 && (xEdges.count - 1) * (yEdges.count - 1) == values.count,
        "\(values.count) values for \(xEdges.count) × \(yEdges.count) edges")
      self.xEdges = xEdges
      self.yEdges = yEdges
      self.values = values
      self.label = label
      self.unit = unit
      self.range = range
      self.colors = colors
    }

    /// A map of equal cells.
    public init(
      x: ClosedRange<Double>, columns: Int, y: ClosedRange<Double>, rows: Int, values: [Double], label: String,
      unit: String = "", range: ClosedRange<Double>? = nil, colors: ColorMap = .viridis
    ) {
      func edges(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
        (0...max(1, count)).map {
          range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(max(1, count))
        }
      }
      self.init(
        xEdges: edges(x, columns), yEdges: edges(y, rows), values: values, label: label, unit: unit, range: range,
        colors: colors)
    }

    var columns: Int { xEdges.count - 1 }
    var rows: Int { yEdges.count - 1 }

    /// The numbers at the ends of the colour bar.
    var ends: (low: Double, high: Double) {
      if let range, range.lowerBound < range.upperBound { return (range.lowerBound, range.upperBound) }
      var found = AxisRange(scale: .linear)
      for value in values { found.include(value) }
      let (low, high) = found.usable
      guard colors == .diverging else { return (low, high) }
      let largest = max(abs(low), abs(high))
      return (-largest, largest)
    }

    /// The picture without axes, one pixel for each cell, top row first: for a PNG file of its own.
    public func png() -> [UInt8] {
      IndexedImage(self, width: columns, height: rows, column: { $0 }, row: { rows - 1 - $0 }).png()
    }
  }
}
