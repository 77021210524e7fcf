import Photonics
import Testing

@Suite("Energy balance of a dipole above a planar stack")
struct PlanarEnergyTests {
  static let cases: [(name: String, above: Double, layers: [PlanarStack.Layer], below: Double)] = [
    ("glass", 1, [], 1.5),
    ("ion-exchanged half space", 1, [], 1.57),
    ("below the surface", 1.5, [], 1),
    ("TiO2 on glass", 1, [Planar.titania], 1.5),
    ("TiO2 on the guide on glass", 1, [Planar.titania, Planar.guide], 1.5),
    ("the guide alone", 1, [Planar.guide], 1.5),
    ("free film", 1, [.init(thicknessNanometers: 190, refractiveIndex: 2.2)], 1),
    ("TiO2 under glass", 1.5, [Planar.titania], 1),
    ("silicon on oxide", 1, [.init(thicknessNanometers: 220, refractiveIndex: 3.5)], 1.45),
    (
      "two films", 1,
      [Planar.titania, .init(thicknessNanometers: 400, refractiveIndex: 1.45), Planar.titania], 1.45
    ),
    ("antireflection coating", 1, [.init(thicknessNanometers: 125, refractiveIndex: 1.22)], 1.5),
  ]

  /// Contour total = radiated up + radiated down + guided, each by its own calculation; required to 3e-3, found to 1e-14.
  @Test(arguments: 0..<11)
  func totalIsUpAndDownAndGuided(_ i: Int) throws {
    let (_, above, layers, below) = Self.cases[i]
    for distance in [0.0, 5, 100, 700] {
      let budget = try Planar.dipole(distance, above: above, layers, on: below).powerBudget
      #expect(abs(budget.unaccounted.perpendicular) < 1e-11 * budget.total.perpendicular)
      #expect(abs(budget.unaccounted.parallel) < 1e-11 * budget.total.parallel)
      #expect(budget.guided.averaged >= 0 && budget.up.averaged > 0 && budget.down.averaged > 0)
    }
  }

  /// A film that leaks into silicon through 3 µm of glass has a resonance too narrow for any quadrature; the balance says
  /// what is missing: the guided modes of the same film on glass for ever.
  @Test func aLeakTooNarrowToSeeIsReported() throws {
    let gap = PlanarStack.Layer(thicknessNanometers: 3000, refractiveIndex: 1.5)
    let budget = try Planar.dipole(5, [Planar.titania, gap], on: 3.5).powerBudget
    let guided = try Planar.dipole(5, [Planar.titania], on: 1.5).powerBudget.guided
    #expect(budget.guided == RateOverFreeSpace(perpendicular: 0, parallel: 0))
    #expect(abs(budget.unaccounted.perpendicular - guided.perpendicular) < 1e-9)
    #expect(abs(budget.unaccounted.parallel - guided.parallel) < 1e-9)
  }
}
