import Bench
import Detectors
import Emitters
import Light
import Optics

/// What a scenario describes beside what it expects.
struct Description {
  var bench: Bench
  var device: Device?
  var environment: Environment?
  /// The device's guide, and how such devices differ.
  var guide: Guide?
  var tolerances: Tolerances?
  /// The scan that the bench is led over, if it is one.
  var scan: ScanBench?
}

/// The bench that a scenario describes; faults are reported to the section they are in.
///
/// - Parameter scanned: of a scan, what it says in place of a bench with a fixed spot.
func readBench(_ root: Section, scanned: ScannedParts? = nil) -> Description {
  let name = root.string("name")
  _ = root.string("about", default: .chosen(name, "no description given"))
  let spectrometer =
    scanned == nil ? root.optionalSection("spectrometer", presets: "spectrometer").map(readSpectrometer) : nil
  // All light may go to the spectrometer: then nothing else is recorded.
  let isSpectrumOnly = spectrometer != nil && !root.has("detectors")
  let duration =
    scanned?.raster.durationSeconds ?? (isSpectrumOnly ? spectrometer!.exposureSeconds : readDuration(root))
  let illumination = readIllumination(root.section("excitation"), spot: scanned?.spot)
  let sample = scanned?.sample ?? root
  let excitation = illumination.excitation
  var emitters = sample.list("emitters", presets: "emitter").map { readEmitter($0, illumination) }
  if let placement = sample.optionalSection("placement") {
    emitters += readPlacement(placement, illumination, most: scanned == nil ? 20 : 10_000)
  }
  let (device, guide) = root.has("device") ? readDevice(root.section("device")) : (nil, nil)
  let tolerances =
    scanned == nil && root.has("tolerances")
    ? readTolerances(root.section("tolerances"), device: device, guide: guide) : nil
  let environment = root.has("environment") ? readEnvironment(root.section("environment"), device: device) : nil
  if let environment { emitters = emitters.map { $0.inEnvironment(purcellFactor: environment.purcellFactor) } }
  if excitation.repetitionRateHz == nil { checkStepCount(emitters, duration: duration, root) }
  let collection = readCollection(root.section("collection"), device: device)
  var background = sample.list("background").map { readBackground($0, illumination, route: collection.route) }
  if root.has("laser_leak") {
    background.append(readLaserLeak(root.section("laser_leak"), illumination, route: collection.route))
  }
  let filters = readFilters(root, alsoSingle: true)
  func description(
    arms: [LightPath.Arm], detectors: [SinglePhotonDetector], crosstalk: Crosstalk?, electronics: TimingElectronics
  ) -> Description {
    let bench = Bench(
      name: name, excitation: excitation, emitters: emitters, background: background,
      path: LightPath(
        route: collection.route, coupling: collection.coupling, losses: collection.losses, filters: filters, arms: arms),
      detectors: detectors, crosstalk: crosstalk, electronics: electronics, durationSeconds: duration,
      spectrometer: spectrometer)
    return Description(
      bench: bench, device: device, environment: environment, guide: guide, tolerances: tolerances)
  }
  if isSpectrumOnly {
    for key in ["beamsplitter", "beamsplitters", "crosstalk", "electronics", "expect"] where root.has(key) {
      root.fail("needs detectors; beside a spectrometer alone it has no meaning", at: key)
    }
    if root.has("duration") {
      root.fail(
        "has no meaning beside a spectrometer alone; set spectrometer.integration_time and accumulations",
        at: "duration")
    }
    return description(arms: [], detectors: [], crosstalk: nil, electronics: .ideal)
  }
  let detectorSections = root.list("detectors", presets: "detector", atLeast: 1)
  let detectors = detectorSections.enumerated().map { readDetector($1, number: $0 + 1) }
  let electronics =
    scanned == nil
    ? readElectronics(
      root.section("electronics", presets: "electronics"), period: excitation.periodNanoseconds,
      detectors: detectors.count)
    : .ideal
  var arms = readArms(root, detectors: detectors.map(\.name))
  for (i, section) in detectorSections.prefix(arms.count).enumerated() {
    arms[i].elements += readFilters(section, alsoSingle: false)
  }
  if scanned != nil, root.has("crosstalk") {
    root.fail("is not simulated in a scan, which counts each detector for itself; leave it out", at: "crosstalk")
  }
  let crosstalk = root.optionalSection("crosstalk").map { readCrosstalk($0, detectors: detectors.count) }
  return description(arms: arms, detectors: detectors, crosstalk: crosstalk, electronics: electronics)
}

private func readDuration(_ root: Section) -> Double {
  root.quantity(
    "duration", in: .seconds, range: .above(0).and(.atMost(360_000)), default: .customary(60, "a minute"))
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
