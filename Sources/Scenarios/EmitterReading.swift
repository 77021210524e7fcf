import Emitters
import Light

/// An emitter: levels, slow states, transitions and lines.
///
/// - Parameter flux: photons per second and cm², where the scenario gives a power and a spot.
func readEmitter(_ section: Section, _ excitation: Excitation, flux: Double?) -> Emitter {
  let name = section.string("name")
  let levels = section.strings("levels", atLeast: 2)
  if Set(levels).count != levels.count { section.fail("names a level twice", at: "levels") }
  if levels.count > 64 {
    section.fail("may name 64 levels, found \(levels.count)", at: "levels")
  }
  let lineSection = section.section("line")
  let line = readLine(lineSection)
  let states = section.section("states").sections()
  let absorptions = section.optionalSection("absorptions").map { ways in
    ways.sections().compactMap { readAbsorption($0.name, $0.section, levels: levels) }
  }
  let slow = states.map { name, state in
    let dwell = states.count > 1 ? readDwell(state.section("dwell")) : nil
    let transitions = state.section("transitions").sections().compactMap {
      readTransition($0.name, $0.section, levels: levels, line: line)
    }
    if states.count == 1, state.has("dwell") {
      state.fail("has no meaning in an emitter with a single state", at: "dwell")
    }
    return Emitter.SlowState(
      name: name, scheme: LevelScheme(levels: levels, transitions: transitions, absorptions: absorptions), dwell: dwell)
  }
  for (state, (_, stateSection)) in zip(slow, states) {
    for level in levels.indices.dropFirst() where !state.scheme.transitions.contains(where: { $0.from == level }) {
      stateSection.fail(
        "is incomplete: nothing leaves the level '\(levels[level])'", at: "transitions")
    }
  }
  return Emitter(name: name, states: slow, absorption: readAbsorption(section, excitation, flux: flux))
}

/// How much an emitter absorbs: from its cross-section and the laser's power and spot, or as a number of its own.
private func readAbsorption(_ section: Section, _ excitation: Excitation, flux: Double?) -> Emitter.Absorption {
  let isPulsed = excitation.repetitionRateHz != nil
  let own = isPulsed ? "absorbed_photons_per_pulse" : "absorption_rate"
  if let crossSection = section.optionalQuantity("cross_section", in: .squareCentimeters, range: .notNegative) {
    if section.has(own) {
      section.fail("cannot stand beside cross_section; give one of the two", at: own)
    }
    guard let flux else {
      section.fail(
        "needs excitation.power and excitation.spot", at: "cross_section")
      return isPulsed ? .meanPhotonsPerPulse(0) : .ratePerNanosecond(0)
    }
    return excitation.absorption(crossSection: crossSection, photonFlux: flux)
  }
  return isPulsed
    ? .meanPhotonsPerPulse(section.number(own, range: .between(0...1_000)))
    : .ratePerNanosecond(section.quantity(own, in: .hertz, range: .between(0...1e12)) * 1e-9)
}

/// The two levels of a way named like `XX -> X`.
private func levelPair(_ name: String, _ levels: [String]) -> (from: Int, to: Int)? {
  let ends = name.split(separator: ">", omittingEmptySubsequences: false).map { part in
    String(part.filter { $0 != "-" && $0 != " " })
  }
  guard ends.count == 2, let from = levels.firstIndex(of: ends[0]), let to = levels.firstIndex(of: ends[1]) else {
    return nil
  }
  return (from, to)
}

/// A way up, named by its levels: `0 -> X`.
private func readAbsorption(_ name: String, _ section: Section, levels: [String]) -> LevelScheme.Absorption? {
  let weight = section.number(
    "weight", range: .notNegative, default: .chosen(1, "the cross-section the mean is stated for"))
  guard let (from, to) = levelPair(name, levels), from != to else {
    section.fail("is not a way between two of the levels \(levels.joined(separator: ", ")); write '0 -> X'")
    return nil
  }
  return .init(from: from, to: to, weight: weight)
}

/// A spectral line or band.
func readLine(_ section: Section) -> Spectrum {
  Spectrum(
    shape: section.choice("shape", of: Spectrum.Shape.self, default: .customary(.gaussian, "room temperature")),
    centerNanometers: section.quantity("center", in: .nanometers, range: .above(100).and(.below(5_000))),
    fwhmNanometers: section.quantity("fwhm", in: .nanometers, range: .above(0).and(.below(2_000))))
}

/// A state that lasts less than a microsecond is not slow: it belongs into the level scheme.
private func readDwell(_ section: Section) -> DwellLaw {
  switch section.choice("law", of: ["exponential", "power-law"]) {
  case "exponential":
    return .exponential(meanSeconds: section.quantity("mean", in: .seconds, range: .between(1e-6...1e9)))
  default:
    let minimum = section.quantity("minimum", in: .seconds, range: .between(1e-6...1e9))
    let cutoff = section.quantity("cutoff", in: .seconds, range: .between(1e-6...1e9))
    if cutoff < minimum {
      section.fail(
        "of \(Quantity(cutoff, .seconds)) is below the minimum of \(Quantity(minimum, .seconds))",
        at: "cutoff")
    }
    return .powerLaw(
      exponent: section.number("exponent", range: .above(1).and(.atMost(4))), minimumSeconds: minimum,
      cutoffSeconds: max(cutoff, minimum))
  }
}

/// A transition, named by its levels: `XX -> X`.
private func readTransition(
  _ name: String, _ section: Section, levels: [String], line: Spectrum
) -> LevelScheme.Transition? {
  // Read before the name is judged, so that a misspelt name does not make its keys unknown.
  let lifetime = section.quantity("lifetime", in: .nanoseconds, range: .between(1e-6...1e12))
  let quantumYield = section.fraction("quantum_yield")
  guard let (from, to) = levelPair(name, levels) else {
    section.fail(
      "is not a transition between two of the levels \(levels.joined(separator: ", ")); write 'X -> 0'")
    return nil
  }
  guard from != 0 else {
    section.fail("cannot be: only light leaves the ground level '\(levels[0])'")
    return nil
  }
  guard from != to else {
    section.fail("ends where it begins")
    return nil
  }
  var own = line
  if section.has("center") {
    own.centerNanometers = section.quantity("center", in: .nanometers, range: .above(100).and(.below(5_000)))
  } else {
    let shift = section.quantity(
      "shift", in: .millielectronvolts, range: .between(-500...500), default: .chosen(0, "the emitter's own line"))
    if shift != 0 {
      own.centerNanometers = Spectrum.shifted(centerNanometers: line.centerNanometers, byMillielectronvolts: shift)
    }
  }
  if section.has("fwhm") {
    own.fwhmNanometers = section.quantity("fwhm", in: .nanometers, range: .above(0).and(.below(2_000)))
  }
  return .init(from: from, to: to, ratePerNanosecond: 1 / lifetime, quantumYield: quantumYield, line: own)
}

/// Light that is not the emitter's.
func readBackground(_ section: Section) -> BackgroundComponent {
  let name = section.string("name")
  let spectrum = readLine(section.section("line"))
  let rate = section.quantity("rate_at_filter", in: .countsPerSecond, range: .between(0...1e10))
  let decays = section.list("decay", atLeast: 1).map { decay in
    BackgroundComponent.Decay(
      share: decay.fraction("share", default: .chosen(1, "a single decay")), law: readDecayLaw(decay))
  }
  let sum = decays.reduce(0) { $0 + $1.share }
  if abs(sum - 1) > 1e-9 {
    section.fail("has shares that must sum to 1, found \(sum)", at: "decay")
  }
  return BackgroundComponent(
    name: name, spectrum: spectrum, rateAtFilterHz: rate,
    decays: decays.isEmpty ? [.init(share: 1, lifetimeNanoseconds: 0)] : decays)
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
