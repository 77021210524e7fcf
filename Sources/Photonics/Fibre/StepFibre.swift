internal import CGSL

/// A round core in an endless cladding, solved exactly: a nanofibre if the cladding is air.
public struct StepFibre: Sendable, Hashable {
  /// The indices of core and cladding.
  public var coreIndex, claddingIndex: Double
  /// The core's radius, in nanometres.
  public var radiusNanometers: Double
  /// The vacuum wavelength, in nanometres.
  public var wavelengthNanometers: Double

  /// A fibre from its indices, radius and wavelength.
  public init(coreIndex: Double, claddingIndex: Double, radiusNanometers: Double, wavelengthNanometers: Double) {
    self.coreIndex = coreIndex
    self.claddingIndex = claddingIndex
    self.radiusNanometers = radiusNanometers
    self.wavelengthNanometers = wavelengthNanometers
  }

  /// The effective index of the fundamental mode HE11 to 1e-12, or `nil` if the core's index is not above the cladding's,
  /// or the mode is so weakly held that it does not differ from the cladding's index.
  ///
  /// With u² = k₀²a²(n₁² − n²), w² = k₀²a²(n² − n₂²) and κ = K₁′(w)/(w K₁(w)):
  ///
  ///     J₀(u)/(u J₁(u)) = −(n₁² + n₂²)/(2n₁²) κ + 1/u² − √[((n₁² − n₂²)/(2n₁²) κ)² + (n/n₁)² (1/u² + 1/w²)²]
  ///
  /// (Le Kien, Liang, Hakuta and Balykin, Opt. Commun. 242, 445 (2004), eq. 1; Snyder and Love, Optical Waveguide Theory
  /// (1983), table 12-4.) HE11 is its one root below the first zero of J₀, found by bisection.
  public var fundamentalIndex: Double? {
    guard coreIndex > claddingIndex else { return nil }
    let v =
      2 * Double.pi / wavelengthNanometers * radiusNanometers
      * (coreIndex * coreIndex - claddingIndex * claddingIndex).squareRoot()
    // u between these; the mismatch falls from above zero to below
    var low = 0.0
    var high = min(v, 2.404825557695773)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if mismatch(middle, v) > 0 { low = middle } else { high = middle }
    }
    let u = (low + high) / 2
    let n = index(u, v)
    return u < v && n > claddingIndex ? n : nil
  }

  /// n from u.
  private func index(_ u: Double, _ v: Double) -> Double {
    let share = u * u / (v * v)
    return (coreIndex * coreIndex - share * (coreIndex * coreIndex - claddingIndex * claddingIndex)).squareRoot()
  }

  /// The left side of the dispersion equation less the right, times u²: it falls with u.
  private func mismatch(_ u: Double, _ v: Double) -> Double {
    let w = (v * v - u * u).squareRoot()
    guard w > 1e-8 else { return -1 }
    let (core, cladding) = (coreIndex * coreIndex, claddingIndex * claddingIndex)
    let kappa = -(gsl_sf_bessel_K0_scaled(w) / gsl_sf_bessel_K1_scaled(w) + 1 / w) / w
    let ratio = index(u, v) / coreIndex * (1 / (u * u) + 1 / (w * w))
    let contrast = (core - cladding) / (2 * core) * kappa
    let right =
      -(core + cladding) / (2 * core) * kappa + 1 / (u * u) - (contrast * contrast + ratio * ratio).squareRoot()
    return (gsl_sf_bessel_J0(u) / (u * gsl_sf_bessel_J1(u)) - right) * u * u
  }
}
