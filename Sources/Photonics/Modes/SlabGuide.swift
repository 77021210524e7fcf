internal import Glibc

/// A film between two half-spaces, solved exactly: the limit of a very wide strip.
///
/// κh = mπ + atan(η_s γ_s/κ) + atan(η_c γ_c/κ) with κ² = k₀²(n_f² − n²), γ² = k₀²(n² − n_s,c²), η = 1 (TE) or n_f²/n_s,c²
/// (TM): Snyder and Love, Optical Waveguide Theory (1983), section 12-2. The right side minus the left grows with n, so
/// bisection finds the one root.
public struct SlabGuide: Sendable, Hashable {
  /// The indices of film, substrate and cover.
  public var filmIndex, substrateIndex, coverIndex: Double
  /// The film's thickness, in nanometres.
  public var thicknessNanometers: Double
  /// The vacuum wavelength, in nanometres.
  public var wavelengthNanometers: Double

  /// A slab from its indices, thickness and wavelength.
  public init(
    filmIndex: Double, substrateIndex: Double, coverIndex: Double, thicknessNanometers: Double,
    wavelengthNanometers: Double
  ) {
    self.filmIndex = filmIndex
    self.substrateIndex = substrateIndex
    self.coverIndex = coverIndex
    self.thicknessNanometers = thicknessNanometers
    self.wavelengthNanometers = wavelengthNanometers
  }

  /// The effective index of a mode (`order` counts from 0) to 1e-14, or `nil` if it is cut off.
  public func effectiveIndex(_ polarization: Polarization, order: Int) -> Double? {
    var low = max(substrateIndex, coverIndex)
    var high = filmIndex
    guard high > low, mismatch(low, polarization, order) < 0 else { return nil }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if mismatch(middle, polarization, order) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The group index n − λ dn/dλ of a mode without material dispersion, from the derivatives of the dispersion equation,
  /// or `nil` if the mode is cut off.
  public func groupIndex(_ polarization: Polarization, order: Int) -> Double? {
    guard let n = effectiveIndex(polarization, order: order) else { return nil }
    let f = filmIndex * filmIndex
    let kappa = (f - n * n).squareRoot()
    let thickness = 2 * Double.pi / wavelengthNanometers * thicknessNanometers
    // k₀ dn/dk₀ = −(k₀ ∂F/∂k₀)/(∂F/∂n) with F = atan + atan + mπ − κ k₀h
    var slope = n / kappa * thickness
    for outer in [substrateIndex, coverIndex] {
      let o = outer * outer
      let eta = polarization == .te ? 1 : f / o
      let gamma = (n * n - o).squareRoot()
      // d/dn of atan(η γ/κ)
      let u = eta * gamma / kappa
      slope += eta * (n / (gamma * kappa) + gamma * n / (kappa * kappa * kappa)) / (1 + u * u)
    }
    return n + kappa * thickness / slope
  }

  /// The dispersion equation's right side minus its left, which grows with `n`.
  private func mismatch(_ n: Double, _ polarization: Polarization, _ order: Int) -> Double {
    let f = filmIndex * filmIndex
    let kappa = max(0, f - n * n).squareRoot()
    var phase = Double(order) * Double.pi
    for outer in [substrateIndex, coverIndex] {
      let o = outer * outer
      phase += atan2((polarization == .te ? 1 : f / o) * max(0, n * n - o).squareRoot(), kappa)
    }
    return phase - 2 * Double.pi / wavelengthNanometers * thicknessNanometers * kappa
  }
}
