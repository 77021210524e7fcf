import Detectors
import Light

func readDetector(_ section: Section, number: Int) -> SinglePhotonDetector {
  let efficiency = section.table(
    "efficiency", x: .nanometers, y: .one, xRange: .positive, yRange: .between(0...1))
  let name = section.string("name", default: .chosen("detector \(number)", "numbered"))
  let darkCounts = section.quantity("dark_counts", in: .countsPerSecond, range: .between(0...1e8))
  let deadTime = section.quantity("dead_time", in: .nanoseconds, range: .between(0...1e9))
  return SinglePhotonDetector(
    name: name,
    efficiency: efficiency.isEmpty
      ? EfficiencyCurve(constant: 1)
      : EfficiencyCurve(wavelengthsNanometers: efficiency.map(\.x), values: efficiency.map(\.y)),
    darkCountRateHz: darkCounts, darkCountDrift: section.optionalSection("dark_count_drift").map(readDrift),
    deadTimeNanoseconds: deadTime,
    deadTimeKind: section.choice(
      "dead_time_kind", of: DeadTimeKind.self, default: .customary(.nonParalysable, "an actively quenched diode")),
    recovery: section.optionalSection("recovery").map(readRecovery),
    twilight: section.optionalSection("twilight").map { readTwilight($0, deadTime: deadTime) },
    afterpulsing: readAfterpulsing(section.section("afterpulsing")), jitter: readJitter(section.section("jitter")),
    delayNanoseconds: section.quantity(
      "delay", in: .nanoseconds, range: .between(0...1e6), default: .customary(0, "no cable")))
}

private func readDrift(_ section: Section) -> DarkCountDrift {
  DarkCountDrift(
    law: section.choice("law", of: DarkCountDrift.Law.self),
    finalRateHz: section.quantity("to", in: .countsPerSecond, range: .between(0...1e8)),
    seconds: section.quantity("within", in: .seconds, range: .above(0).and(.atMost(1e9))))
}

private func readRecovery(_ section: Section) -> EfficiencyRecovery {
  guard section.has("efficiency") else {
    return .exponential(
      timeConstantNanoseconds: section.quantity("time_constant", in: .nanoseconds, range: .above(0).and(.atMost(1e6))))
  }
  if section.has("time_constant") {
    section.fail("cannot stand beside efficiency; give one of the two", at: "time_constant")
  }
  let rows = section.table(
    "efficiency", x: .nanoseconds, y: .one, xRange: .between(0...1e9), yRange: .between(0...1), atLeast: 2)
  return .table(nanoseconds: rows.map(\.x), efficiencies: rows.map(\.y))
}

private func readTwilight(_ section: Section, deadTime: Double) -> TwilightCounts {
  let window = section.quantity("window", in: .nanoseconds, range: .positive)
  if window > deadTime {
    section.fail(
      "must be at most the dead time of \(Quantity(deadTime, .nanoseconds)), found \(Quantity(window, .nanoseconds))",
      at: "window")
  }
  return TwilightCounts(windowNanoseconds: window, probability: section.fraction("probability"))
}

/// The probability, and one of four laws of the delays.
private func readAfterpulsing(_ section: Section) -> Afterpulsing {
  let probability = section.fraction("probability", range: .atLeast(0).and(.below(1)))
  let laws = ["mean_delay", "components", "power_like", "table"].filter { section.has($0) }
  if laws.count > 1 {
    section.fail(
      "cannot stand beside \(laws.dropLast().joined(separator: " and ")); give one law of delays, and 'none' for one that "
        + "a preset has", at: laws.last)
  }
  func law() -> Afterpulsing.DelayLaw {
    switch laws.last {
    case "components":
      return .exponentials(
        section.list("components", atLeast: 1).map {
          .init(
            share: $0.fraction("share", range: .positive),
            meanNanoseconds: $0.quantity("mean_delay", in: .nanoseconds, range: .between(0...1e9)))
        })
    case "power_like":
      let times = section.section("power_like")
      let shortest = times.quantity("shortest", in: .nanoseconds, range: .positive)
      let longest = times.quantity("longest", in: .nanoseconds, range: .positive)
      if longest <= shortest { times.fail("must be above shortest", at: "longest") }
      return .powerLike(shortestNanoseconds: shortest, longestNanoseconds: max(longest, shortest * 1.000001))
    case "table":
      return readDensity(section, "table", range: .between(0...1e9)).map { .table($0) }
        ?? .exponential(meanNanoseconds: 0)
    default:
      return .exponential(
        meanNanoseconds: section.quantity("mean_delay", in: .nanoseconds, range: .between(0...1e9)))
    }
  }
  return Afterpulsing(
    probability: probability, delays: law(),
    start: section.choice(
      "counted_from", of: Afterpulsing.Start.self,
      default: .customary(.deadTimeEnd, "the probability is that of afterpulses that can be seen")))
}

/// A Gaussian with a tail, or a measured response.
private func readJitter(_ section: Section) -> TimingJitter {
  let walk = section.optionalSection("walk").map {
    TimingJitter.Walk(
      shiftNanoseconds: $0.quantity("shift", in: .nanoseconds, range: .between(-1e3...1e3)),
      timeConstantNanoseconds: $0.quantity("time_constant", in: .nanoseconds, range: .above(0).and(.atMost(1e9))))
  }
  let key = ["response", "response_file"].first { section.has($0) }
  if let key {
    for other in ["fwhm", "tail_share", "tail"] where section.has(other) {
      section.fail("cannot stand beside \(key); write 'none' for what a preset has", at: other)
    }
    let law =
      key == "response"
      ? readDensity(section, key, range: .between(-1e6...1e6))
      : density(section.densityTable(key, as: "response"), section, key)
    return law.map { TimingJitter(response: $0, walk: walk) }
      ?? TimingJitter(fwhmNanoseconds: 0, tailShare: 0, tailNanoseconds: 0)
  }
  return TimingJitter(
    fwhmNanoseconds: section.quantity("fwhm", in: .nanoseconds, range: .between(0...1e3)),
    tailShare: section.fraction("tail_share", default: .customary(0, "no diffusion tail")),
    tailNanoseconds: section.quantity(
      "tail", in: .nanoseconds, range: .between(0...1e3), default: .customary(0, "no diffusion tail")), walk: walk)
}

/// A law of times: a table of densities, in any unit, against time.
private func readDensity(_ section: Section, _ key: String, range: Limits) -> TabulatedDensity? {
  density(
    section.table(key, x: .nanoseconds, y: .one, xRange: range, yRange: .notNegative, atLeast: 2), section, key)
}

private func density(_ rows: [Point], _ section: Section, _ key: String) -> TabulatedDensity? {
  guard rows.count > 1 else { return nil }
  guard rows.contains(where: { $0.y > 0 }) else {
    section.fail("has no density above zero", at: key)
    return nil
  }
  return TabulatedDensity(nanoseconds: rows.map(\.x), densities: rows.map(\.y))
}
