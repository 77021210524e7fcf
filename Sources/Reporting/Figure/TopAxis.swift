extension Figure {
  /// A second scale along the upper edge, for the same places in other units: photon energy over wavelength.
  public struct TopAxis: Sendable {
    /// The quantity and its unit, as on ``Axis``.
    public var label: String
    /// Empty for a pure number.
    public var unit: String
    /// The place of each tick on the horizontal axis, and the words at it.
    public var ticks: [(place: Double, label: String)]

    /// A scale with ticks of the caller's choice.
    public init(label: String, unit: String, ticks: [(place: Double, label: String)]) {
      self.label = label
      self.unit = unit
      self.ticks = ticks
    }

    /// Pixels it takes above the first panel.
    static let height = 40.0

    /// The line, ticks and words above a panel.
    func svg(over frame: Frame, x: Projection) -> String {
      var data = "M\(coordinate(frame.x)),\(coordinate(frame.y))H\(coordinate(frame.right))"
      var words = ""
      var end = -Double.infinity
      for tick in ticks.sorted(by: { $0.place < $1.place }) {
        guard let pixel = x.pixel(tick.place), pixel >= frame.x - 0.5, pixel <= frame.right + 0.5 else { continue }
        data += "M\(coordinate(pixel)),\(coordinate(frame.y))v-5"
        let half = textWidth(tick.label, size: Style.tickSize) / 2
        if pixel - half < end + 4 { continue }
        end = pixel + half
        words += svgText(tick.label, x: pixel, y: frame.y - 8, size: Style.tickSize, anchor: "middle")
      }
      return svgStroke(data, color: Style.axis, width: 1) + words
        + svgText(
          unit.isEmpty ? label : "\(label) (\(unit))", x: frame.x + frame.width / 2, y: frame.y - 25,
          size: Style.labelSize, anchor: "middle")
    }
  }
}
