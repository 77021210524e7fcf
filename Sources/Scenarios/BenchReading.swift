import Bench
import Detectors
import Emitters
import Light
import Photonics

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
    arms: [LightPath.Arm], detectors: [SinglePhotonDetector], electronics: TimingElectronics
  ) -> Description {
    let bench = Bench(
      name: name, excitation: excitation, emitters: emitters, background: background,
      path: LightPath(
        route: collection.route, coupling: collection.coupling, losses: collection.losses, filters: filters, arms: arms),
      detectors: detectors, electronics: electronics, durationSeconds: duration, spectrometer: spectrometer)
    return Description(
      bench: bench, device: device, environment: environment, guide: guide, tolerances: tolerances)
  }
  if isSpectrumOnly {
    for key in ["beamsplitter", "electronics", "expect"] where root.has(key) {
      root.fail("needs detectors; beside a spectrometer alone it has no meaning", at: key)
    }
    if root.has("duration") {
      root.fail(
        "has no meaning beside a spectrometer alone; set spectrometer.integration_time and accumulations",
        at: "duration")
    }
    return description(arms: [], detectors: [], electronics: .ideal)
  }
  let detectorSections = root.list("detectors", presets: "detector", atLeast: 1)
  let detectors = detectorSections.enumerated().map { readDetector($1, number: $0 + 1) }
  if detectors.count > 2 {
    detectorSections[2].fail("is one too many: a PicoHarp 300 bench has one or two detectors, found \(detectors.count)")
  }
  var arms = [LightPath.Arm(share: .constant(1))]
  if detectors.count > 1 {
    arms = readBeamsplitter(root.section("beamsplitter"))
  } else if root.has("beamsplitter") {
    root.fail("needs two detectors, found \(detectors.count)", at: "beamsplitter")
  }
  for (i, section) in detectorSections.prefix(arms.count).enumerated() {
    arms[i].elements += readFilters(section, alsoSingle: false)
  }
  let electronics =
    scanned == nil
    ? readElectronics(root.section("electronics", presets: "electronics"), period: excitation.periodNanoseconds)
    : TimingElectronics.counter
  return description(arms: arms, detectors: detectors, electronics: electronics)
}

private func readDuration(_ root: Section) -> Double {
  root.quantity(
    "duration", in: .seconds, range: .above(0).and(.atMost(360_000)), default: .customary(60, "a minute"))
}

/// The two arms of a beamsplitter: `{first_arm: 50 %, loss: 0.3 dB}`; each may be a table against wavelength.
private func readBeamsplitter(_ section: Section) -> [LightPath.Arm] {
  let first = readShare(section, "first_arm")
  let second: Transmission =
    switch first {
    case .table(let curve): .table(curve.complement)
    case .bandPass: .constant(0)
    }
  let loss = section.has("loss") || section.has("transmission") ? [readElement("beamsplitter", section)] : []
  return [.init(share: first, elements: loss), .init(share: second, elements: loss)]
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

extension TimingElectronics {
  /// Counts every click of a detector.
  fileprivate static var counter: TimingElectronics {
    TimingElectronics(
      name: "counter", mode: .t2, baseResolutionPicoseconds: 4, binning: 1, deadTimeNanoseconds: 0,
      jitterNanoseconds: 0)
  }
}

private func readElectronics(_ section: Section, period: Double?) -> TimingElectronics {
  let mode = section.choice("mode", of: TimingElectronics.Mode.self)
  let resolution = section.quantity("base_resolution", in: .picoseconds, range: .positive)
  if resolution != 4 {
    section.fail(
      "must be the PicoHarp 300's 4 ps, found \(Quantity(resolution, .picoseconds))",
      at: "base_resolution")
  }
  let smallest = period.flatMap {
    TimingElectronics.smallestBinning(periodNanoseconds: $0, baseResolutionPicoseconds: 4)
  }
  var binning = smallest ?? 128
  if let chosen = section.optionalInteger("binning") {
    if [1, 2, 4, 8, 16, 32, 64, 128].contains(chosen) {
      binning = chosen
    } else {
      section.fail("must be a power of two from 1 to 128, found \(chosen)", at: "binning")
    }
  }
  if mode == .t3, period == nil {
    section.fail(
      "t3 needs the sync of a pulsed laser; continuous excitation is recorded in t2", at: "mode")
  } else if mode == .t3, let period, smallest == nil || binning < smallest! {
    let most = Quantity(Double(binning * 4 * (TimingElectronics.nanotimeBins - 2)) / 1e3, .nanoseconds)
    section.fail(
      "does not fit: \(TimingElectronics.nanotimeBins) nanotime bins of \(4 * binning) ps hold \(most), less than the "
        + "laser period of \(Quantity(period, .nanoseconds))", at: section.has("binning") ? "binning" : "mode")
  }
  return TimingElectronics(
    name: "PicoHarp 300", mode: mode, baseResolutionPicoseconds: 4, binning: binning,
    deadTimeNanoseconds: section.quantity("dead_time", in: .nanoseconds, range: .between(0...1e6)),
    jitterNanoseconds: section.quantity("jitter", in: .nanoseconds, range: .between(0...1e3)))
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
