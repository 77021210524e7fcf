extension PlanarDipole {
  /// What an objective in the upper half space collects, over the free-space rate.
  ///
  /// The angular spectrum of the dipole's field, with the interference of the direct and the reflected wave (Lukosz, J.
  /// Opt. Soc. Am. 69, 1495 (1979); Novotny and Hecht 2006, chapter 10):
  ///
  ///     Γ⊥/Γ₁ = 3/4 ∫ s³/s_z |1 + r_p e|² ds      Γ∥/Γ₁ = 3/8 ∫ s/s_z (|1 + r_s e|² + s_z² |1 − r_p e|²) ds
  ///
  /// with e = e^(2ik₁ds_z), from 0 to NA/n₁.
  ///
  /// - Parameter numericalAperture: above 0, at most the index of the upper half space.
  /// - Throws: outside that range.
  public func collectedRate(numericalAperture: Double) throws(PlanarStackError) -> RateOverFreeSpace {
    guard numericalAperture > 0, numericalAperture <= stack.indexAbove else {
      throw .invalidAperture(found: numericalAperture, index: stack.indexAbove)
    }
    return radiatedRate(upTo: numericalAperture, density: densityUp)
  }

  /// What an objective in the upper half space collects, as share of all that the dipole emits.
  ///
  /// - Parameter numericalAperture: above 0, at most the index of the upper half space.
  /// - Throws: outside that range.
  public func collectedShare(numericalAperture: Double) throws(PlanarStackError) -> ShareOfOwnRate {
    try collectedRate(numericalAperture: numericalAperture).share(of: totalRate())
  }

  /// All that is radiated into the upper half space, over the free-space rate.
  public var rateRadiatedUp: RateOverFreeSpace { radiatedRate(upTo: stack.indexAbove, density: densityUp) }

  /// All that is radiated into the lower half space, over the free-space rate: below the critical angle, and beyond it
  /// what leaks through the dipole's near field.
  ///
  /// From the transmitted amplitudes, not from what reflection leaves over, so that the energy balance is a test. A layer
  /// that leaks through a thick gap of low index has resonances too narrow to be seen here;
  /// `PlanarPowerBudget.unaccounted` tells.
  public var rateRadiatedDown: RateOverFreeSpace {
    guard let below = stack.indexBelow else { return .zero }
    return radiatedRate(upTo: below) { densityDown($0, below: below) }
  }

  /// ∫ from 0 to `end` over the transverse wavenumber (over the vacuum's), in pieces between the two branch points, each
  /// with its ends drawn out quadratically so that square roots become smooth.
  private func radiatedRate(upTo end: Double, density: (Double) -> RateOverFreeSpace) -> RateOverFreeSpace {
    let branches = [stack.indexAbove, stack.indexBelow].compactMap(\.self).filter { $0 < end }
    let ends = ([0, end] + branches).sorted()
    var sum = RateOverFreeSpace.zero
    for (a, b) in zip(ends, ends.dropFirst()) where b > a {
      sum =
        sum
        + adaptiveIntegral { t in
          6 * (b - a) * t * (1 - t) * density(a + (b - a) * t * t * (3 - 2 * t))
        }
    }
    return sum
  }

  /// dΓ/du of the wave that leaves upwards with transverse wavenumber u < n₁.
  private func densityUp(_ u: Double) -> RateOverFreeSpace {
    let square = stack.indexAbove * stack.indexAbove
    let normal = (square - u * u).squareRoot()
    guard normal > 0 else { return .zero }
    let path = Complex.exponentialOfI(times: Complex(2 * wavenumber * distanceNanometers * normal))
    let s = path * stack.response(.s, transverse: Complex(u), wavenumber: wavenumber).reflected
    let p = path * stack.response(.p, transverse: Complex(u), wavenumber: wavenumber).reflected
    let tilt = normal * normal / square
    return RateOverFreeSpace(
      perpendicular: 0.75 * u * u * u / (square * normal) * (Complex.one + p).squaredMagnitude,
      parallel: 0.375 * u / normal
        * ((Complex.one + s).squaredMagnitude + tilt * (Complex.one - p).squaredMagnitude))
  }

  /// dΓ/du of the wave that leaves downwards with transverse wavenumber u below the substrate's index.
  private func densityDown(_ u: Double, below: Double) -> RateOverFreeSpace {
    let normalSquare = stack.indexAbove * stack.indexAbove - u * u
    let normal = Complex(normalSquare).outgoingRoot
    guard normalSquare != 0, u < below else { return .zero }
    let flow = (below * below - u * u).squareRoot()
    let reach = Complex.exponentialOfI(times: wavenumber * distanceNanometers * normal).squaredMagnitude
    let s =
      stack.response(.s, transverse: Complex(u), wavenumber: wavenumber).transmitted.squaredMagnitude * flow * reach
    let p =
      stack.response(.p, transverse: Complex(u), wavenumber: wavenumber).transmitted.squaredMagnitude * flow * reach
      / (below * below)
    return RateOverFreeSpace(
      perpendicular: 0.75 * u * u * u * p / abs(normalSquare),
      parallel: 0.375 * u * (s / abs(normalSquare) + p))
  }
}

/// ∫ from 0 to 1 by Gauss–Legendre on pieces that are halved until both halves together give what the whole gave, to 1e-12.
private func adaptiveIntegral(_ density: (Double) -> RateOverFreeSpace) -> RateOverFreeSpace {
  func piece(_ a: Double, _ b: Double) -> RateOverFreeSpace {
    var sum = RateOverFreeSpace.zero
    for (node, weight) in zip(GaussLegendre.piece.nodes, GaussLegendre.piece.weights) {
      sum = sum + weight * (b - a) / 2 * density((a + b) / 2 + (b - a) / 2 * node)
    }
    return sum
  }
  func refined(_ a: Double, _ b: Double, _ whole: RateOverFreeSpace, _ halvings: Int) -> RateOverFreeSpace {
    let middle = (a + b) / 2
    let (left, right) = (piece(a, middle), piece(middle, b))
    let change = left + right - whole
    if halvings == 0 || max(abs(change.perpendicular), abs(change.parallel)) < 1e-12 { return left + right }
    return refined(a, middle, left, halvings - 1) + refined(middle, b, right, halvings - 1)
  }
  return refined(0, 1, piece(0, 1), 40)
}
