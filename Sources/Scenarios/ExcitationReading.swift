import Bench
import Emitters
import Light

/// The laser, and how much of it there is where the emitters are.
struct Illumination {
  var excitation: Excitation
  /// The average power on the sample or in the guide; `nil` where the scenario gives none.
  var powerWatts: Double?
  /// Photons per second and cm² at the emitters; `nil` where the scenario gives no power.
  var photonFlux: Double?
  /// Whether the laser comes through the waveguide instead of the objective.
  var isThroughWaveguide: Bool
}

/// - Parameter spot: of a scan, whose laser spot is not a disc of even brightness.
func readIllumination(_ section: Section, spot: GaussianSpot? = nil) -> Illumination {
  var excitation = Excitation(
    wavelengthNanometers: section.quantity("wavelength", in: .nanometers, range: .above(100).and(.below(5_000))),
    mode: .continuous)
  if section.choice("mode", of: ["pulsed", "continuous"], default: .chosen("pulsed", "a pulse train")) == "pulsed" {
    // From 10 kHz on, pulse times are exact in 64 bits; no faster laser is in use. What a time tagger takes is its affair.
    excitation.mode = .pulsed(
      repetitionRateHz: section.quantity("repetition_rate", in: .hertz, range: .between(1e4...1e9)))
    excitation.pulseShape = section.optionalSection("pulse").map(readPulseShape)
    excitation.burst = section.optionalSection("burst").map(readBurst)
    if let shape = excitation.pulseShape, let period = excitation.periodNanoseconds,
      shape.lengthNanoseconds > period / 2
    {
      section.fail(
        "of \(Quantity(shape.lengthNanoseconds, .nanoseconds)) is more than half of the laser period of "
          + "\(Quantity(period, .nanoseconds))", at: "pulse")
      excitation.pulseShape = nil
    }
  } else {
    for key in ["repetition_rate", "pulse", "burst"] where section.has(key) {
      section.fail("belongs to a pulsed laser; excitation.mode is continuous", at: key)
    }
  }
  let through = section.choice(
    "through", of: ["objective", "waveguide"], default: .chosen("objective", "excitation from above"))
  let power = section.optionalQuantity("power", in: .watts, range: .between(0...100))
  var illumination = Illumination(
    excitation: excitation, powerWatts: power, photonFlux: nil, isThroughWaveguide: through == "waveguide")
  if illumination.isThroughWaveguide {
    // The guided mode's effective area at the emitter: power divided by the intensity there.
    let area = section.quantity("effective_area", in: .squareCentimeters, range: .between(1e-12...1e-2))
    let transmission = section.fraction("coupling_in", default: .customary(0.3, "a fibre onto a guide"))
    if let power {
      illumination.photonFlux = excitation.photonFlux(
        averagePowerWatts: power * transmission, areaSquareCentimeters: area)
    }
  } else if let spot {
    if section.has("spot") { section.fail("belongs under scan", at: "spot") }
    // The power over the brightness in the middle of a Gaussian: pi w^2/(4 ln 2).
    let area = Double.pi * spot.fwhmMicrometers * spot.fwhmMicrometers * 1e-8 / 2.772588722239781
    illumination.photonFlux = power.map {
      excitation.photonFlux(averagePowerWatts: $0, areaSquareCentimeters: area)
    }
  } else if let power {
    let spot = section.quantity("spot", in: .nanometers, range: .between(1...1e8))
    illumination.photonFlux = excitation.photonFlux(averagePowerWatts: power, spotDiameterNanometers: spot)
  }
  return illumination
}

private func readPulseShape(_ section: Section) -> PulseShape {
  PulseShape(
    form: section.choice("form", of: PulseShape.Form.self, default: .customary(.gaussian, "the usual pulse")),
    fwhmNanoseconds: section.quantity("width", in: .nanoseconds, range: .between(1e-6...1e5)))
}

private func readBurst(_ section: Section) -> Excitation.Burst {
  let pulses = section.integer("pulses", range: .between(1...1_000_000))
  let outOf = section.integer("out_of", range: .between(1...1_000_000))
  if outOf < pulses { section.fail("of \(outOf) is less than the \(pulses) pulses that pass", at: "out_of") }
  return Excitation.Burst(pulses: pulses, outOf: max(pulses, outOf))
}
