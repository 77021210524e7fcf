import Glibc
import Photonics
import Testing

@Suite("Guided modes of planar stacks")
struct PlanarModeTests {
  struct Slab: Sendable {
    let above: Double
    let film: Double
    let below: Double
    let thickness: Double
    let modes: [String: Double]
    var groups: [String: Double] = [:]

    var stack: PlanarStack {
      get throws {
        try PlanarStack(
          indexAbove: above, layers: [.init(thicknessNanometers: thickness, refractiveIndex: film)], indexBelow: below)
      }
    }
  }

  /// Effective indices to 1e-8 and group indices to 1e-3, from the analytic dispersion equation in an independent
  /// program (Brent's method to 1e-14; central differences over ±0.5 nm).
  static let slabs = [
    Slab(
      above: 1, film: 2.2, below: 1.5, thickness: 175, modes: ["TE0": 1.9378491920849754, "TM0": 1.7628362087654947],
      groups: ["TE0": 2.251198517227551, "TM0": 2.332723052347301]),
    Slab(
      above: 1, film: 2.2, below: 1.57, thickness: 175, modes: ["TE0": 1.9440640220112448, "TM0": 1.7874542413229577],
      groups: ["TE0": 2.244379759951478, "TM0": 2.295890352783209]),
    Slab(
      above: 1, film: 1.57, below: 1.5, thickness: 2000,
      modes: [
        "TE0": 1.5643542238549117, "TE1": 1.5475108871055665, "TE2": 1.5201555281840782, "TM0": 1.5640191300011599,
        "TM1": 1.5462424945883189, "TM2": 1.517742319658289,
      ], groups: ["TE0": 1.5741935777024256, "TM0": 1.5747380833705906]),
    Slab(
      above: 1, film: 2.2, below: 1, thickness: 190,
      modes: [
        "TE0": 1.9408018944113714, "TE1": 1.1325714445760147, "TM0": 1.7016198844273869, "TM1": 1.0102503994400953,
      ], groups: ["TE0": 2.2833538705513625, "TM0": 2.582231858016483]),
  ]

  @Test(arguments: slabs)
  func agreeWithTheReferenceValues(_ slab: Slab) throws {
    let modes = try slab.stack.guidedModes(wavelengthNanometers: 610)
    #expect(Set(modes.map(\.name)) == Set(slab.modes.keys))
    for mode in modes {
      #expect(abs(mode.effectiveIndex - slab.modes[mode.name]!) < 1e-8)
      if let group = slab.groups[mode.name] { #expect(abs(mode.groupIndex - group) < 1e-3) }
    }
    #expect(modes.map(\.effectiveIndex) == modes.map(\.effectiveIndex).sorted(by: >))
  }

  /// The textbook's equation, κt = mπ + arctan(γ₁/κ) + arctan(γ₂/κ) with each γ times the ratio of n² for TM.
  @Test(arguments: slabs)
  func solveTheAnalyticDispersionEquation(_ slab: Slab) throws {
    for mode in try slab.stack.guidedModes(wavelengthNanometers: 610) {
      let n = mode.effectiveIndex
      let kappa = (slab.film * slab.film - n * n).squareRoot()
      func phase(_ index: Double) -> Double {
        let ratio = mode.polarization == .s ? 1 : slab.film * slab.film / (index * index)
        return atan2(ratio * (n * n - index * index).squareRoot(), kappa)
      }
      let residual =
        kappa * slab.thickness * 2 * .pi / 610 - Double(mode.order) * .pi - phase(slab.above) - phase(slab.below)
      #expect(abs(residual) < 1e-10)
    }
  }

  @Test(arguments: slabs)
  func groupIndicesAreTheSlopeOfTheDispersion(_ slab: Slab) throws {
    let step = 0.01
    let (shorter, longer) = try (
      slab.stack.guidedModes(wavelengthNanometers: 610 - step), slab.stack.guidedModes(wavelengthNanometers: 610 + step)
    )
    for mode in try slab.stack.guidedModes(wavelengthNanometers: 610) {
      let a = shorter.first { $0.name == mode.name }!.effectiveIndex
      let b = longer.first { $0.name == mode.name }!.effectiveIndex
      #expect(abs(mode.groupIndex - (mode.effectiveIndex - 610 * (b - a) / (2 * step))) < 1e-6)
    }
  }

  /// Cutting a layer in two, or a layer of the substrate's index, changes neither indices nor rates.
  @Test func manyLayersAgreeWithOne() throws {
    let whole = try Planar.dipole(5, [Planar.titania], on: 1.5).guidedEmission
    let halves = [60.0, 115].map { PlanarStack.Layer(thicknessNanometers: $0, refractiveIndex: 2.2) }
    let glass = PlanarStack.Layer(thicknessNanometers: 900, refractiveIndex: 1.5)
    for layers in [halves, halves + [glass]] {
      let emission = try Planar.dipole(5, layers, on: 1.5).guidedEmission
      #expect(emission.count == whole.count)
      for (a, b) in zip(emission, whole) {
        #expect(abs(a.mode.effectiveIndex - b.mode.effectiveIndex) < 1e-12)
        #expect(abs(a.mode.groupIndex - b.mode.groupIndex) < 1e-11)
        #expect(abs(a.rate.averaged - b.rate.averaged) < 1e-11)
      }
    }
  }

  /// Two equal films in glass: modes in pairs that split as e^(−γ gap) and together take what the mode of one film does.
  @Test(arguments: [(600.0, 2e-5), (1000, 1e-7), (1500, 1e-6)])
  func coupledFilmsShareTheModeOfOne(gap: Double, tolerance: Double) throws {
    let film = PlanarStack.Layer(thicknessNanometers: 175, refractiveIndex: 2.2)
    let spacer = PlanarStack.Layer(thicknessNanometers: gap, refractiveIndex: 1.5)
    let alone = try Planar.dipole(5, above: 1.5, [film], on: 1.5).guidedEmission
    let pair = try Planar.dipole(5, above: 1.5, [film, spacer, film], on: 1.5).guidedEmission
    #expect(pair.count == 2 * alone.count)
    for polarization in PlanarStack.Polarization.allCases {
      let one = alone.first { $0.mode.polarization == polarization }!
      let two = pair.filter { $0.mode.polarization == polarization }
      #expect(abs(two[0].mode.effectiveIndex + two[1].mode.effectiveIndex - 2 * one.mode.effectiveIndex) < tolerance)
      #expect(abs(two[0].rate.averaged + two[1].rate.averaged - one.rate.averaged) < tolerance)
    }
  }

  @Test func withoutADenserLayerNothingIsGuided() throws {
    #expect(try Planar.dipole(5, on: 1.5).guidedEmission.isEmpty)
    let thin = PlanarStack.Layer(thicknessNanometers: 10, refractiveIndex: 2.2)
    #expect(try Planar.dipole(5, [thin], on: 1.5).guidedEmission.isEmpty)
  }
}
