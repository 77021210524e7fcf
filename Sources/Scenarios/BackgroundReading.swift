import Emitters
import Light
import Optics
import RandomStreams

/// Light that is not the emitter's.
///
/// Its rate is stated for the excitation spectrum's value 1, for the reference power and for excitation through the objective:
/// as it arrives at the filter, or as emitted at the sample, with a coupling of its own.
///
/// - Parameter route: the route that the bench takes; the coupling may differ from route to route.
func readBackground(
  _ section: Section, _ illumination: Illumination, route: LightPath.Route?
) -> BackgroundComponent {
  let name = section.string("name")
  let spectrum = readLine(section.section("line"))
  var (rate, place) = readRate(section, route: route)
  rate *= readExcitationSpectrum(section, illumination)
  rate *= readPowerDependence(section, illumination)
  let throughGuide = section.optionalNumber("through_waveguide", range: .notNegative)
  if illumination.isThroughWaveguide { rate *= throughGuide ?? 1 }
  let decays = section.list("decay", atLeast: 1).map { decay in
    BackgroundComponent.Decay(
      share: decay.fraction("share", default: .chosen(1, "a single decay")), law: readDecayLaw(decay))
  }
  let sum = decays.reduce(0) { $0 + $1.share }
  if abs(sum - 1) > 1e-9 {
    section.fail("has shares that must sum to 1, found \(sum)", at: "decay")
  }
  return BackgroundComponent(
    name: name, spectrum: spectrum, rateHz: rate, at: place,
    decays: decays.isEmpty ? [.init(share: 1, lifetimeNanoseconds: 0)] : decays)
}

/// The rate of a component and where it is stated.
private func readRate(_ section: Section, route: LightPath.Route?) -> (hertz: Double, BackgroundComponent.Place) {
  guard section.has("rate_emitted") else {
    return (section.quantity("rate_at_filter", in: .countsPerSecond, range: .between(0...1e10)), .filter)
  }
  if section.has("rate_at_filter") {
    section.fail("cannot stand beside rate_emitted; give one of the two", at: "rate_at_filter")
  }
  let rate = section.quantity("rate_emitted", in: .countsPerSecond, range: .between(0...1e18))
  return (rate, .sample(coupling: readShare(section, "coupling", of: route)))
}

/// Luminescence grows with a power of the laser power: `power: {exponent: 1, reference: 1 uW}`.
private func readPowerDependence(_ section: Section, _ illumination: Illumination) -> Double {
  guard let law = section.optionalSection("power") else { return 1 }
  let exponent = law.number("exponent", range: .between(0...5), default: .chosen(1, "proportional to the power"))
  let reference = law.quantity("reference", in: .watts, range: .between(1e-15...100))
  guard let power = illumination.powerWatts else {
    law.fail("needs excitation.power")
    return 1
  }
  // x^p by way of the natural logarithm.
  return power > 0 ? PortableMath.power(power / reference, exponent) : (exponent > 0 ? 0 : 1)
}

/// How one share of a background decays.
private func readDecayLaw(_ section: Section) -> BackgroundComponent.Decay.Law {
  let law = section.choice("law", of: ["exponential", "power-law"], default: .chosen("exponential", "the usual law"))
  guard law == "power-law" else {
    return .exponential(lifetimeNanoseconds: section.quantity("lifetime", in: .nanoseconds, range: .between(0...1e8)))
  }
  let start = section.quantity("from", in: .nanoseconds, range: .between(1e-3...1e8))
  let end = section.quantity("to", in: .nanoseconds, range: .between(1e-3...1e8))
  if end <= start {
    section.fail(
      "of \(Quantity(end, .nanoseconds)) must lie above from, \(Quantity(start, .nanoseconds))",
      at: "to")
  }
  return .powerLaw(
    exponent: section.number("exponent", range: .between(0...10)), fromNanoseconds: start,
    toNanoseconds: max(end, start * 1.000001))
}
