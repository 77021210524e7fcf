import Bench
import CGSL
import Light
import Testing

@Suite("Rasters, spots and shapes of a scan")
struct ScanGeometryTests {
  @Test func pixelsCoverTheFieldWithBothEnds() {
    let raster = RasterScan(widthMicrometers: 10, heightMicrometers: 40, stepMicrometers: 0.5, dwellSeconds: 0.02)
    #expect(raster.columns == 21 && raster.rows == 81)
    let last = raster.place(of: raster.pixel(ofVisit: raster.pixelCount - 1))
    #expect(last == SamplePlace(xMicrometers: 10, yMicrometers: 40))
    // A step that is no binary fraction.
    #expect(RasterScan(widthMicrometers: 1, heightMicrometers: 1, stepMicrometers: 0.1, dwellSeconds: 1).columns == 11)
  }

  @Test(arguments: RasterScan.Order.allCases)
  func everyPixelOnceInOrderOfTime(_ order: RasterScan.Order) {
    let raster = RasterScan(
      widthMicrometers: 3, heightMicrometers: 2, stepMicrometers: 1, dwellSeconds: 0.5, order: order,
      flyBackSeconds: 0.25)
    let indices = (0..<raster.pixelCount).map { raster.index(of: raster.pixel(ofVisit: $0)) }
    #expect(Set(indices).count == 12)
    #expect(Array(indices[4..<8]) == (order == .serpentine ? [7, 6, 5, 4] : [4, 5, 6, 7]))
    #expect(raster.startSeconds(ofVisit: 3) == 1.5)
    #expect(raster.startSeconds(ofVisit: 4) == 2.25)
    #expect(raster.durationSeconds == 6.5)
  }

  /// The closed form against a sum over the plane of shape times spot.
  @Test(arguments: [
    LuminousShape.band(centerMicrometers: 1, widthMicrometers: 0.72),
    .rectangle(center: SamplePlace(xMicrometers: 1, yMicrometers: -0.5), widthMicrometers: 0.28, lengthMicrometers: 2),
    .uniform,
  ])
  func shapesAreConvolvedWithTheSpot(_ shape: LuminousShape) {
    let spot = GaussianSpot(fwhmMicrometers: 0.6)
    func isInside(_ x: Double, _ y: Double) -> Bool {
      switch shape {
      case .uniform: true
      case .band(let center, let width): abs(x - center) < width / 2
      case .rectangle(let center, let width, let length):
        abs(x - center.xMicrometers) < width / 2 && abs(y - center.yMicrometers) < length / 2
      }
    }
    func light(_ place: SamplePlace) -> Double {
      let step = 0.02
      var sum = 0.0
      // Edges of the shapes lie between the midpoints.
      for i in -150..<150 {
        for j in -150..<150 {
          let (dx, dy) = ((Double(i) + 0.5) * step, (Double(j) + 0.5) * step)
          guard isInside(place.xMicrometers + dx, place.yMicrometers + dy) else { continue }
          sum += gsl_sf_exp(-4 * 0.6931471805599453 * (dx * dx + dy * dy) / 0.36)
        }
      }
      return sum
    }
    let center = SamplePlace(xMicrometers: 1, yMicrometers: -0.5)
    for (x, y) in [(1.0, -0.5), (1.1, 0.3), (0.5, 0.5), (1.6, -1.4), (0.0, 1.0)] {
      let place = SamplePlace(xMicrometers: x, yMicrometers: y)
      let expected = light(place) / light(center)
      #expect(abs(shape.relativeLight(at: place, spot: spot) - expected) < 0.01 * expected + 1e-4, "(\(x), \(y))")
    }
  }

  @Test func twoSpotsMultiply() {
    let (a, b) = (GaussianSpot(fwhmMicrometers: 0.6), GaussianSpot(fwhmMicrometers: 0.8))
    let product = a.relativeIntensity(squaredDistance: 0.2) * b.relativeIntensity(squaredDistance: 0.2)
    #expect(abs(a.times(b).relativeIntensity(squaredDistance: 0.2) - product) < 1e-15)
    #expect(abs(a.relativeIntensity(squaredDistance: 0.09) - 0.5) < 1e-15)
  }
}
