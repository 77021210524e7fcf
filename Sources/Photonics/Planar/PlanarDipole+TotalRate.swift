import Glibc

extension PlanarDipole {
  /// The number of points of `totalRate` unless told.
  ///
  /// Absolute error of a rate, measured for stacks of index 1 to 4, layers and distances up to 10 µm: 20 points 1e-4;
  /// 40 points 3e-9; 80 points 1e-12. At 100 µm 80 points give 1e-11, at 1 mm 3e-6.
  public static let defaultContourPoints = 80

  private static let defaultRule = GaussLegendre(count: defaultContourPoints)

  /// The total decay rate over the free-space rate: all that is radiated and guided, upwards and downwards.
  ///
  /// Chance, Prock and Silbey, Adv. Chem. Phys. 37, 1 (1978), in the form of Novotny and Hecht, Principles of
  /// Nano-Optics (2006), chapter 10, with s = k∥/k₁ and s_z = √(1 − s²):
  ///
  ///     Γ⊥/Γ₁ = 1 + 3/2 Re ∫ s³/s_z r_p e^(2ik₁ds_z) ds
  ///     Γ∥/Γ₁ = 1 + 3/4 Re ∫ s/s_z (r_s − s_z² r_p) e^(2ik₁ds_z) ds
  ///
  /// where Γ₁ = n₁ Γ₀ is the rate in the dipole's own medium. The path leaves the real axis through the fourth quadrant
  /// on half an ellipse (Paulus, Gay-Balmaz and Martin, Phys. Rev. E 62, 5797 (2000)), below all branch points and poles
  /// of guided modes, and ends on the real axis beyond the largest index: from there on the integrand of a lossless stack
  /// is imaginary, at d = 0 as well. The integrand is analytic on the path, so Gauss–Legendre converges exponentially.
  ///
  /// - Parameter contourPoints: 1 or more; `defaultContourPoints` says what they give.
  public func totalRate(contourPoints: Int = Self.defaultContourPoints) -> RateOverFreeSpace {
    let rule =
      contourPoints == Self.defaultContourPoints ? Self.defaultRule : GaussLegendre(count: contourPoints)
    let index = stack.indexAbove
    let halfAxis = (stack.largestIndex + 0.3) / 2
    let depth = 0.4 * halfAxis
    var reflected = RateOverFreeSpace.zero
    for (node, weight) in zip(rule.nodes, rule.weights) {
      let angle = (node + 1) * .pi / 2
      let (sine, cosine) = (sin(angle), cos(angle))
      let transverse = Complex(halfAxis * (1 - cosine), -depth * sine)
      let step = (weight * .pi / 2) * Complex(halfAxis * sine, -depth * cosine)
      let square = transverse * transverse
      let normalSquare = Complex(index * index) - square
      let normal = normalSquare.outgoingRoot
      let echo = Complex.exponentialOfI(times: 2 * wavenumber * distanceNanometers * normal)
      let s = stack.response(.s, transverse: transverse, wavenumber: wavenumber).reflected
      let p = (1 / (index * index)) * stack.response(.p, transverse: transverse, wavenumber: wavenumber).reflected
      let common = transverse / normal * echo * step
      reflected.perpendicular += 1.5 * (square * p * common).real
      reflected.parallel += 0.75 * ((s - normalSquare * p) * common).real
    }
    return RateOverFreeSpace(perpendicular: index, parallel: index) + reflected
  }
}
