import Analysis
import ArgumentParser
import Light
import Reporting

struct LifetimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lifetime", abstract: "Histograms and fits the decay after the laser pulse.")

  @OptionGroup var recording: RecordingOptions
  @Option(help: "Number of exponentials, 1 to 4.") var components = 2
  @Option(help: ArgumentHelp("Fit from START to STOP after the rising edge.", valueName: "start:stop")) var gate:
    String?
  @Option(help: ArgumentHelp("The laser period where the file does not tell it.", valueName: "time")) var period:
    String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print histogram and fit as CSV.") var csv = false

  func validate() throws {
    guard (1...4).contains(components) else {
      throw ValidationError("--components must be between 1 and 4, found \(components)")
    }
  }

  func run() throws {
    try orFail {
      var options = LifetimeOptions(components: components)
      if let gate = try gate.map(timeGate) {
        options.fitStartNs = gate.startNs
        options.fitStopNs = gate.stopNs
      }
      if let period { options.periodPs = try time(period, option: "--period", in: .picoseconds) }
      let open = try recording.open(periodPs: options.periodPs)
      let result = try analyzeLifetime(header: open.header, options: options, replay: open.replay)
      if json {
        print(try JSONOutput.encode(result), terminator: "")
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
      print(lifetimeTable(result, title: recording.file).text())
    }
  }
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
