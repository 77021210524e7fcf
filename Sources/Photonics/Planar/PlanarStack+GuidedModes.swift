import Glibc

extension PlanarStack {
  /// All guided modes of both polarisations, by falling effective index; empty if no layer is denser than both half
  /// spaces.
  ///
  /// The field is carried from the substrate to the top as an angle that falls strictly with the effective index, so that
  /// every mode has its own bracket and none can be missed; for one layer the condition is the textbook's
  /// κt = mπ + arctan(γ₁/κ) + arctan(γ₂/κ). Bisection to the last digits of a double: 1e-12 of effective index or better.
  ///
  /// Layers too far apart to feel each other, whose modes differ by less than about 1e-13, have modes that any rounding
  /// mixes; their rates are then not reliable (`PlanarPowerBudget.unaccounted` tells).
  ///
  /// - Parameter wavelength: in vacuum, in nanometres.
  /// - Throws: when the wavelength is not positive.
  public func guidedModes(wavelengthNanometers wavelength: Double) throws(PlanarStackError) -> [PlanarMode] {
    guard wavelength > 0, wavelength.isFinite else { throw .invalidWavelength(nanometers: wavelength) }
    return modes(wavelength)
  }

  /// The same for a wavelength that has been checked.
  func modes(_ wavelength: Double) -> [PlanarMode] {
    let cutoff = cutoffIndex
    guard largestIndex > cutoff else { return [] }
    var modes: [PlanarMode] = []
    for polarization in Polarization.allCases {
      var order = 0
      while mismatch(polarization, effectiveIndex: cutoff, wavelength) > Double(order) {
        var (low, high) = (cutoff, largestIndex)
        while case let middle = (low + high) / 2, low < middle, middle < high {
          if mismatch(polarization, effectiveIndex: middle, wavelength) > Double(order) {
            low = middle
          } else {
            high = middle
          }
        }
        modes.append(mode(polarization, order: order, effectiveIndex: high, wavelength))
        order += 1
      }
    }
    return modes.sorted { $0.effectiveIndex > $1.effectiveIndex }
  }

  /// Half turns by which the wave from below overshoots the wave that decays upwards: m at mode m, falling with the
  /// effective index.
  private func mismatch(_ polarization: Polarization, effectiveIndex: Double, _ wavelength: Double) -> Double {
    let arriving = wavesUp(polarization, effectiveIndex: effectiveIndex, wavelength).last!
    let leaving = LayerWave(decayingInto: indexAbove, polarization, effectiveIndex: effectiveIndex)
    return arriving.halfTurns - (1 - leaving.halfTurns)
  }

  /// The wave that decays into the substrate, at every interface from below.
  private func wavesUp(_ polarization: Polarization, effectiveIndex: Double, _ wavelength: Double) -> [LayerWave] {
    waves(
      from: LayerWave(decayingInto: indexBelow, polarization, effectiveIndex: effectiveIndex),
      through: layers.reversed(), polarization, effectiveIndex: effectiveIndex, wavelength)
  }

  /// A wave before the layers, and behind each.
  private func waves(
    from first: LayerWave, through layers: [Layer], _ polarization: Polarization, effectiveIndex: Double,
    _ wavelength: Double
  ) -> [LayerWave] {
    var wave = first
    var waves = [wave]
    for layer in layers {
      wave.cross(
        index: layer.refractiveIndex, height: layer.thicknessNanometers * 2 * .pi / wavelength, polarization,
        effectiveIndex: effectiveIndex)
      waves.append(wave)
    }
    return waves
  }

  /// The mode with its field normalised.
  ///
  /// The field is joined from the wave that comes up and the one that comes down where their product is largest: each
  /// wave is used only where it grows, away from the half space it decays into.
  private func mode(_ polarization: Polarization, order: Int, effectiveIndex: Double, _ wavelength: Double)
    -> PlanarMode
  {
    let up = wavesUp(polarization, effectiveIndex: effectiveIndex, wavelength)
    let down = Array(
      waves(
        from: LayerWave(decayingInto: indexAbove, polarization, effectiveIndex: effectiveIndex), through: layers,
        polarization, effectiveIndex: effectiveIndex, wavelength
      ).reversed())
    let joint = up.indices.max { up[$0].logarithm + down[$0].logarithm < up[$1].logarithm + down[$1].logarithm }!
    // ψ and w dψ at every interface from below, each along the way of its wave; the signs of two waves may differ.
    let fields = up.indices.map { i -> (value: Double, slope: Double) in
      let (wave, end) = i <= joint ? (up[i], up[joint]) : (down[i], down[joint])
      let size = exp(wave.logarithm - end.logarithm)
      return (size * wave.field.value, size * wave.field.slope)
    }
    var (norm, weighted) = (0.0, 0.0)
    func add(_ integral: Double, _ index: Double) {
      let weight = LayerWave.weight(index, polarization)
      norm += weight * integral
      weighted += weight * index * index * integral
    }
    let squareN = effectiveIndex * effectiveIndex
    let (bottom, top) = (fields.first!.value, fields.last!.value)
    if let indexBelow { add(bottom * bottom / (2 * (squareN - indexBelow * indexBelow).squareRoot()), indexBelow) }
    add(top * top / (2 * (squareN - indexAbove * indexAbove).squareRoot()), indexAbove)
    for (i, layer) in layers.reversed().enumerated() {
      let index = layer.refractiveIndex
      let (start, end) = i < joint ? (fields[i], fields[i + 1]) : (fields[i + 1], fields[i])
      add(
        squaredFieldIntegral(
          value: start.value, slope: start.slope / LayerWave.weight(index, polarization), endValue: end.value,
          square: index * index - squareN, height: layer.thicknessNanometers * 2 * .pi / wavelength),
        index)
    }
    return PlanarMode(
      polarization: polarization, order: order, effectiveIndex: effectiveIndex,
      groupIndex: weighted / (effectiveIndex * norm), surfaceIntensity: top * top / norm, indexAbove: indexAbove,
      wavelengthNanometers: wavelength)
  }
}

/// ∫ ψ² over a layer in which ψ″ = −square · ψ, from ψ and ψ′ at one end; `endValue` is |ψ| at the other.
private func squaredFieldIntegral(value: Double, slope: Double, endValue: Double, square: Double, height: Double)
  -> Double
{
  let thickness = abs(square).squareRoot() * height
  if thickness < 0.1 {
    // Nearly straight: quadrature of the power series, whose next terms are below 1e-12.
    let half = height / 2
    return zip(GaussLegendre.piece.nodes, GaussLegendre.piece.weights).reduce(0) { sum, point in
      let y = half * (1 + point.0)
      let z = -square * y * y
      let even = 1 + z / 2 * (1 + z / 12 * (1 + z / 30 * (1 + z / 56)))
      let odd = y * (1 + z / 6 * (1 + z / 20 * (1 + z / 42 * (1 + z / 72))))
      let psi = value * even + slope * odd
      return sum + point.1 * half * psi * psi
    }
  }
  if square > 0 {
    // ψ = A sin(κy + φ): A²/2 (t − [sin 2(κy + φ)]/2κ)
    let kappa = square.squareRoot()
    let amplitude = value * value + slope * slope / square
    let phase = atan2(kappa * value, slope)
    return amplitude / 2 * (height - (sin(2 * (phase + thickness)) - sin(2 * phase)) / (2 * kappa))
  }
  // ψ = a e^(−γy) + b e^(−γ(t − y)) from both ends, with the sign that the slope gives to the far end.
  let gamma = (-square).squareRoot()
  let fall = exp(-thickness)
  let end = (value * (1 + fall * fall) + slope / gamma * (1 - fall * fall)) < 0 ? -endValue : endValue
  let denominator = 1 - fall * fall
  let a = (value - fall * end) / denominator
  let b = (end - fall * value) / denominator
  return (a * a + b * b) * denominator / (2 * gamma) + 2 * a * b * fall * height
}
