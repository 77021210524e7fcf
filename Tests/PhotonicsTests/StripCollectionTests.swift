import Photonics
import Testing

@Suite("What an objective collects near a strip")
struct StripCollectionTests {
  @Test("above flat layers it is the angular spectrum", arguments: [0.5, 0.95, 1])
  func flatLayers(aperture: Double) throws {
    for film in [nil, CrossSection.Film(thicknessNanometers: 175, index: 2.2)] {
      let section = CrossSection(substrateIndex: 1.5, film: film)
      let point = GridSpacing.Point(x: 0, y: section.surface(atX: 0) + 12)
      let rate = try StripDipole(section, wavelengthNanometers: 610, at: point, spacing: StripDipoleTests.rough)
        .collectedRate(numericalAperture: aperture, threads: 2)
      let layers = film.map { [PlanarStack.Layer(thicknessNanometers: $0.thicknessNanometers, refractiveIndex: 2.2)] }
      let exact = try Planar.dipole(12, layers ?? [], on: 1.5).collectedRate(numericalAperture: aperture)
      #expect(abs(rate.x - exact.parallel) < 1e-6)
      #expect(abs(rate.y - exact.perpendicular) < 1e-6)
      #expect(abs(rate.z - exact.parallel) < 1e-6)
    }
  }

  /// A strip in vacuum, turned upside down for the light that leaves downwards: up + down + guided = total. The far field,
  /// the contour and the mode solver share no integral. Two percent: the grid's cells of 10 nm.
  @Test(.thorough) func energyBalance() throws {
    let section = CrossSection(
      substrateIndex: 1, strip: .init(widthNanometers: 190, heightNanometers: 175, index: 2.2))
    let above = StripDipole(
      section, wavelengthNanometers: 610, at: .init(x: 0, y: 190), spacing: StripDipoleTests.rough)
    let below = StripDipole(
      section, wavelengthNanometers: 610, at: .init(x: 0, y: -15), spacing: StripDipoleTests.rough)
    let total = try above.totalRate(threads: 2)
    let up = try above.collectedRate(numericalAperture: 1, points: 10, threads: 2)
    let down = try below.collectedRate(numericalAperture: 1, points: 10, threads: 2)
    var spacing = StripDipoleTests.rough
    spacing.margins = .init(side: 2000, below: 2000, above: 2000)
    spacing.focus = [above.point]
    let sum = try ModeSolver(section, wavelengthNanometers: 610, spacing: spacing).modes(4)
      .map { try $0.dipoleRate(at: above.point) }.reduce(up + down, +)
    #expect(abs(sum.x / total.x - 1) < 0.02)
    #expect(abs(sum.y / total.y - 1) < 0.02)
    #expect(abs(sum.z / total.z - 1) < 0.02)
  }

  /// Another code's plane-wave spectrum 5 nm above the published device: 0.309, 0.231, 0.347; on glass that code is one to
  /// two percent above the analytic figure, ours exact.
  @Test(.thorough) func publishedDevice() throws {
    let rate = try StripDipole(
      Guides.hybrid, wavelengthNanometers: 610, at: .init(x: 0, y: 180), spacing: StripDipoleTests.quick
    ).collectedRate(numericalAperture: 0.95, points: 5, threads: 2)
    #expect(abs(rate.x / 0.309 - 1) < 0.04)
    #expect(abs(rate.y / 0.231 - 1) < 0.04)
    #expect(abs(rate.z / 0.347 - 1) < 0.05)
  }
}
