import Bench
import Detectors
import Emitters
import Light
import Photonics

/// The bench that a scenario describes; faults are reported to the section they are in.
///
/// - Parameter scanned: of a scan, what it says in place of a bench with a fixed spot.
func readBench(_ root: Section, scanned: ScannedParts? = nil) -> Bench {
  let name = root.string("name")
  _ = root.string("about", default: .chosen(name, "no description given"))
  let duration =
    scanned?.raster.durationSeconds
    ?? root.quantity(
      "duration", in: .seconds, range: .above(0).and(.atMost(360_000)), default: .customary(60, "a minute"))
  let illumination = readIllumination(root.section("excitation"), spot: scanned?.spot)
  let sample = scanned?.sample ?? root
  let excitation = illumination.excitation
  var emitters = sample.list("emitters", presets: "emitter").map { readEmitter($0, illumination) }
  if let placement = sample.optionalSection("placement") {
    emitters += readPlacement(placement, illumination, most: scanned == nil ? 20 : 10_000)
  }
  if excitation.repetitionRateHz == nil { checkStepCount(emitters, duration: duration, root) }
  let background = sample.list("background").map { readBackground($0, illumination) }
  let collection = root.section("collection")
  let coupling = collection.fraction("coupling")
  let elements = collection.optionalSection("losses").map { $0.sections().map(readElement) } ?? []
  let filter = root.optionalSection("filter").map(readFilter)
  let detectorSections = root.list("detectors", presets: "detector", atLeast: 1)
  let detectors = detectorSections.enumerated().map { readDetector($1, number: $0 + 1) }
  if detectors.count > 2 {
    detectorSections[2].fail("is one too many: a PicoHarp 300 bench has one or two detectors, found \(detectors.count)")
  }
  var splitting = [1.0]
  if detectors.count > 1 {
    let first = root.section("beamsplitter").fraction("first_arm")
    splitting = [first, 1 - first]
  } else if root.has("beamsplitter") {
    root.fail("needs two detectors, found \(detectors.count)", at: "beamsplitter")
  }
  let electronics =
    scanned == nil
    ? readElectronics(root.section("electronics", presets: "electronics"), period: excitation.periodNanoseconds)
    : TimingElectronics.counter
  return Bench(
    name: name, excitation: excitation, emitters: emitters, background: background,
    path: LightPath(
      coupling: .constant(coupling), losses: elements,
      filters: filter.map { [.init(name: "filter", transmission: .bandPass($0))] } ?? [],
      arms: splitting.map { .init(share: .constant($0)) }),
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
