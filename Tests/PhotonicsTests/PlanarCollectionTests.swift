import Photonics
import Testing

@Suite("Collection by an objective above a planar stack")
struct PlanarCollectionTests {
  /// Rates into air within NA 0.95 at 5 nm, over the free-space rate, to 1e-6; same source as `Planar.totals`.
  static let rates: [([PlanarStack.Layer], Double, perpendicular: Double, parallel: Double)] = [
    ([], 1.5, 0.2656527381827846, 0.2119345475183876),
    ([], 1.57, 0.27303047685508625, 0.19994836029207602),
    ([Planar.titania], 1.5, 0.32007079898833335, 0.14431577637873327),
    ([Planar.titania, Planar.guide], 1.5, 0.3223007378664192, 0.14143375010440853),
  ]

  @Test(arguments: 0..<4)
  func ratesAgreeWithTheReferenceValues(_ i: Int) throws {
    let (layers, substrate, perpendicular, parallel) = Self.rates[i]
    let rate = try Planar.dipole(5, layers, on: substrate).collectedRate(numericalAperture: 0.95)
    #expect(abs(rate.perpendicular - perpendicular) < 1e-6)
    #expect(abs(rate.parallel - parallel) < 1e-6)
  }

  /// Averaged shares of the own rate, in per cent with one decimal.
  static let shares: [([PlanarStack.Layer], substrate: Double, distance: Double, percent: Double)] = [
    ([], 1.5, 0, 13.6), ([], 1.5, 5, 14.1), ([], 1.5, 10, 14.7), ([], 1.57, 5, 13.1),
    ([Planar.titania, Planar.guide], 1.5, 5, 8.0), ([Planar.titania, Planar.guide], 1.5, 10, 8.6),
  ]

  @Test(arguments: 0..<6)
  func sharesAgreeWithTheTable(_ i: Int) throws {
    let (layers, substrate, distance, percent) = Self.shares[i]
    let share = try Planar.dipole(distance, layers, on: substrate).collectedShare(numericalAperture: 0.95)
    #expect(abs(100 * share.averaged - percent) < 0.051)
  }

  /// In free space a cone of half angle θ holds 1/2 − 3/4 cos θ + 1/4 cos³θ of a perpendicular dipole's power and
  /// 1/2 − 3/8 cos θ − 1/8 cos³θ of a parallel one's: the dipole patterns sin² and 1 − sin²/2, integrated by hand.
  @Test(arguments: [(1.0, 0.3), (1, 0.95), (1, 1), (1.5, 1.3)])
  func withoutContrastItIsTheShareOfACone(index: Double, aperture: Double) throws {
    let cosine = (1 - aperture * aperture / (index * index)).squareRoot()
    let share = try Planar.dipole(30, above: index, on: index).collectedShare(numericalAperture: aperture)
    let cube = cosine * cosine * cosine
    #expect(abs(share.perpendicular - (0.5 - 0.75 * cosine + 0.25 * cube)) < 1e-11)
    #expect(abs(share.parallel - (0.5 - 0.375 * cosine - 0.125 * cube)) < 1e-11)
    #expect(abs(share.averaged - (1 - cosine) / 2) < 1e-11)
  }

  @Test func sharesAndRatesAreTwoThings() throws {
    let dipole = try Planar.dipole(5, [Planar.titania], on: 1.5)
    let rate = try dipole.collectedRate(numericalAperture: 0.95)
    let share = try dipole.collectedShare(numericalAperture: 0.95)
    let total = dipole.totalRate()
    #expect(share.perpendicular == rate.perpendicular / total.perpendicular)
    #expect(share.averaged == rate.averaged / total.averaged)
    #expect(rate.averaged > 2 * share.averaged)
    #expect(abs(rate.tilted(cosine: 1) - rate.perpendicular) < 1e-15)
    #expect(abs(rate.tilted(cosine: (1.0 / 3).squareRoot()) - rate.averaged) < 1e-15)
  }
}
