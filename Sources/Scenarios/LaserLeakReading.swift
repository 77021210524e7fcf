import Emitters
import Light
import Optics

/// Laser light that is scattered into the path: `{share: 1e-6, width: 1 nm}`. It arrives with the pulse, and the losses and the
/// filters are in its way as in that of any light.
///
/// - Parameter route: the route that the bench takes; the share may differ from route to route.
func readLaserLeak(_ section: Section, _ illumination: Illumination, route: LightPath.Route?) -> BackgroundComponent {
  let excitation = illumination.excitation
  let width = section.quantity(
    "width", in: .nanometers, range: .above(0).and(.below(100)), default: .customary(1, "a picosecond diode laser"))
  var leak = BackgroundComponent(
    name: "laser leak",
    spectrum: Spectrum(centerNanometers: excitation.wavelengthNanometers, fwhmNanometers: width),
    rateHz: readPhotonRate(section, illumination), at: .sample(coupling: readShare(section, "share", of: route)),
    decays: [.init(share: 1, lifetimeNanoseconds: 0)])
  leak.isLaserLeak = true
  return leak
}

/// The laser's photons per second: from its power, or from their number per pulse.
private func readPhotonRate(_ section: Section, _ illumination: Illumination) -> Double {
  if section.has("photons_per_pulse") {
    let perPulse = section.number("photons_per_pulse", range: .between(0...1e15))
    guard let rate = illumination.excitation.repetitionRateHz else {
      section.fail("needs pulses; under continuous excitation give excitation.power", at: "photons_per_pulse")
      return 0
    }
    return perPulse * rate
  }
  guard let power = illumination.powerWatts else {
    section.fail(
      illumination.excitation.repetitionRateHz == nil
        ? "needs excitation.power" : "needs excitation.power, or photons_per_pulse beside share")
    return 0
  }
  return illumination.excitation.photonsPerSecond(averagePowerWatts: power)
}
