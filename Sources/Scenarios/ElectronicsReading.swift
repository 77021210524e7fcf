import Detectors
import Light

/// The time tagger; what its instrument cannot do is a fault.
///
/// - Parameters:
///   - period: the laser's in nanoseconds, `nil` under continuous excitation.
///   - detectors: how many there are.
func readElectronics(_ section: Section, period: Double?, detectors: Int) -> TimingElectronics {
  let family = section.choice(
    "instrument", of: InstrumentFamily.self, default: .customary(.picoHarp300, "what scenarios meant before they said"))
  let mode = section.choice("mode", of: TimingElectronics.Mode.self)
  var electronics = TimingElectronics(
    name: family.name, family: family, mode: mode,
    detectorInputs: section.integer(
      "inputs", range: .between(1...Double(family.mostDetectors(.t2))),
      default: .customary(min(family.mostDetectors(.t2), 8), "a model with so many detector inputs")),
    baseResolutionPicoseconds: readBaseResolution(section, family),
    binning: 1,
    firstNanotimeBin: section.integer(
      "first_nanotime_bin", range: .between(0...1),
      default: family == .picoHarp300
        ? .customary(1, "tttrlib takes a PicoHarp T3 photon with nanotime 0 for a marker")
        : .customary(0, "the bin that begins with the laser pulse")),
    deadTimeNanoseconds: section.quantity("dead_time", in: .nanoseconds, range: .between(0...1e6)),
    jitterNanoseconds: section.quantity("jitter", in: .nanoseconds, range: .between(0...1e3)),
    inputOffsetsPicoseconds: section.quantities(
      "input_offsets", in: .picoseconds,
      range: .between(
        -InstrumentFamily.largestInputOffsetPicoseconds...InstrumentFamily.largestInputOffsetPicoseconds)),
    buffer: section.optionalSection("buffer").map(readBuffer),
    binWidths: section.optionalSection("nonlinearity").map(readBinWidths),
    markers: section.list("markers").map(readMarker))
  if electronics.inputOffsetsPicoseconds.count > detectors {
    section.fail(
      "lists \(electronics.inputOffsetsPicoseconds.count) inputs, and there are \(detectors) detectors",
      at: "input_offsets")
  }
  if detectors > electronics.inputs {
    let larger = InstrumentFamily.allCases.filter { $0.mostDetectors(mode) >= detectors }.map(\.rawValue)
    section.fail(
      "are \(electronics.inputs) in \(mode), too few for \(detectors) detectors; instruments with enough: "
        + (larger.isEmpty ? "none" : larger.joined(separator: ", ")), at: "inputs")
  }
  readBinning(section, period: period, into: &electronics)
  readSync(section, period: period, into: &electronics)
  return electronics
}

private func readBaseResolution(_ section: Section, _ family: InstrumentFamily) -> Int {
  let resolution = section.quantity("base_resolution", in: .picoseconds, range: .positive)
  let possible = family.baseResolutionsPicoseconds
  if let exact = possible.first(where: { Double($0) == resolution }) { return exact }
  // Missing ones are told already.
  guard section.has("base_resolution") else { return possible[0] }
  section.fail(
    "must be the \(family.name)'s \(possible.map { "\($0) ps" }.joined(separator: " or ")), found "
      + "\(Quantity(resolution, .picoseconds))", at: "base_resolution")
  return possible[0]
}

private func readBinning(_ section: Section, period: Double?, into electronics: inout TimingElectronics) {
  let family = electronics.family
  let base = electronics.baseResolutionPicoseconds
  let smallest = period.flatMap {
    TimingElectronics.smallestBinning(periodNanoseconds: $0, baseResolutionPicoseconds: base, family: family)
  }
  electronics.binning = smallest ?? family.binnings.last!
  if let chosen = section.optionalInteger("binning") {
    if family.binnings.contains(chosen) {
      electronics.binning = chosen
    } else {
      section.fail(
        "must be a power of two from 1 to \(family.binnings.last!), the \(family.name)'s, found \(chosen)",
        at: "binning")
    }
  }
  guard electronics.mode == .t3 else { return }
  guard let period else {
    section.fail("t3 needs the sync of a pulsed laser; continuous excitation is recorded in t2", at: "mode")
    return
  }
  if smallest == nil || electronics.binning < smallest! {
    let width = electronics.nanotimeResolutionPicoseconds
    let most = Quantity(Double(width * (family.nanotimeBins - 2)) / 1e3, .nanoseconds)
    section.fail(
      "does not fit: \(family.nanotimeBins) nanotime bins of \(width) ps hold \(most), less than the laser period of "
        + "\(Quantity(period, .nanoseconds))", at: section.has("binning") ? "binning" : "mode")
  }
}

/// The divider of the sync input, and whether T2 records its events.
private func readSync(_ section: Section, period: Double?, into electronics: inout TimingElectronics) {
  let family = electronics.family
  let dividers = (0...10).map { 1 << $0 }.filter { $0 <= family.largestSyncDivider }
  // An event of the divided sync must find its input ready.
  let needed = period.map { (electronics.deadTimeNanoseconds / $0).rounded(.up) } ?? 1
  let enough = dividers.first { Double($0) >= needed }
  electronics.syncDivider = section.integer(
    "sync_divider", default: .derived(enough ?? dividers.last!, "the smallest that the input's dead time allows"))
  if !dividers.contains(electronics.syncDivider) {
    section.fail(
      "must be one of the \(family.name)'s \(dividers.map(String.init).joined(separator: ", ")), found "
        + "\(electronics.syncDivider)", at: "sync_divider")
  } else if electronics.mode == .t3, let period, let largest = family.largestSyncRateHz,
    1e9 / period > largest * (1 + 1e-9)
  {
    section.fail(
      "t3 counts the laser's pulses, and a \(family.name)'s sync input takes up to \(Quantity(largest / 1e6, .megahertz)), less than "
        + "\(Quantity(1e3 / period, .megahertz)); t2, hydraharp-400 and multiharp-150 take more", at: "mode")
  } else if electronics.mode == .t3, let period, Double(electronics.syncDivider) < needed {
    let way = enough.map { "a divider of \($0) is enough" } ?? "no divider of the \(family.name) is enough"
    section.fail(
      "of \(electronics.syncDivider) leaves \(Quantity(period * Double(electronics.syncDivider), .nanoseconds)) between "
        + "sync events, less than the dead time of \(Quantity(electronics.deadTimeNanoseconds, .nanoseconds)); \(way)",
      at: "sync_divider")
  }
  electronics.recordsSync = section.boolean("record_sync", default: .customary(false, "detectors only"))
  guard electronics.recordsSync else { return }
  if period == nil {
    section.fail("needs a pulsed laser; continuous excitation has no sync", at: "record_sync")
  } else if electronics.mode == .t3 {
    section.fail("is for t2; in t3 every record counts the sync pulses", at: "record_sync")
  } else if !family.recordsSyncInT2 {
    section.fail(
      "is not possible: a \(family.name) has no input for the sync beside its detectors in t2; hydraharp-400 has one",
      at: "record_sync")
  }
}

private func readBuffer(_ section: Section) -> RecordBuffer {
  RecordBuffer(
    records: section.integer("records", range: .between(1...1e12)),
    // Less than a record per reading, a millisecond, would be none.
    readoutRateHz: section.quantity("readout_rate", in: .countsPerSecond, range: .between(1e3...1e12)))
}

private func readBinWidths(_ section: Section) -> BinWidths {
  if section.has("widths") {
    let widths = section.numbers("widths", range: .between(0.01...100), atLeast: 2)
    let mean = widths.reduce(0, +) / Double(max(1, widths.count))
    var boundary = 0.0
    for (bin, width) in widths.enumerated() {
      boundary += width / mean - 1
      guard abs(boundary) >= 1 else { continue }
      section.fail(
        "put the end of bin \(bin) \(Quantity.text(of: (boundary * 100).rounded() / 100)) mean widths from where equal bins end; it must be less than one",
        at: "widths")
      break
    }
    return .table(widths)
  }
  let deviation = section.fraction("rms", range: .above(0).and(.atMost(0.1)))
  let seed = section.integer(
    "seed", range: .between(0...1e15), default: .chosen(1, "stands for one specimen of the instrument"))
  return .drawn(standardDeviation: deviation, seed: UInt64(seed))
}

private func readMarker(_ section: Section) -> ExternalMarker {
  let line = section.integer("line", range: .between(1...Double(InstrumentFamily.markerLines)))
  if section.has("times") {
    let times = section.quantities("times", in: .seconds, range: .between(0...360_000), atLeast: 1)
    if zip(times, times.dropFirst()).contains(where: { $0 >= $1 }) {
      section.fail("must rise from one to the next", at: "times")
    }
    return ExternalMarker(line: line, times: .listed(times))
  }
  return ExternalMarker(
    line: line,
    times: .periodic(
      first: section.quantity(
        "first", in: .seconds, range: .between(0...360_000), default: .customary(0, "with the start of the recording")),
      // Ten to a microsecond is more than an input for markers takes.
      period: section.quantity("period", in: .seconds, range: .atLeast(1e-7))))
}
