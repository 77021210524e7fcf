import Analysis
import ArgumentParser
import Glibc
import Light
import Reporting

struct CorrelationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "g2", abstract: "Measures the second-order correlation of a recording, pulsed or continuous.")

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var selection: SelectionOptions

  @Option(help: ArgumentHelp("Width of a delay bin, for example \"1 ns\".", valueName: "time")) var bin: String?
  @Option(
    help: ArgumentHelp(
      "Largest delay of the histogram; with --logarithmic the shortest and the largest, \"1ns..10s\".",
      valueName: "time"))
  var range: String?
  @Option(
    help: ArgumentHelp(
      "How much of the counts is background: the signal fraction (\"0.94\" or \"94 %\"), the background rate per channel (\"150 cps\") or a recording of the background alone.",
      valueName: "level|file"))
  var background: String?
  @Option(
    help: ArgumentHelp(
      "Correct for afterpulses: the share of clicks that have one and its mean delay (\"1 %\", \"1 %:60 ns\"), or auto to read the share from each channel's pairs with itself.",
      valueName: "share[:time]|auto"))
  var afterpulses: String?
  @Option(
    help: ArgumentHelp("The laser period where the file does not tell it, for example \"200 ns\".", valueName: "time"))
  var period: String?
  @Option(help: "pulsed or cw; found out if not given.") var excitation: Kind?
  @Option(help: "pulse_number, peak_areas, or peak_fit: all peaks with their decay on a flat background.")
  var estimator: Estimator = .pulseNumber
  @Flag(help: "Correlate over many decades of delay in logarithmic bins, every pair counted.") var logarithmic = false
  @Option(help: "Bins per factor of ten with --logarithmic (10 if not given).") var pointsPerDecade: Int?
  @Flag(help: "Histogram from each photon of the first channel to the next of the second: not a correlation.")
  var startStop = false
  @Option(help: ArgumentHelp("Threads; the result does not depend on it.", valueName: "number")) var threads = 2
  @Option(help: "Side peaks on each side of the centre (20 if not given), pulsed.") var peaks: Int?
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write g2.svg, g2.json and g2.csv there.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print the histogram as CSV.") var csv = false

  enum Kind: String, ExpressibleByArgument, CaseIterable { case pulsed, cw }
  enum Estimator: String, ExpressibleByArgument, CaseIterable {
    case pulseNumber = "pulse_number"
    case peakAreas = "peak_areas"
    case peakFit = "peak_fit"
  }

  func validate() throws {
    guard !(logarithmic && startStop) else {
      throw ValidationError("--logarithmic and --start-stop exclude each other")
    }
    guard threads >= 1 else { throw ValidationError("--threads must be 1 or more, found \(threads)") }
    if logarithmic || startStop {
      let mode = logarithmic ? "--logarithmic" : "--start-stop"
      let choice = [
        ("--gate", selection.gate), ("--intensity-gate", selection.intensityGate), ("--level", selection.level),
        ("--hold-off", selection.holdOff),
      ]
      let chosen =
        (startStop ? choice : []) + [
          ("--background", background), ("--afterpulses", afterpulses), ("--peaks", peaks.map(String.init)),
        ]
      for (name, value) in chosen where value != nil {
        throw ValidationError("\(name) has no meaning with \(mode)")
      }
    }
    if logarithmic && bin != nil {
      throw ValidationError("--bin has no meaning with --logarithmic; use --points-per-decade")
    }
    if !logarithmic && pointsPerDecade != nil { throw ValidationError("--points-per-decade needs --logarithmic") }
  }

  func options() throws -> CorrelationOptions {
    var options = CorrelationOptions()
    options.binPs = try positiveTime(bin, option: "--bin", in: .picoseconds)
    options.rangePs = try positiveTime(range, option: "--range", in: .picoseconds)
    options.periodPs = try positiveTime(period, option: "--period", in: .picoseconds)
    options.gate = try selection.timeGate()
    options.excitation = excitation.map { $0 == .pulsed ? .pulsed : .cw }
    options.estimator = PulsedEstimator(rawValue: estimator.rawValue) ?? .pulseNumber
    options.channels = try selection.channelPair(isAuto: logarithmic)
    options.threads = threads
    if let peaks { options.peaks = peaks }
    if let background { options.background = try Self.level(background) }
    options.afterpulses = try afterpulses.map(afterpulseLevel)
    return options
  }

  /// Options of a logarithmic correlation.
  private func logarithmicOptions() throws -> LogarithmicOptions {
    var options = LogarithmicOptions(pointsPerDecade: pointsPerDecade ?? 10, threads: threads)
    options.channels = try selection.channelPair(isAuto: logarithmic)
    options.periodPs = try positiveTime(period, option: "--period", in: .picoseconds)
    if let range {
      if let dots = range.firstRange(of: "..") {
        let low = try positiveTime(String(range[..<dots.lowerBound]), option: "--range", in: .picoseconds)
        options.lowPs = low ?? options.lowPs
        options.highPs = try positiveTime(String(range[dots.upperBound...]), option: "--range", in: .picoseconds)
      } else {
        options.highPs = try positiveTime(range, option: "--range", in: .picoseconds)
      }
    }
    return options
  }

  static func level(_ text: String) throws -> BackgroundLevel {
    if let rate = try? Quantity(text, convertibleTo: .countsPerSecond) {
      let hertz = rate.value(in: .countsPerSecond)
      guard hertz >= 0 else { throw ValidationError("--background: a rate cannot be negative, found '\(text)'") }
      return BackgroundLevel(.ratesHz(Dictionary(uniqueKeysWithValues: (0..<256).map { ($0, hertz) })))
    }
    if let fraction = try? Quantity(text, convertibleTo: .one).value(in: .one), fraction > 0, fraction <= 1 {
      return .signalFraction(fraction)
    }
    guard access(text, F_OK) == 0 else {
      throw ValidationError(
        "--background: write the signal fraction, 0.94, a rate, \"150 cps\", or the name of a recording, found '\(text)'"
      )
    }
    let recording = try OpenRecording(text)
    return BackgroundLevel(.measured(try MeasuredBackground(header: recording.header, replay: recording.replay)))
  }

  func run() throws {
    try orFail {
      if logarithmic { return try runLogarithmic() }
      var options = try options()
      if startStop { return try runStartStop(options) }
      let open = try recording.open(periodPs: options.periodPs)
      let selected = try selection.apply(to: open, withTimeGate: false, periodPs: options.periodPs)
      options.keptTime = selected.keptTime
      options.laser = selected.laser
      let result = try analyzeG2(
        header: open.header, options: options, blocks: selected.summary == nil ? try open.blocks() : nil,
        replay: selected.replay)
      for warning in result.warnings { standardError("warning: \(warning)") }
      let document = try JSONOutput.encode(WithMore(result, "selection", selected.summary))
      func histogram() -> Table {
        var histogram = Table([.init("tau_ps"), .init("coincidences"), .init("normalized")])
        for i in result.tauPs.indices {
          histogram.append("\(result.tauPs[i])", "\(result.coincidences[i])", "\(result.normalized[i])")
        }
        return histogram
      }
      try write(document, histogram(), correlationFigure(result))
      if json { return print(document, terminator: "") }
      if csv { return print(histogram().csv(), terminator: "") }
      var table = correlationTable(result, title: recording.file)
      selected.append(to: &table)
      print(table.text())
      print(Self.method(result.estimator))
      sayFigure()
    }
  }

  /// The files of `--output`.
  private func write(
    _ document: String, _ table: @autoclosure () -> Table, _ figure: @autoclosure () -> Figure
  ) throws {
    guard let output else { return }
    try makeFolder(output)
    try writeText(document, to: output + "/g2.json")
    try writeText(table().csv(), to: output + "/g2.csv")
    try writeText(figure().svg(), to: output + "/g2.svg")
  }

  private func sayFigure() {
    if let output { print("\(output)/g2.svg") }
  }

  /// How g2(0) and its interval came about, with where it is from.
  private static func method(_ estimator: PulsedEstimator?) -> String {
    switch estimator {
    case nil: "pairs over those of independent photons; Jeffreys' interval of a count (Brown, Cai & DasGupta 2001)"
    case .pulseNumber, .peakAreas:
      "centre over the mean of all other peaks; Jeffreys' interval of a ratio of counts (Brown, Cai & DasGupta 2001)"
    case .peakFit:
      "maximum Poisson likelihood of all peaks; profile-likelihood interval (Baker & Cousins 1984)"
    }
  }

  private func runLogarithmic() throws {
    var options = try logarithmicOptions()
    let open = try recording.open(periodPs: options.periodPs)
    let selected = try selection.apply(to: open, withTimeGate: true, isAuto: true, periodPs: options.periodPs)
    options.keptTime = selected.keptTime
    let result = try analyzeLogarithmic(header: open.header, options: options, replay: selected.replay)
    let document = try JSONOutput.encode(WithMore(result, "selection", selected.summary))
    var table = Table([
      .init("from_ps"), .init("to_ps"), .init("coincidences"), .init("normalized"), .init("uncertainty"),
    ])
    for (i, count) in result.coincidences.enumerated() {
      table.append(
        "\(result.edgesPs[i])", "\(result.edgesPs[i + 1])", "\(count)", "\(result.normalized[i])",
        "\(result.normalizedUncertainty[i])")
    }
    try write(document, table, logarithmicFigure(result))
    if json { return print(document, terminator: "") }
    if csv { return print(table.csv(), terminator: "") }
    var decades = Table([.init("delay", .right), .init("pairs", .right), .init("g2", .right)])
    for (i, count) in result.coincidences.enumerated() {
      decades.append(
        Self.delay(result.tauPs[i]), NumberFormat.count(count),
        NumberFormat.measured(result.normalized[i], uncertainty: result.normalizedUncertainty[i], unit: ""))
    }
    print(decades.text())
    if selected.summary != nil {
      var choice = Table([.init(recording.file), .init("", .right)])
      selected.append(to: &choice)
      print(choice.text())
    }
    print(
      "channels \(result.channels.map(String.init).joined(separator: ", ")); every pair counted (Laurence, Fore & Huser 2006), "
        + (selected.keptTime == nil
          ? "symmetric normalization (Schätzel 1988); " : "normalized by the time kept at both ends of a delay; ")
        + "uncertainty of counting only")
    sayFigure()
  }

  /// A delay in the unit that suits it.
  private static func delay(_ picoseconds: Double) -> String {
    let units: [(size: Double, name: String)] = [(1e12, "s"), (1e9, "ms"), (1e6, "µs"), (1e3, "ns")]
    let unit = units.first { picoseconds >= $0.size } ?? (1, "ps")
    return "\(NumberFormat.significant(picoseconds / unit.size, digits: 3)) \(unit.name)"
  }

  private func runStartStop(_ options: CorrelationOptions) throws {
    let open = try recording.open(periodPs: options.periodPs)
    let result = try analyzeStartStop(header: open.header, options: options, replay: open.replay)
    let document = try JSONOutput.encode(result)
    var table = Table([.init("tau_ps"), .init("stops")])
    for (tau, count) in zip(result.tauPs, result.coincidences) { table.append("\(tau)", "\(count)") }
    try write(document, table, startStopFigure(result))
    if json { return print(document, terminator: "") }
    if csv { return print(table.csv(), terminator: "") }
    var summary = Table([.init(recording.file), .init("", .right)])
    summary.append("method", "start-stop: the next stop after each start; not a correlation (Coates 1968)")
    summary.append("starts from channel", "\(result.channels[0])")
    summary.append("stops from channel", "\(result.channels[1])")
    summary.append("starts taken up", NumberFormat.count(result.starts))
    summary.append("stops within the range", NumberFormat.count(result.coincidences.reduce(0, +)))
    print(summary.text())
    sayFigure()
  }
}

/// A correlation as a table.
func correlationTable(_ result: CorrelationResult, title: String) -> Table {
  var table = Table([.init(title), .init("", .right)])
  table.append("excitation", result.excitation.rawValue)
  table.append("how decided", result.decision)
  table.append("channels", result.channels.map(String.init).joined(separator: ", "))
  table.append("photons", result.photons.map { NumberFormat.count($0) }.joined(separator: ", "))
  if let period = result.periodPs {
    table.append("laser period", "\(NumberFormat.significant(period / 1e3, digits: 9)) ns")
  }
  table.append("g2(0)", NumberFormat.measured(result.g2Zero, uncertainty: result.g2ZeroUncertainty, unit: ""))
  table.append("68 % interval", intervalText(result.g2ZeroInterval))
  table.append("95 % interval", intervalText(result.g2ZeroInterval95))
  if result.excitation == .pulsed {
    table.append("coincidences in the centre peak", "\(result.centerCounts)")
    if let mean = result.sidePeakMean {
      table.append("mean of \(result.sidePeaks) side peaks", NumberFormat.fixed(mean, places: 1))
    }
    for (name, center) in [
      ("over near side peaks", result.normalizations?.nearSidePeaks),
      ("over far side peaks", result.normalizations?.farSidePeaks),
      ("over what the rates expect", result.normalizations?.absolute),
    ] {
      guard let center else { continue }
      let which = center.pulses.isEmpty ? "" : " (\(center.pulses[0]) to \(center.pulses[1]))"
      table.append(name + which, NumberFormat.measured(center.value, uncertainty: center.uncertainty, unit: ""))
    }
    table.append("delay of the centre peak", "\(NumberFormat.fixed(result.centerDelayPs / 1e3, places: 2)) ns")
    if let estimator = result.estimator { table.append("estimator", estimator.rawValue) }
    if let fit = result.peakFit {
      table.append(
        "lifetimes of the peaks",
        fit.lifetimesNs.map { NumberFormat.significant($0, digits: 3) }.joined(separator: ", ") + " ns")
      table.append("flat coincidences per period", NumberFormat.significant(fit.flatCountsPerPeriod, digits: 3))
      table.append(
        "deviance per degree of freedom",
        NumberFormat.fixed(fit.deviance / Double(max(fit.degreesOfFreedom, 1)), places: 2))
    }
  }
  if let shares = result.afterpulseShares {
    table.append(
      "afterpulses among the counts",
      shares.map { NumberFormat.measured($0.value, uncertainty: $0.uncertainty) }.joined(separator: ", "))
  }
  if let corrected = result.backgroundCorrected {
    table.append(
      "corrected by signal fraction squared",
      NumberFormat.measured(corrected.rhoSquared.value, uncertainty: corrected.rhoSquared.uncertainty, unit: ""))
    if let interval = corrected.rhoSquaredInterval95 { table.append("its 95 % interval", intervalText(interval)) }
    table.append(
      "pedestal taken from the centre only",
      NumberFormat.measured(corrected.centerOnly.value, uncertainty: corrected.centerOnly.uncertainty, unit: ""))
  }
  return table
}

/// The ends to the digit that the interval's length supports.
private func intervalText(_ interval: ConfidenceInterval) -> String {
  let places = NumberFormat.places(of: (interval.high - interval.low) / 2)
  return
    "\(NumberFormat.fixed(interval.low, places: places)) … \(NumberFormat.fixed(interval.high, places: places))"
}
