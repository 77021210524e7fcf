import Glibc
import Photonics
import Testing

@Suite("Total rate at a planar stack")
struct PlanarTotalRateTests {
  @Test(arguments: Planar.totals)
  func agreesWithTheReferenceValues(_ reference: Planar.Total) throws {
    let rate = try Planar.dipole(reference.distance, reference.layers, on: reference.substrate).totalRate()
    #expect(abs(rate.perpendicular - reference.perpendicular) < 1e-8)
    #expect(abs(rate.parallel - reference.parallel) < 1e-8)
  }

  /// Closed form of the integrals for a dipole on one interface, by partial fractions at Brewster's angle; as Lukosz and
  /// Kunz, J. Opt. Soc. Am. 67, 1607 (1977), have it in another form. Exact for any n.
  private func onInterface(_ n: Double) -> RateOverFreeSpace {
    let e = n * n
    let y2 = 1 / (e + 1)
    let z2 = e * e / (e + 1)
    // Principal values of ∫ dy/(y² − y₀²) from 0 to 1 and of ∫ dz/(z² − z₀²) from 0 to n
    let ly = log(abs((1 - y2.squareRoot()) / (1 + y2.squareRoot()))) / (2 * y2.squareRoot())
    let lz = log(abs((n - z2.squareRoot()) / (n + z2.squareRoot()))) / (2 * z2.squareRoot())
    let a = 2 * (-1.0 / 3 + (1 - y2) + y2 * (1 - y2) * ly)
    let b = 2 * (-n * e / 3 + (e - z2) * n + z2 * (e - z2) * lz)
    let c = 2 * (n * e / 3 + (1 - e + z2) * n + z2 * (1 - e + z2) * lz)
    let d = 2 * (1.0 / 3 + (e - 1 + y2) + y2 * (e - 1 + y2) * ly)
    return RateOverFreeSpace(
      perpendicular: 1.5 * e / (e * e - 1) * (e * a - b),
      parallel: (n * e - 1) / (2 * (e - 1)) + 0.75 / (e * e - 1) * (e * c - d))
  }

  @Test(arguments: [1.1, 1.33, 1.5, 1.57, 2.2, 3.5])
  func onASingleInterfaceItIsTheClosedForm(n: Double) throws {
    let exact = onInterface(n)
    let rate = try Planar.dipole(0, on: n).totalRate()
    #expect(abs(rate.perpendicular - exact.perpendicular) < 1e-10)
    #expect(abs(rate.parallel - exact.parallel) < 1e-10)
  }

  @Test func withoutContrastItIsTheFreeSpaceRateTimesTheIndex() throws {
    for n in [1.0, 1.5] {
      let same = PlanarStack.Layer(thicknessNanometers: 300, refractiveIndex: n)
      let rate = try Planar.dipole(20, above: n, [same], on: n).totalRate()
      #expect(abs(rate.perpendicular - n) < 1e-12)
      #expect(abs(rate.parallel - n) < 1e-12)
    }
  }

  /// The two sides of an interface: the tangential field is continuous, the normal one jumps by n², and so do the rates
  /// of a dipole just above and just below (reciprocity).
  @Test func acrossAnInterfaceTheRatesFollowTheFieldsContinuity() throws {
    let stack = try PlanarStack(indexAbove: 1, layers: [], indexBelow: 1.5)
    let above = try PlanarDipole(above: stack, distanceNanometers: 0, wavelengthNanometers: 610).totalRate()
    let below = try PlanarDipole(above: #require(stack.flipped), distanceNanometers: 0, wavelengthNanometers: 610)
      .totalRate()
    #expect(abs(above.parallel - below.parallel) < 1e-10)
    #expect(abs(above.perpendicular - 1.5 * 1.5 * 1.5 * 1.5 * below.perpendicular) < 1e-10)
  }

  /// The field of the image dipole falls as 1/distance.
  @Test func farAwayTheDipoleIsFree() throws {
    let rate = try Planar.dipole(100_000, on: 1.5).totalRate()
    #expect(abs(rate.averaged - 1) < 1e-3)
  }

  @Test func layersOfNoThicknessAndLayersOfTheSubstrateChangeNothing() throws {
    let bare = try Planar.dipole(5, on: 1.5).totalRate()
    let void = PlanarStack.Layer(thicknessNanometers: 0, refractiveIndex: 2.2)
    let more = PlanarStack.Layer(thicknessNanometers: 700, refractiveIndex: 1.5)
    let rate = try Planar.dipole(5, [void, more], on: 1.5).totalRate()
    #expect(abs(rate.perpendicular - bare.perpendicular) < 1e-10)
    #expect(abs(rate.parallel - bare.parallel) < 1e-10)
  }

  /// What the documentation of `defaultContourPoints` promises.
  @Test func theContourConvergesAsDocumented() throws {
    let silicon = PlanarStack.Layer(thicknessNanometers: 220, refractiveIndex: 3.5)
    let thick = PlanarStack.Layer(thicknessNanometers: 10_000, refractiveIndex: 1.57)
    let dipoles = try [
      Planar.dipole(0, on: 1.5), Planar.dipole(5, [Planar.titania, Planar.guide], on: 1.5),
      Planar.dipole(20, [silicon], on: 1.5), Planar.dipole(5, [thick], on: 1.5), Planar.dipole(10_000, on: 1.5),
      Planar.dipole(10, above: 1.5, [Planar.titania], on: 1),
    ]
    for dipole in dipoles {
      let exact = dipole.totalRate(contourPoints: 600)
      for (points, error) in [(20, 1e-4), (40, 3e-9), (80, 1e-12)] {
        let rate = dipole.totalRate(contourPoints: points)
        #expect(abs(rate.perpendicular - exact.perpendicular) < error)
        #expect(abs(rate.parallel - exact.parallel) < error)
      }
    }
  }

  /// Planar Purcell factors against a dipole on glass, three decimals: ion-exchanged guide 1.056, TiO2 film 1.555 and
  /// 1.486 at 5 and 10 nm.
  @Test func purcellFactorsAgainstGlass() throws {
    func averaged(_ distance: Double, _ layers: [PlanarStack.Layer], _ substrate: Double) throws -> Double {
      try Planar.dipole(distance, layers, on: substrate).totalRate().averaged
    }
    let glass5 = try averaged(5, [], 1.5)
    let glass10 = try averaged(10, [], 1.5)
    #expect(abs(try averaged(5, [], 1.57) / glass5 - 1.056) < 5e-4)
    #expect(abs(try averaged(5, [Planar.titania, Planar.guide], 1.5) / glass5 - 1.555) < 5e-4)
    #expect(abs(try averaged(10, [Planar.titania, Planar.guide], 1.5) / glass10 - 1.486) < 5e-4)
  }
}
