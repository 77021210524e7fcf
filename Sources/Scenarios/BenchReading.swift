import Bench
import Detectors
import Emitters
import Light
import Photonics

/// The bench that a scenario describes; faults are reported to the section they are in.
func readBench(_ root: Section) -> Bench {
  let name = root.string("name")
  _ = root.string("about", default: .chosen(name, "no description given"))
  let duration = root.quantity(
    "duration", in: .seconds, range: .above(0).and(.atMost(360_000)), default: .customary(60, "a minute"))
  let illumination = readIllumination(root.section("excitation"))
  let excitation = illumination.excitation
  var emitters = root.list("emitters", presets: "emitter").map { readEmitter($0, illumination) }
  if let placement = root.optionalSection("placement") { emitters += readPlacement(placement, illumination) }
  if excitation.repetitionRateHz == nil { checkStepCount(emitters, duration: duration, root) }
  let background = root.list("background").map { readBackground($0, illumination) }
  let collection = root.section("collection")
  let coupling = collection.fraction("coupling")
  let elements = collection.optionalSection("losses").map { $0.sections().map(readElement) } ?? []
  let filter = root.optionalSection("filter").map(readFilter)
  let detectorSections = root.list("detectors", presets: "detector", atLeast: 1)
  let detectors = detectorSections.enumerated().map { readDetector($1, number: $0 + 1) }
  if detectors.count > 2 {
    detectorSections[2].fail("is one too many: a bench has one or two detectors, found \(detectors.count)")
  }
  var splitting = [1.0]
  if detectors.count > 1 {
    let first = root.section("beamsplitter").fraction("first_arm")
    splitting = [first, 1 - first]
  } else if root.has("beamsplitter") {
    root.fail("needs two detectors, found \(detectors.count)", at: "beamsplitter")
  }
  let electronics = readElectronics(
    root.section("electronics", presets: "electronics"), period: excitation.periodNanoseconds,
    detectors: detectors.count)
  return Bench(
    name: name, excitation: excitation, emitters: emitters, background: background,
    path: LightPath(coupling: coupling, elements: elements, filter: filter, splitting: splitting),
    detectors: detectors, electronics: electronics, durationSeconds: duration)
}

/// Continuous excitation is simulated in steps of a quarter of the fastest level's time, counted in 64 bits.
private func checkStepCount(_ emitters: [Emitter], duration: Double, _ root: Section) {
  for emitter in emitters {
    guard case .ratePerNanosecond(let absorption) = emitter.absorption else { continue }
    for scheme in emitter.hiddenStates.map(\.scheme) {
      let rates =
        scheme.transitions.map { $0.ratePerNanosecond(atAbsorptionRate: absorption) }
        + scheme.absorptions.map { $0.weight * absorption }
      // The sum is at least the fastest level's rate.
      if rates.reduce(0, +) * 4e9 * duration > 4e18 {
        root.fail(
          "of \(Quantity(duration, .seconds)) holds more than 1e18 times the shortest lifetime of "
            + "'\(emitter.name)'; shorten the recording or leave out the fastest transition", at: "duration")
        return
      }
    }
  }
}

private func readElement(_ name: String, _ section: Section) -> LightPath.Element {
  if section.has("loss") {
    let decibels = section.quantity("loss", in: .decibels, range: .notNegative)
    return .init(name: name, transmission: Quantity.transmission(ofDecibels: decibels))
  }
  return .init(name: name, transmission: section.fraction("transmission"))
}

private func readFilter(_ section: Section) -> SpectralFilter {
  let center = section.quantity("center", in: .nanometers, range: .above(100).and(.below(5_000)))
  let bandwidth = section.quantity("bandwidth", in: .nanometers, range: .positive)
  if bandwidth >= 2 * center {
    section.fail(
      "of \(Quantity(bandwidth, .nanometers)) reaches below zero wavelength around a centre of "
        + "\(Quantity(center, .nanometers)); it must be below twice the centre", at: "bandwidth")
  }
  let transmission = section.fraction("transmission", default: .customary(0.95, "a hard-coated band-pass"))
  return SpectralFilter(
    centerNanometers: center, bandwidthNanometers: bandwidth, transmission: transmission,
    leak: section.fraction("leak", range: .between(0...1), default: .customary(0, "perfect blocking")),
    edgeOrder: section.optionalNumber("edge_order", range: .atLeast(0.5)))
}

private func readDetector(_ section: Section, number: Int) -> SinglePhotonDetector {
  let efficiency = section.table(
    "efficiency", x: .nanometers, y: .one, xRange: .positive, yRange: .between(0...1))
  let afterpulsing = section.section("afterpulsing")
  let jitter = section.section("jitter")
  return SinglePhotonDetector(
    name: section.string("name", default: .chosen("detector \(number)", "numbered")),
    efficiency: efficiency.isEmpty
      ? EfficiencyCurve(constant: 1)
      : EfficiencyCurve(wavelengthsNanometers: efficiency.map(\.x), values: efficiency.map(\.y)),
    darkCountRateHz: section.quantity("dark_counts", in: .countsPerSecond, range: .between(0...1e8)),
    deadTimeNanoseconds: section.quantity("dead_time", in: .nanoseconds, range: .between(0...1e9)),
    afterpulsing: .init(
      probability: afterpulsing.fraction("probability", range: .atLeast(0).and(.below(1))),
      meanDelayNanoseconds: afterpulsing.quantity("mean_delay", in: .nanoseconds, range: .between(0...1e9))),
    jitter: .init(
      fwhmNanoseconds: jitter.quantity("fwhm", in: .nanoseconds, range: .between(0...1e3)),
      tailShare: jitter.fraction("tail_share", default: .customary(0, "no diffusion tail")),
      tailNanoseconds: jitter.quantity(
        "tail", in: .nanoseconds, range: .between(0...1e3), default: .customary(0, "no diffusion tail"))),
    delayNanoseconds: section.quantity(
      "delay", in: .nanoseconds, range: .between(0...1e6), default: .customary(0, "no cable")))
}

/// What the scenario says about its result.
func readExpectations(_ root: Section) -> [Scenario.Expectation] {
  guard let section = root.optionalSection("expect") else { return [] }
  return Scenario.Expectation.Quantity.allCases.compactMap { quantity in
    guard let one = section.optionalSection(quantity.rawValue) else { return nil }
    let source = one.string("source")
    if quantity.unit.isEmpty {
      return .init(
        quantity: quantity, value: one.number("value", range: .notNegative),
        within: one.number("within", range: .positive), source: source)
    }
    return .init(
      quantity: quantity, value: one.quantity("value", in: .nanoseconds, range: .positive),
      within: one.quantity("within", in: .nanoseconds, range: .positive), source: source)
  }
}
