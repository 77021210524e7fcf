import Glibc

/// From the values of one axis to pixels.
struct Projection {
  let scale: Figure.Axis.Scale
  let low: Double
  let high: Double
  /// The pixel of `low`.
  let start: Double
  /// The pixel of `high`; less than `start` on a vertical axis.
  let end: Double

  private let offset: Double
  private let factor: Double

  init(scale: Figure.Axis.Scale, low: Double, high: Double, start: Double, end: Double) {
    self.scale = scale
    self.low = low
    self.high = high
    self.start = start
    self.end = end
    offset = scale == .log ? log10(low) : low
    factor = (end - start) / ((scale == .log ? log10(high) : high) - offset)
  }

  /// The pixel of a value, or nil if the axis cannot show it.
  func pixel(_ value: Double) -> Double? {
    guard canShow(value, on: scale) else { return nil }
    return start + ((scale == .log ? log10(value) : value) - offset) * factor
  }

  /// The pixel of a value, or of the floor of the axis (a little below it) for values a logarithmic axis cannot show.
  func pixelOrFloor(_ value: Double) -> Double? {
    scale == .log && value <= 0 ? start + 5 : pixel(value)
  }

  /// Where areas and filled histograms stand.
  var base: Double { scale == .log ? start + 5 : pixel(0) ?? start }

  func ticks(count: Int) -> Ticks {
    scale == .log ? logTicks(low, high, count: count) : linearTicks(low, high, count: count)
  }
}

/// Whether a value has a place on an axis at all. Beyond 10³⁰⁰ a range could overflow.
func canShow(_ value: Double, on scale: Figure.Axis.Scale) -> Bool {
  value.magnitude <= 1e300 && (scale == .linear || value > 1e-290)
}
