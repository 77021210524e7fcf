import RandomStreams

/// Where on the sample a background luminescence comes from: evenly from within the shape.
public enum LuminousShape: Sendable, Hashable {
  /// From everywhere.
  case uniform
  /// From a band along y without ends, such as a waveguide: its middle on the x axis and its width, in micrometres.
  case band(centerMicrometers: Double, widthMicrometers: Double)
  /// From a rectangle such as a strip: its middle, its extents along x and y, in micrometres.
  case rectangle(center: SamplePlace, widthMicrometers: Double, lengthMicrometers: Double)

  /// The light from the shape with a spot at a place, over that with the spot at the middle of the shape: the shape
  /// convolved with the spot.
  public func relativeLight(at place: SamplePlace, spot: GaussianSpot) -> Double {
    let sigma = spot.sigmaMicrometers
    /// The share of a spot's profile along one direction that falls on a stretch.
    func share(_ distance: Double, _ width: Double) -> Double {
      let scale = 1 / (sigma * 1.4142135623730951)
      let (low, high) = ((-width / 2 - distance) * scale, (width / 2 - distance) * scale)
      // Far outside the difference is rounding.
      return max(0, PortableMath.errorFunction(high) - PortableMath.errorFunction(low))
    }
    switch self {
    case .uniform:
      return 1
    case .band(let center, let width):
      return share(place.xMicrometers - center, width) / share(0, width)
    case .rectangle(let center, let width, let length):
      return share(place.xMicrometers - center.xMicrometers, width) / share(0, width)
        * share(place.yMicrometers - center.yMicrometers, length) / share(0, length)
    }
  }
}
