/// A place on the sample, in micrometres from the corner of the scanned field.
public struct SamplePlace: Sendable, Hashable {
  /// Along the lines of the raster.
  public var xMicrometers: Double
  /// Across them.
  public var yMicrometers: Double

  /// A place by its coordinates, in micrometres.
  public init(xMicrometers: Double, yMicrometers: Double) {
    self.xMicrometers = xMicrometers
    self.yMicrometers = yMicrometers
  }

  /// The square of the distance to another place, in µm².
  public func squaredDistance(to other: SamplePlace) -> Double {
    let (dx, dy) = (xMicrometers - other.xMicrometers, yMicrometers - other.yMicrometers)
    return dx * dx + dy * dy
  }
}
