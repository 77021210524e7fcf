internal import Glibc

/// The electric field of a plane wave of amplitude 1 that falls from the cover onto the layers of a cross-section, film and
/// substrate, as if there were neither strip nor guide: exp(i k₀(ux + sz)) times a function of y.
struct LayerPlaneWave: Sendable {
  private let k0, u: Double
  /// The film's upper surface, in nanometres.
  private let surface: Double
  /// Wavenumbers along y over the vacuum's, in cover and substrate.
  private let above: Double
  private let below: Complex
  /// x, y, z of the wave that falls, of that returned by the surface, and of that at the substrate's surface.
  private let incident, reflected, transmitted: [Complex]

  init(_ polarization: PlanarStack.Polarization, u: Double, s: Double, crossSection: CrossSection, wavelength: Double) {
    k0 = 2 * .pi / wavelength
    self.u = u
    surface = crossSection.stripBottomNanometers
    let along = hypot(u, s)
    let (cover, substrate) = (crossSection.coverIndex, crossSection.substrateIndex)
    above = (cover * cover - along * along).squareRoot()
    below = Complex(substrate * substrate - along * along).outgoingRoot
    let stack = PlanarStack(
      cover: cover,
      film: crossSection.film.map { .init(thicknessNanometers: $0.thicknessNanometers, refractiveIndex: $0.index) },
      substrate: substrate)
    let response = stack.response(polarization, transverse: Complex(along), wavenumber: k0)
    // Directions along and across the transverse wavenumber
    let (a, b) = along > 0 ? (u / along, s / along) : (1, 0)
    switch polarization {
    case .s:
      let across = [-b, 0, a]
      incident = across.map { Complex($0) }
      reflected = across.map { $0 * response.reflected }
      transmitted = across.map { $0 * response.transmitted }
    case .p:
      // From a magnetic field of amplitude n across the plane of incidence: E = −k × H/ε, the wave falling along −y
      /// The electric field of a wave of magnetic amplitude `h` that travels along y with wavenumber `v`.
      func electric(_ h: Complex, _ v: Complex, _ index: Double) -> [Complex] {
        let scale = (cover / (index * index)) * h
        let tangential = scale * v
        return [a * tangential, -(along * scale), b * tangential]
      }
      incident = electric(.one, Complex(-above), cover)
      reflected = electric(response.reflected, Complex(above), cover)
      transmitted = electric(response.transmitted, -below, substrate)
    }
  }

  /// One component, 0 to 2, at a point in the cover, or in the substrate (nanometres).
  func component(_ c: Int, x: Double, y: Double) -> Complex {
    let sideways = Complex(cos(k0 * u * x), sin(k0 * u * x))
    if y < 0 {
      return sideways * transmitted[c] * Complex.exponentialOfI(times: (-k0 * y) * below)
    }
    let phase = k0 * above * (y - surface)
    return sideways
      * (incident[c] * Complex(cos(phase), -sin(phase)) + reflected[c] * Complex(cos(phase), sin(phase)))
  }

  /// All components at a point in the cover, or in the substrate (nanometres).
  func electric(x: Double, y: Double) -> (Complex, Complex, Complex) {
    (component(0, x: x, y: y), component(1, x: x, y: y), component(2, x: x, y: y))
  }
}

extension PlanarStack {
  /// The layers of a cross-section, whose parts were checked before.
  fileprivate init(cover: Double, film: Layer?, substrate: Double) {
    self.init(uncheckedAbove: cover, layers: film.map { [$0] } ?? [], below: substrate)
  }
}
