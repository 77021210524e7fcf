import Emitters
import Light

/// An emitter: levels, slow states, transitions and lines.
///
/// - Parameter illumination: the laser where the emitter is.
func readEmitter(_ section: Section, _ illumination: Illumination) -> Emitter {
  let name = section.string("name")
  let levels = section.strings("levels", atLeast: 2)
  if !levels.contains(""), Set(levels).count != levels.count { section.fail("names a level twice", at: "levels") }
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
    let next = readNext(state, name: name, names: states.map(\.name))
    let transitions = state.section("transitions").sections().compactMap {
      readTransition($0.name, $0.section, levels: levels, line: line, illumination)
    }
    if states.count == 1, state.has("dwell") {
      state.fail("has no meaning in an emitter with a single state", at: "dwell")
    }
    var scheme = LevelScheme(levels: levels, transitions: transitions, absorptions: absorptions)
    // Hot carriers that are trapped before they relax never reach the levels: each photon is absorbed in vain with the
    // same probability, which leaves a Poisson number of a smaller mean.
    let feeding = state.fraction("feeding", default: .chosen(1, "no hot carriers are trapped"))
    for i in scheme.absorptions.indices { scheme.absorptions[i].weight *= feeding }
    return Emitter.SlowState(name: name, scheme: scheme, dwell: dwell, next: next)
  }
  for (state, (_, stateSection)) in zip(slow, states) {
    for level in levels.indices.dropFirst() where !state.scheme.transitions.contains(where: { $0.from == level }) {
      stateSection.fail(
        "is incomplete: nothing leaves the level '\(levels[level])'", at: "transitions")
    }
  }
  checkThatStatesReturn(slow, section)
  var emitter = Emitter(
    name: name, states: slow, absorption: readAbsorption(section, illumination, levels: levels, slow))
  emitter.centres = section.optionalSection("recombination_centres").map(readCentres) ?? []
  emitter.spectralDiffusion = section.optionalSection("spectral_diffusion").map(readSpectralDiffusion)
  emitter.bleaching = section.optionalSection("bleaching").map(readBleaching)
  let combinations = emitter.hiddenVariables.reduce(1) { $0 * $1.values.count }
  if combinations > 4_096 {
    section.fail(
      "has \(combinations) combinations of slow states, recombination centres, line positions and bleaching stages; "
        + "at most 4096 can be followed")
    emitter.centres = []
    emitter.spectralDiffusion = nil
    emitter.bleaching = nil
  }
  return emitter
}

/// Where a slow state leads: `next: {grey: 0.7, off: 0.3}`.
private func readNext(_ state: Section, name: String, names: [String]) -> [Double]? {
  guard let section = state.optionalSection("next") else { return nil }
  var weights = [Double](repeating: 0, count: names.count)
  for target in section.keys {
    let weight = section.number(target, range: .notNegative)
    guard let index = names.firstIndex(of: target) else {
      section.fail("is not one of the states \(names.joined(separator: ", "))", at: target)
      continue
    }
    if target == name {
      section.fail("cannot follow itself; make its dwell longer instead", at: target)
      continue
    }
    weights[index] = weight
  }
  if !weights.contains(where: { $0 > 0 }) {
    state.fail("needs a weight above 0", at: "next")
    return nil
  }
  return weights
}

/// Every slow state must lead, by some way, to every other: otherwise there is no steady state to begin in.
private func checkThatStatesReturn(_ states: [Emitter.SlowState], _ section: Section) {
  guard states.contains(where: { $0.next != nil }) else { return }
  let ways = states.indices.map { i in
    states[i].next?.indices.filter { states[i].next![$0] > 0 } ?? [(i + 1) % states.count]
  }
  for start in states.indices {
    var reached: Set<Int> = [start]
    var open = [start]
    while let state = open.popLast() {
      for next in ways[state] where reached.insert(next).inserted { open.append(next) }
    }
    if let missing = states.indices.first(where: { !reached.contains($0) }) {
      section.fail("never lead from '\(states[start].name)' to '\(states[missing].name)'", at: "states")
      return
    }
  }
}

/// How much an emitter absorbs: from its cross-section and the light where it is, as a number of its own, or turned by a
/// resonant pulse.
private func readAbsorption(
  _ section: Section, _ illumination: Illumination, levels: [String], _ states: [Emitter.SlowState]
) -> Emitter.Absorption {
  let excitation = illumination.excitation
  let isPulsed = excitation.repetitionRateHz != nil
  let own = isPulsed ? "absorbed_photons_per_pulse" : "absorption_rate"
  func alone(_ key: String) {
    for other in [own, "cross_section", "cross_sections", "pulse_area"] where other != key && section.has(other) {
      section.fail("cannot stand beside \(key); give one of the two", at: other)
    }
  }
  if section.has("pulse_area") {
    alone("pulse_area")
    let area = section.number("pulse_area", range: .between(0...100))
    if !isPulsed { section.fail("needs pulses; continuous excitation is given by absorption_rate", at: "pulse_area") }
    if states.contains(where: { $0.scheme.absorptions.count != 1 || $0.scheme.absorptions[0].from != 0 }) {
      section.fail(
        "needs a single way up from the ground level in absorptions, such as '\(levels.first ?? "g") -> \(levels.last ?? "e")'",
        at: "pulse_area")
    }
    return .coherentPulse(areaRadians: area * Double.pi)
  }
  var crossSection = section.optionalQuantity("cross_section", in: .squareCentimeters, range: .notNegative)
  if crossSection != nil { alone("cross_section") }
  if section.has("cross_sections") {
    alone("cross_sections")
    let table = section.table(
      "cross_sections", x: .nanometers, y: .squareCentimeters, xRange: .positive, yRange: .notNegative)
    crossSection = value(at: excitation.wavelengthNanometers, table, section, "cross_sections")
  }
  if let crossSection {
    guard let flux = illumination.photonFlux else {
      section.fail(
        "needs excitation.power and excitation.spot",
        at: section.has("cross_section") ? "cross_section" : "cross_sections")
      return isPulsed ? .meanPhotonsPerPulse(0) : .ratePerNanosecond(0)
    }
    return excitation.absorption(crossSection: crossSection, photonFlux: flux)
  }
  let relative = readExcitationSpectrum(section, illumination)
  return isPulsed
    ? .meanPhotonsPerPulse(section.number(own, range: .between(0...1_000)) * relative)
    : .ratePerNanosecond(section.quantity(own, in: .hertz, range: .between(0...1e12)) * 1e-9 * relative)
}

/// How well the laser's wavelength excites, relative to the wavelength that the other numbers are stated for.
func readExcitationSpectrum(_ section: Section, _ illumination: Illumination) -> Double {
  guard section.has("excitation_spectrum") else { return 1 }
  let table = section.table("excitation_spectrum", x: .nanometers, y: .one, xRange: .positive, yRange: .notNegative)
  return value(at: illumination.excitation.wavelengthNanometers, table, section, "excitation_spectrum")
}

/// A table's value at the laser wavelength, linear between its rows; nothing is known outside them.
private func value(at wavelength: Double, _ table: [Point], _ section: Section, _ key: String) -> Double {
  guard let above = table.firstIndex(where: { $0.x >= wavelength }) else {
    section.fail("says nothing about excitation.wavelength, \(Quantity(wavelength, .nanometers))", at: key)
    return 1
  }
  let high = table[above]
  if high.x == wavelength { return high.y }
  guard above > 0 else {
    section.fail("says nothing about excitation.wavelength, \(Quantity(wavelength, .nanometers))", at: key)
    return 1
  }
  let low = table[above - 1]
  return low.y + (high.y - low.y) * (wavelength - low.x) / (high.x - low.x)
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
  switch section.choice("law", of: ["exponential", "power-law", "diffusion-controlled"]) {
  case "exponential":
    return .exponential(meanSeconds: section.quantity("mean", in: .seconds, range: .between(1e-6...1e9)))
  case "diffusion-controlled":
    let crossover = section.quantity("crossover", in: .seconds, range: .between(1e-9...1e6))
    let tail = section.quantity("tail", in: .seconds, range: .between(1e-6...1e9))
    // The mean dwell is √(crossover × tail)/2 at most.
    if (crossover * tail).squareRoot() / (2 * (1 + (crossover / tail).squareRoot())) < 1e-6 {
      section.fail(
        "gives dwells below 1 us on average together with its tail; make one of them longer", at: "crossover")
    }
    return .diffusionControlled(crossoverSeconds: crossover, tailRateHz: 1 / tail)
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

/// How fast a transition is, in 1/ns: its lifetime, or its rate.
private func readRate(_ section: Section) -> Double {
  guard section.has("rate") else {
    return 1 / section.quantity("lifetime", in: .nanoseconds, range: .between(1e-6...1e12))
  }
  if section.has("lifetime") { section.fail("cannot stand beside rate; give one of the two", at: "lifetime") }
  return section.quantity("rate", in: .hertz, range: .between(1e-3...1e15)) * 1e-9
}

/// A transition, named by its levels: `XX -> X`.
private func readTransition(
  _ name: String, _ section: Section, levels: [String], line: Spectrum, _ illumination: Illumination
) -> LevelScheme.Transition? {
  // Read before the name is judged, so that a misspelt name does not make its keys unknown.
  let rate = readRate(section)
  let quantumYield = section.fraction("quantum_yield")
  let lightInduced = section.optionalSection("light_induced").map { light in
    let excitation = illumination.excitation
    if excitation.repetitionRateHz != nil, excitation.pulseShape == nil {
      light.fail("needs light that lasts: give excitation.pulse, or continuous excitation")
    }
    return LevelScheme.Transition.LightInduced(
      limitPerNanosecond: light.quantity("limit", in: .hertz, range: .between(0...1e12)) * 1e-9,
      halfAbsorptionPerNanosecond: light.quantity("half_at", in: .hertz, range: .above(0).and(.atMost(1e15))) * 1e-9)
  }
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
  if section.has("shape") { own.shape = section.choice("shape", of: Spectrum.Shape.self) }
  if section.has("fwhm") {
    own.fwhmNanometers = section.quantity("fwhm", in: .nanometers, range: .above(0).and(.below(2_000)))
  }
  return .init(
    from: from, to: to, ratePerNanosecond: rate, quantumYield: quantumYield, line: own,
    lightInduced: lightInduced)
}
