import Photonics
import Testing

@Suite("Reflectance of a planar stack")
struct PlanarReflectanceTests {
  private func reflectance(
    _ polarization: PlanarStack.Polarization, _ above: Double, _ layers: [(nanometers: Double, index: Double)],
    _ below: Double, effectiveIndex: Double
  ) throws -> Double {
    try PlanarStack(
      indexAbove: above,
      layers: layers.map { PlanarStack.Layer(thicknessNanometers: $0.nanometers, refractiveIndex: $0.index) },
      indexBelow: below
    ).reflectance(polarization, effectiveIndex: effectiveIndex, wavelengthNanometers: 610)
  }

  /// Fresnel 1823: ((n − 1)/(n + 1))² straight down, 0 at Brewster's angle for p, 1 beyond the critical angle.
  @Test func singleInterface() throws {
    for polarization in PlanarStack.Polarization.allCases {
      #expect(abs(try reflectance(polarization, 1, [], 1.5, effectiveIndex: 0) - 0.04) < 1e-15)
      #expect(abs(try reflectance(polarization, 1.5, [], 1, effectiveIndex: 1.2) - 1) < 1e-15)
    }
    let brewster = 1.5 / (1 + 1.5 * 1.5).squareRoot()
    #expect(try reflectance(.p, 1, [], 1.5, effectiveIndex: brewster) < 1e-30)
    #expect(try reflectance(.s, 1, [], 1.5, effectiveIndex: brewster) > 0.1)
  }

  /// Quarter-wave pairs at normal incidence: ((n₀ L^2N − n_s H^2N)/(n₀ L^2N + n_s H^2N))² (Born and Wolf, section 1.6.5).
  @Test(arguments: [1, 2, 5, 20])
  func quarterWaveMirror(pairs: Int) throws {
    let (high, low) = (2.2, 1.5)
    let pair = [(nanometers: 610 / (4 * high), index: high), (nanometers: 610 / (4 * low), index: low)]
    let layers = Array(repeatElement(pair, count: pairs).joined())
    let ratio = (0..<2 * pairs).reduce(1.0) { product, _ in product * high / low }
    let amplitude = (1 - 1.45 * ratio) / (1 + 1.45 * ratio)
    for polarization in PlanarStack.Polarization.allCases {
      let found = try reflectance(polarization, 1, layers, 1.45, effectiveIndex: 0)
      #expect(abs(found - amplitude * amplitude) < 1e-12)
    }
  }

  /// Through a gap of air beyond the critical angle light tunnels as e^(−2γd), and through a thick one not at all.
  @Test func frustratedTotalReflection() throws {
    for polarization in PlanarStack.Polarization.allCases {
      func passed(_ gap: Double) throws -> Double {
        1 - (try reflectance(polarization, 1.5, [(gap, 1)], 1.5, effectiveIndex: 1.3))
      }
      // γ = 2π/610 nm √(1.3² − 1) per nm; e^(−2γ · 200 nm)
      #expect(abs(try passed(800) / passed(600) - 0.032633) < 1e-4)
      #expect(abs(try passed(1e6)) < 1e-15)
    }
  }
}
