internal import Glibc

/// What rough surfaces scatter out of a film's TE modes: the limit of a strip much taller than the wavelength, whose side walls
/// they are, and so an answer to `scatteringLossesPerMicrometre` that needs no grid.
extension SlabGuide {
  /// The share of a TE mode's power that both rough surfaces scatter into radiation, per micrometre, or `nil` if the mode is
  /// cut off: first order (D. Marcuse, Bell Syst. Tech. J. 48, 3187 (1969)), with the film in the way of what is scattered.
  ///
  ///     α = k₀⁴/(8πβ) Σ (n_f² − n_i²)² φ_i² Σ ∫₀^π R(β − n k₀ cos θ) |F_i(θ)|² dθ
  ///
  /// summed over the surfaces i and the half spaces of index n; R is the spectral density, φ_i the mode's field at a surface
  /// with ∫φ² = 1, and F_i the field there of a plane wave of amplitude 1 that falls on the film under θ to it: by reciprocity
  /// what a source there sends that way.
  public func scatteringLossPerMicrometre(_ roughness: WallRoughness, order: Int = 0) -> Double? {
    guard let n = effectiveIndex(.te, order: order) else { return nil }
    let outer = [coverIndex, substrateIndex]
    let film = PlanarStack.Layer(thicknessNanometers: thicknessNanometers, refractiveIndex: filmIndex)
    let rule = GaussLegendre(count: 40)
    let bends = Set([0] + outer.flatMap { [$0, -$0] }).sorted()
    var sum = 0.0
    for (near, far) in [(0, 1), (1, 0)] {
      let stack = PlanarStack(uncheckedAbove: outer[near], layers: [film], below: outer[far])
      for (a, b) in zip(bends, bends.dropFirst()) where a >= -outer[near] && b <= outer[near] {
        for (s, step) in rule.drawnOut(a, b) {
          let response = stack.response(.s, transverse: Complex(abs(s)), wavenumber: wavenumber)
          // dθ = ds/(n sin θ)
          let angle = step / (outer[near] * outer[near] - s * s).squareRoot()
          sum +=
            angle * roughness.spectralDensity(wavenumber * (n - s))
            * (contrastTimesField(outer[near], n)
              * (Complex.one + response.reflected).squaredMagnitude
              + contrastTimesField(outer[far], n) * response.transmitted.squaredMagnitude)
        }
      }
    }
    return wavenumber * wavenumber * wavenumber / (8 * .pi * n) * sum * 1000
  }

  /// The same of a film between equal half spaces by the formula of Lacey and Payne, or `nil` if the half spaces differ or the
  /// mode is cut off (J. P. R. Lacey and F. P. Payne, IEE Proc. J 137, 282 (1990); F. P. Payne and J. P. R. Lacey, Opt. Quantum
  /// Electron. 26, 977 (1994)):
  ///
  ///     α = φ² (n_f² − n_c²)² k₀³/(4π n_f) ∫₀^π R(β − n_c k₀ cos θ) dθ
  ///
  /// What is scattered radiates as if there were no film, and n_f stands where the first order has the effective index: meant
  /// for weak contrast, where it is the loss of one of two walls that know nothing of each other.
  public func payneLaceyLossPerMicrometre(_ roughness: WallRoughness, order: Int = 0) -> Double? {
    guard coverIndex == substrateIndex, let n = effectiveIndex(.te, order: order) else { return nil }
    let rule = GaussLegendre(count: 40)
    var integral = 0.0
    for (node, weight) in zip(rule.nodes, rule.weights) {
      let theta = (node + 1) * .pi / 2
      integral += weight * .pi / 2 * roughness.spectralDensity(wavenumber * (n - coverIndex * cos(theta)))
    }
    return contrastTimesField(coverIndex, n) * wavenumber * wavenumber * wavenumber / (4 * .pi * filmIndex) * integral
      * 1000
  }

  /// 2π/λ, per nanometre.
  private var wavenumber: Double { 2 * .pi / wavelengthNanometers }

  /// (n_f² − n_i²)² φ_i², per nanometre, at the surface to a half space of index `outer`: φ_i² = 2κ²/((κ² + γ_i²) h) with h the
  /// film's thickness and the depths 1/γ to which the field reaches beyond it.
  private func contrastTimesField(_ outer: Double, _ n: Double) -> Double {
    let reach = [coverIndex, substrateIndex].reduce(thicknessNanometers) {
      $0 + 1 / (wavenumber * (n * n - $1 * $1).squareRoot())
    }
    let film = filmIndex * filmIndex
    return 2 * (film - n * n) * (film - outer * outer) / reach
  }
}
