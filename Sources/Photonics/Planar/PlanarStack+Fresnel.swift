extension PlanarStack {
  /// Amplitudes of the waves that the stack returns and lets through, for a wave of amplitude 1 from above.
  ///
  /// The amplitude is that of the electric field for s, that of the magnetic field for p; both are parallel to the
  /// layers, and both are taken at the surface they leave from.
  struct Response {
    var reflected: Complex
    var transmitted: Complex
  }

  /// The share of power that a plane wave from above loses to reflection, 0 to 1; 1 beyond total reflection.
  ///
  /// - Parameters:
  ///   - polarization: s or p.
  ///   - effectiveIndex: index times the sine of the angle to the normal; 0 to `indexAbove`.
  ///   - wavelength: in vacuum, in nanometres.
  public func reflectance(_ polarization: Polarization, effectiveIndex: Double, wavelengthNanometers wavelength: Double)
    -> Double
  {
    response(polarization, transverse: Complex(effectiveIndex), wavenumber: 2 * .pi / wavelength)
      .reflected.squaredMagnitude
  }

  /// The response to a wave of complex transverse wavenumber, from the substrate upwards.
  ///
  /// The recursion of generalised reflection coefficients (Chew, Waves and Fields in Inhomogeneous Media, 1990, section
  /// 2.1), r = (f + r′ e^(2ikt)) / (1 + f r′ e^(2ikt)), holds only decaying exponentials and so stays stable for
  /// evanescent waves in thick layers, where products of transfer matrices overflow.
  ///
  /// - Parameters:
  ///   - polarization: s or p.
  ///   - transverse: transverse wavenumber over the vacuum's.
  ///   - wavenumber: of the vacuum, 2π/λ in 1/nm.
  func response(_ polarization: Polarization, transverse: Complex, wavenumber: Double) -> Response {
    let square = transverse * transverse
    var lower = indexBelow.map { Medium($0, polarization, transverseSquare: square) }
    var reflected = Complex(0)
    var transmitted = Complex.one
    if lower == nil {
      // A conductor: the tangential electric field vanishes, so that the magnetic one doubles
      reflected = Complex(polarization == .s ? -1 : 1)
      transmitted = Complex(0)
    }
    for layer in layers.reversed() {
      let upper = Medium(layer.refractiveIndex, polarization, transverseSquare: square)
      let phase = Complex.exponentialOfI(times: wavenumber * layer.thicknessNanometers * upper.normal)
      (reflected, transmitted) = upper.above(lower, reflected, transmitted)
      reflected = reflected * phase * phase
      transmitted = transmitted * phase
      lower = upper
    }
    let top = Medium(indexAbove, polarization, transverseSquare: square)
    (reflected, transmitted) = top.above(lower, reflected, transmitted)
    return Response(reflected: reflected, transmitted: transmitted)
  }
}

/// One medium as one polarisation sees it.
private struct Medium {
  /// Normal wavenumber over the vacuum's, √(n² − transverse²), decaying or travelling away.
  let normal: Complex
  /// What Fresnel's coefficients compare: the normal wavenumber for s, over n² for p.
  let admittance: Complex

  @inline(__always)
  init(_ index: Double, _ polarization: PlanarStack.Polarization, transverseSquare: Complex) {
    normal = (Complex(index * index) - transverseSquare).outgoingRoot
    admittance = polarization == .s ? normal : (1 / (index * index)) * normal
  }

  /// Both amplitudes at the interface to a lower medium, under which the given ones hold; a mirror (`nil`) has but its own.
  @inline(__always)
  func above(_ lower: Medium?, _ reflected: Complex, _ transmitted: Complex) -> (Complex, Complex) {
    guard let lower else { return (reflected, transmitted) }
    let scale = Complex.one / (admittance + lower.admittance)
    let fresnel = (admittance - lower.admittance) * scale
    let through = 2 * admittance * scale
    let echo = Complex.one / (Complex.one + fresnel * reflected)
    return ((fresnel + reflected) * echo, through * transmitted * echo)
  }
}
