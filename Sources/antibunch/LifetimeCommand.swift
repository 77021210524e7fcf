import Analysis
import ArgumentParser
import Light
import Reporting
import TimeTags

struct LifetimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lifetime", abstract: "Histograms and fits the decay after the laser pulse.")

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var selection: SelectionOptions
  @Option(
    help: ArgumentHelp(
      "Number of exponentials, 1 to 4, or auto for what the Bayesian information criterion prefers.",
      valueName: "number|auto"))
  var components = "2"
  @Flag(help: "A stretched exponential; with --components auto one more model to choose from.") var stretched = false
  @Option(
    help: ArgumentHelp(
      "The instrument response: a recording, or .csv, .txt or .dat with times in ns and counts.", valueName: "file"))
  var irf: String?
  @Option(help: ArgumentHelp("A Gaussian response of this full width at half maximum.", valueName: "time"))
  var irfFwhm: String?
  @Option(
    help: ArgumentHelp("Its exponential tail: share and mean delay, as in \"0.1:400 ps\".", valueName: "share:time"))
  var irfTail: String?
  @Option(help: ArgumentHelp("ml (Poisson likelihood) or least-squares.", valueName: "method")) var method = FitMethod
    .ml
  @Flag(help: "Profile-likelihood intervals, 68 % and 95 %.") var intervals = false
  @Flag(help: "Correct for pile-up: one photon at most in a laser period (Coates).") var pileUp = false
  @Option(
    help: ArgumentHelp("Correct for this dead time after every recorded photon of a detector.", valueName: "time"))
  var deadTime: String?
  @Option(
    help: ArgumentHelp(
      "Count with afterpulses: the share of clicks that have one and its mean delay after the dead time (\"1 %:60 ns\"; \"1 %\" if "
        + "long), or auto to read both from each channel's pairs with itself.",
      valueName: "share:time|auto"))
  var afterpulses: String?
  @Option(help: ArgumentHelp("The laser period where the file does not tell it.", valueName: "time")) var period:
    String?
  @Option(
    help: ArgumentHelp(
      "Another recording, for example on glass: by how much the decay is faster here (Purcell factor).",
      valueName: "file"))
  var reference: String?
  @Option(
    help: ArgumentHelp(
      "Quantum yield of the long-lived component in the reference: gives the factor on its radiative rate as well.",
      valueName: "yield"))
  var quantumYield: Double?
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write figures, lifetime.json and decay.csv there.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print histogram and fit as CSV.") var csv = false

  func validate() throws {
    guard components == "auto" || (1...4).contains(Int(components) ?? 0) else {
      throw ValidationError("--components must be between 1 and 4, or auto, found \(components)")
    }
    guard irf == nil || irfFwhm == nil else { throw ValidationError("--irf and --irf-fwhm exclude each other") }
    guard irfTail == nil || irfFwhm != nil else { throw ValidationError("--irf-tail needs --irf-fwhm") }
    guard !pileUp || deadTime == nil else { throw ValidationError("--pile-up and --dead-time exclude each other") }
    if let quantumYield {
      guard reference != nil else { throw ValidationError("--quantum-yield needs --reference") }
      guard quantumYield > 0, quantumYield <= 1 else {
        throw ValidationError("--quantum-yield must be above 0 and at most 1, found \(quantumYield)")
      }
    }
  }

  func run() throws {
    try orFail {
      var options = LifetimeOptions(components: Int(components) ?? 1)
      options.choosesComponents = components == "auto"
      options.isStretched = stretched
      options.method = method.method
      options.findsIntervals = intervals
      if pileUp { options.pileUp = .onePerPeriod }
      if let deadTime { options.pileUp = .deadTime(ns: try time(deadTime, option: "--dead-time", in: .nanoseconds)) }
      options.afterpulses = try afterpulses.map(afterpulseLevel)
      options.channels = try selection.channelNumbers()
      // A gate is the range of the fit.
      if let gate = try selection.timeGate() {
        options.fitStartNs = gate.startNs
        options.fitStopNs = gate.stopNs
      }
      options.periodPs = try positiveTime(period, option: "--period", in: .picoseconds)
      let open = try recording.open(periodPs: options.periodPs)
      let selected = try selection.apply(to: open, withTimeGate: false, periodPs: options.periodPs)
      options.laser = selected.laser
      let folded = try foldDecay(header: open.header, options: options, replay: selected.replay)
      options.response = try response(for: folded.decay, options)
      var result = try fitDecay(folded, options: options)
      let comparison = try reference.map { path in
        let other = try OpenRecording(path, allowTruncated: recording.allowTruncated, periodPs: options.periodPs)
        // Held against the same choice of photons.
        let chosen = try selection.apply(to: other, withTimeGate: false, periodPs: options.periodPs)
        var options = options
        options.laser = chosen.laser
        let reference = try analyzeLifetime(header: other.header, options: options, replay: chosen.replay)
        result.warnings += reference.warnings.map { "Of the reference: \($0)" }
        return LifetimeComparison(
          sample: result.components, reference: reference.components, quantumYield: quantumYield)
      }
      for warning in result.warnings { standardError("warning: \(warning)") }
      let document = try JSONOutput.encode(
        WithMore(WithMore(result, "comparison", comparison), "selection", selected.summary))
      if let output {
        try makeFolder(output)
        try writeText(decayFigure(result, counts: "counts").svg(), to: output + "/decay.svg")
        try writeText(autocorrelationFigure(result).svg(), to: output + "/residual-autocorrelation.svg")
        try writeText(document, to: output + "/lifetime.json")
        try writeText(decayTable(result).csv(), to: output + "/decay.csv")
      }
      if json {
        print(document, terminator: "")
        return
      }
      if csv {
        print(decayTable(result).csv(), terminator: "")
        return
      }
      var table = lifetimeTable(result, title: recording.file)
      selected.append(to: &table)
      print(table.text())
      if let comparison, let reference { print(comparisonTable(comparison, reference: reference).text()) }
    }
  }

  /// The response asked for, on the laser period of the decay.
  private func response(for decay: FoldedDecay, _ options: LifetimeOptions) throws -> InstrumentResponse? {
    if let irf {
      if [".csv", ".txt", ".dat"].contains(where: irf.lowercased().hasSuffix) {
        return .measured(try FoldedDecay(text: try readText(irf), file: irf, periodPs: decay.periodPs))
      }
      let open = try OpenRecording(irf, allowTruncated: recording.allowTruncated, periodPs: options.periodPs)
      var options = options
      options.laser = nil
      return .measured(try foldDecay(header: open.header, options: options, replay: open.replay).decay)
    }
    guard let irfFwhm else { return nil }
    let fwhm = try time(irfFwhm, option: "--irf-fwhm", in: .nanoseconds)
    guard let irfTail else { return .gaussian(fwhmNs: fwhm) }
    let parts = irfTail.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let share = Double(parts[0]), share >= 0, share < 1 else {
      throw ValidationError("--irf-tail: write SHARE:TIME, for example \"0.1:400 ps\", found '\(irfTail)'")
    }
    return .gaussian(
      fwhmNs: fwhm, tailShare: share, tailNs: try time(String(parts[1]), option: "--irf-tail", in: .nanoseconds))
  }
}

/// How counts are weighed, on the command line.
enum FitMethod: String, ExpressibleByArgument, CaseIterable {
  case ml
  case leastSquares = "least-squares"

  var method: LifetimeOptions.Method { self == .ml ? .maximumLikelihood : .leastSquares }
}

/// Histogram and fit, a row for every bin.
private func decayTable(_ result: LifetimeResult) -> Table {
  var table = Table([.init("time_ns"), .init("counts"), .init("fit")])
  for i in result.histogram.indices {
    table.append("\((Double(i) + 0.5) * result.binWidthPs / 1e3)", "\(result.histogram[i])", "\(result.fit[i])")
  }
  return table
}

/// Two decays held against each other as a table.
private func comparisonTable(_ comparison: LifetimeComparison, reference: String) -> Table {
  var table = Table([.init("\(reference) over this one"), .init("", .right)])
  table.append(
    "mean lifetimes, equal weights (the paper's Purcell factor)",
    comparison.equalWeightRatioUncertainty.map {
      NumberFormat.measured(comparison.equalWeightRatio, uncertainty: $0)
    } ?? NumberFormat.significant(comparison.equalWeightRatio, digits: 4))
  for (i, ratio) in comparison.componentRatios.enumerated() {
    table.append("lifetime \(i + 1)", NumberFormat.significant(ratio, digits: 4))
  }
  if let factor = comparison.radiativeFactor {
    table.append("radiative rate of the longest lifetime", NumberFormat.significant(factor, digits: 4))
  }
  return table
}

/// A fitted decay as a table.
func lifetimeTable(_ result: LifetimeResult, title: String) -> Table {
  var table = Table([.init(title), .init("", .right)])
  table.append("photons", NumberFormat.count(result.counts))
  func told(_ value: Double, _ uncertainty: Double?, _ unit: String = "") -> String {
    if let uncertainty { return NumberFormat.measured(value, uncertainty: uncertainty, unit: unit) }
    return NumberFormat.significant(value, digits: 4) + (unit.isEmpty ? "" : " \(unit)") + ", undetermined"
  }
  for (i, component) in result.components.enumerated() {
    table.append("lifetime \(i + 1)", told(component.lifetimeNs, component.lifetimeNsUncertainty, "ns"))
    table.append("amplitude \(i + 1), counts per bin", told(component.amplitude, component.amplitudeUncertainty))
  }
  let (means, scatter) = (result.meanLifetimeNs, result.meanLifetimeNsUncertainty)
  table.append("mean, equal weights", told(means.equalWeight, scatter?.equalWeight, "ns"))
  table.append("mean, amplitude weighted", told(means.amplitudeWeighted, scatter?.amplitudeWeighted, "ns"))
  table.append("mean, intensity weighted", told(means.intensityWeighted, scatter?.intensityWeighted, "ns"))
  func percent(_ law: AfterpulseLaw) -> String {
    law.shareUncertainty.map { NumberFormat.measured(100 * law.share, uncertainty: 100 * $0, unit: "%") }
      ?? NumberFormat.significant(100 * law.share, digits: 3) + " %"
  }
  func delay(_ ns: Double, _ uncertainty: Double?) -> String {
    uncertainty.map { NumberFormat.measured(ns, uncertainty: $0, unit: "ns") }
      ?? NumberFormat.significant(ns, digits: 3) + " ns"
  }
  for law in result.afterpulses {
    table.append(
      "afterpulses of channel \(law.channel)",
      law.share > 0
        ? "\(percent(law)) of the clicks"
          + (law.meanDelayNs.map { ", after \(delay($0, law.meanDelayNsUncertainty))" } ?? ", after long")
        : "none found")
  }
  table.append("background, counts per bin", told(result.backgroundPerBin, result.backgroundPerBinUncertainty))
  if let chi2 = result.chi2Reduced {
    // where the model holds it is 1 to within this
    let spread = (2 / Double(result.degreesOfFreedom)).squareRoot()
    table.append("reduced chi-square", NumberFormat.fixed(chi2, places: NumberFormat.places(of: spread)))
  }
  if let beta = result.stretchExponent {
    table.append("stretching exponent", told(beta, result.stretchExponentUncertainty))
  }
  if let shift = result.shiftPs {
    table.append("shift of the response", told(shift, result.shiftPsUncertainty, "ps"))
  }
  for interval in result.intervals {
    let width = abs((interval.high68 ?? interval.value) - (interval.low68 ?? interval.value)) / 2
    func end(_ x: Double?) -> String {
      x.map { NumberFormat.fixed($0, places: NumberFormat.places(of: width)) } ?? "open"
    }
    table.append(
      "\(interval.parameter)\(interval.component.map { " \($0)" } ?? ""), 68 % and 95 %",
      "\(end(interval.low68)) … \(end(interval.high68)), \(end(interval.low95)) … \(end(interval.high95))")
  }
  if result.models.count > 1 {
    for model in result.models {
      table.append("BIC of \(model.name)", NumberFormat.fixed(model.bic, places: 1))
    }
  }
  table.append(
    "fit",
    result.method == "least squares"
      ? "least squares, weights 1/counts" : "Poisson maximum likelihood (Laurence and Chromy 2010)")
  if !result.intervals.isEmpty { table.append("intervals", "profile likelihood (Wilks 1938)") }
  if result.models.count > 1 { table.append("choice", "smallest BIC (Schwarz 1978)") }
  table.append("how", result.decision)
  return table
}
