import Photonics
import Testing

@Suite("Planar stacks that cannot be")
struct PlanarErrorTests {
  @Test func indicesBelowOne() {
    #expect(throws: PlanarStackError.indexBelowOne(found: 0.2, medium: "layer 2")) {
      try PlanarStack(
        indexAbove: 1,
        layers: [Planar.titania, .init(thicknessNanometers: 50, refractiveIndex: 0.2)], indexBelow: 1.5)
    }
    #expect(throws: PlanarStackError.indexBelowOne(found: 0, medium: "lower half space")) {
      try PlanarStack(indexAbove: 1, indexBelow: 0)
    }
    #expect(throws: PlanarStackError.self) { try PlanarStack(indexAbove: .nan, indexBelow: 1.5) }
  }

  @Test func lengthsThatAreNone() throws {
    #expect(throws: PlanarStackError.invalidThickness(nanometers: -1, medium: "layer 1")) {
      try PlanarStack(indexAbove: 1, layers: [.init(thicknessNanometers: -1, refractiveIndex: 2)], indexBelow: 1.5)
    }
    let glass = try PlanarStack(indexAbove: 1, indexBelow: 1.5)
    #expect(throws: PlanarStackError.invalidDistance(nanometers: -5)) {
      try PlanarDipole(above: glass, distanceNanometers: -5, wavelengthNanometers: 610)
    }
    #expect(throws: PlanarStackError.invalidWavelength(nanometers: 0)) {
      try PlanarDipole(above: glass, distanceNanometers: 5, wavelengthNanometers: 0)
    }
    #expect(throws: PlanarStackError.invalidWavelength(nanometers: -610)) {
      try glass.guidedModes(wavelengthNanometers: -610)
    }
  }

  @Test func aperturesThatNothingFits() throws {
    let dipole = try Planar.dipole(5, on: 1.5)
    #expect(throws: PlanarStackError.invalidAperture(found: 1.4, index: 1)) {
      try dipole.collectedRate(numericalAperture: 1.4)
    }
    #expect(throws: PlanarStackError.invalidAperture(found: 0, index: 1)) {
      try dipole.collectedShare(numericalAperture: 0)
    }
  }

  @Test func everyErrorIsOneSentence() {
    let errors: [PlanarStackError] = [
      .indexBelowOne(found: 0.2, medium: "layer 2"), .invalidThickness(nanometers: -1, medium: "layer 1"),
      .invalidDistance(nanometers: -5), .invalidWavelength(nanometers: 0), .invalidAperture(found: 1.4, index: 1),
      .invalidAperture(found: 0, index: 1),
    ]
    for error in errors {
      let text = error.description
      #expect(!text.hasSuffix(".") && !text.contains(". ") && text.contains(","))
    }
    #expect(
      PlanarStackError.invalidAperture(found: 1.4, index: 1).description
        == "a numerical aperture of 1.4 exceeds the index 1.0 of the medium before the objective, "
        + "where light at 90° to the axis has 1.0")
  }
}
