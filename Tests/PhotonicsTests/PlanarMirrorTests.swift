import Glibc
import Photonics
import Testing

@Suite("Dipole above an ideal mirror")
struct PlanarMirrorTests {
  private func dipole(
    _ distance: Double, _ layers: [PlanarStack.Layer] = [], index: Double = 1
  ) throws -> PlanarDipole {
    try PlanarDipole(
      above: .onMirror(indexAbove: index, layers: layers), distanceNanometers: distance, wavelengthNanometers: 610)
  }

  /// On the mirror the image doubles a perpendicular dipole's field and extinguishes a parallel one's.
  @Test func onTheMirror() throws {
    let rate = try dipole(0).totalRate()
    #expect(abs(rate.perpendicular - 2) < 1e-12)
    #expect(abs(rate.parallel) < 1e-12)
  }

  /// The field of the image dipole in closed form, x = 2kd (Chance, Prock and Silbey, Adv. Chem. Phys. 37, 1 (1978)).
  @Test(arguments: [10.0, 100, 305, 1000], [1, 1.5])
  func image(distance: Double, index: Double) throws {
    let rate = try dipole(distance, index: index).totalRate()
    let x = 4 * .pi * index * distance / 610
    let cube = cos(x) / (x * x) - sin(x) / (x * x * x)
    #expect(abs(rate.perpendicular / index - (1 - 3 * cube)) < 1e-10)
    #expect(abs(rate.parallel / index - (1 - 1.5 * (sin(x) / x + cube))) < 1e-10)
  }

  /// Contour total = radiated up + guided, each by its own calculation; nothing passes the mirror.
  @Test func energyBalance() throws {
    for layers in [[], [Planar.titania], [Planar.titania, .init(thicknessNanometers: 300, refractiveIndex: 1.5)]] {
      for distance in [0.0, 5, 300] {
        let budget = try dipole(distance, layers).powerBudget
        #expect(budget.down == RateOverFreeSpace(perpendicular: 0, parallel: 0))
        #expect(abs(budget.unaccounted.perpendicular) < 1e-11)
        #expect(abs(budget.unaccounted.parallel) < 1e-11)
      }
    }
  }

  /// A film on a mirror is half of one twice as thick in free space: TE modes odd about the middle, TM modes whose magnetic field
  /// is even.
  @Test func modesAreHalfThoseOfTheFilmAndItsImage() throws {
    let whole = try PlanarStack(
      indexAbove: 1, layers: [.init(thicknessNanometers: 800, refractiveIndex: 2.2)], indexBelow: 1
    ).guidedModes(wavelengthNanometers: 610)
    let half = try PlanarStack.onMirror(indexAbove: 1, layers: [.init(thicknessNanometers: 400, refractiveIndex: 2.2)])
      .guidedModes(wavelengthNanometers: 610)
    let expected = whole.filter { $0.order % 2 == ($0.polarization == .s ? 1 : 0) }
    #expect(half.count == expected.count && half.count > 3)
    for (a, b) in zip(half, expected) {
      #expect(a.polarization == b.polarization && abs(a.effectiveIndex - b.effectiveIndex) < 1e-12)
      #expect(abs(a.groupIndex - b.groupIndex) < 1e-10)
    }
  }

  @Test func everythingReturns() throws {
    let stack = try PlanarStack.onMirror(indexAbove: 1.5, layers: [Planar.titania])
    for polarization in PlanarStack.Polarization.allCases {
      for index in [0, 0.7, 1.4] {
        let share = stack.reflectance(polarization, effectiveIndex: index, wavelengthNanometers: 610)
        #expect(abs(share - 1) < 1e-12)
      }
    }
    #expect(stack.flipped == nil)
    #expect(throws: PlanarStackError.indexBelowOne(found: 0.5, medium: "upper half space")) {
      try PlanarStack.onMirror(indexAbove: 0.5)
    }
  }
}
