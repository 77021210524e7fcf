import Analysis
import ArgumentParser
import Light
import Reporting

struct LifetimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lifetime", abstract: "Histograms and fits the decay after the laser pulse.")

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var selection: SelectionOptions
  @Option(help: "Number of exponentials, 1 to 4.") var components = 2
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
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print histogram and fit as CSV.") var csv = false

  func validate() throws {
    guard (1...4).contains(components) else {
      throw ValidationError("--components must be between 1 and 4, found \(components)")
    }
    if let quantumYield {
      guard reference != nil else { throw ValidationError("--quantum-yield needs --reference") }
      guard quantumYield > 0, quantumYield <= 1 else {
        throw ValidationError("--quantum-yield must be above 0 and at most 1, found \(quantumYield)")
      }
    }
  }

  func run() throws {
    try orFail {
      var options = LifetimeOptions(components: components)
      options.channels = try selection.channelNumbers()
      // a gate is the range of the fit
      if let gate = try selection.timeGate() {
        options.fitStartNs = gate.startNs
        options.fitStopNs = gate.stopNs
      }
      if let period { options.periodPs = try time(period, option: "--period", in: .picoseconds) }
      let open = try recording.open(periodPs: options.periodPs)
      let selected = try selection.apply(to: open, withTimeGate: false, periodPs: options.periodPs)
      options.laser = selected.laser
      let result = try analyzeLifetime(header: open.header, options: options, replay: selected.replay)
      let comparison = try reference.map { path in
        let other = try OpenRecording(path, allowTruncated: recording.allowTruncated)
        var options = options
        options.laser = nil
        return LifetimeComparison(
          sample: result.components,
          reference: try analyzeLifetime(header: other.header, options: options, replay: other.replay).components,
          quantumYield: quantumYield)
      }
      if json {
        print(
          try JSONOutput.encode(
            WithSelection(
              result: LifetimeOutput(result: result, comparison: comparison), selection: selected.summary)),
          terminator: "")
        return
      }
      if csv {
        var table = Table([.init("time_ns"), .init("counts"), .init("fit")])
        for i in result.histogram.indices {
          table.append(
            "\((Double(i) + 0.5) * result.binWidthPs / 1e3)", "\(result.histogram[i])",
            i < result.fit.count ? "\(result.fit[i])" : "")
        }
        print(table.csv(), terminator: "")
        return
      }
      var table = lifetimeTable(result, title: recording.file)
      selected.append(to: &table)
      print(table.text())
      if let comparison, let reference { print(comparisonTable(comparison, reference: reference).text()) }
    }
  }
}

/// A fitted decay as JSON, and beside it what a second one says; its key is left out where there is none.
private struct LifetimeOutput: Encodable {
  var result: LifetimeResult
  var comparison: LifetimeComparison?

  enum CodingKeys: String, CodingKey { case comparison }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    guard let comparison else { return }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(comparison, forKey: .comparison)
  }
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
  for (i, component) in result.components.enumerated() {
    let value =
      component.lifetimeNsUncertainty.map {
        NumberFormat.measured(component.lifetimeNs, uncertainty: $0, unit: "ns")
      } ?? "\(NumberFormat.significant(component.lifetimeNs, digits: 4)) ns"
    table.append("lifetime \(i + 1)", value)
    table.append("amplitude \(i + 1), counts per bin", NumberFormat.significant(component.amplitude, digits: 4))
  }
  table.append("mean, equal weights", "\(NumberFormat.fixed(result.meanLifetimeNs.equalWeight, places: 3)) ns")
  table.append(
    "mean, amplitude weighted", "\(NumberFormat.fixed(result.meanLifetimeNs.amplitudeWeighted, places: 3)) ns")
  table.append(
    "mean, intensity weighted", "\(NumberFormat.fixed(result.meanLifetimeNs.intensityWeighted, places: 3)) ns")
  table.append("background, counts per bin", NumberFormat.significant(result.backgroundPerBin, digits: 4))
  if let chi2 = result.chi2Reduced { table.append("reduced chi-square", NumberFormat.fixed(chi2, places: 3)) }
  table.append("how", result.decision)
  return table
}
