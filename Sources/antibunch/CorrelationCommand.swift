import Analysis
import ArgumentParser
import Light
import Reporting

struct CorrelationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "g2", abstract: "Measures the second-order correlation of a recording, pulsed or continuous.")

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var selection: SelectionOptions

  @Option(help: ArgumentHelp("Width of a delay bin, for example \"1 ns\".", valueName: "time")) var bin: String?
  @Option(help: ArgumentHelp("Largest delay of the histogram.", valueName: "time")) var range: String?
  @Option(
    help: ArgumentHelp(
      "How much of the counts is background: the signal fraction (\"0.94\" or \"94 %\") or the background rate per channel (\"150 cps\").",
      valueName: "level"))
  var background: String?
  @Option(
    help: ArgumentHelp("The laser period where the file does not tell it, for example \"200 ns\".", valueName: "time"))
  var period: String?
  @Option(help: "pulsed or cw; found out if not given.") var excitation: Kind?
  @Option(help: "pulse_number or peak_areas.") var estimator: Estimator = .pulseNumber
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print the histogram as CSV.") var csv = false

  enum Kind: String, ExpressibleByArgument, CaseIterable { case pulsed, cw }
  enum Estimator: String, ExpressibleByArgument, CaseIterable {
    case pulseNumber = "pulse_number"
    case peakAreas = "peak_areas"
  }

  func options() throws -> CorrelationOptions {
    var options = CorrelationOptions()
    func positive(_ text: String?, _ name: String) throws -> Double? {
      guard let text else { return nil }
      let value = try time(text, option: name, in: .picoseconds)
      guard value > 0 else { throw ValidationError("\(name) must be above 0, found '\(text)'") }
      return value
    }
    options.binPs = try positive(bin, "--bin")
    options.rangePs = try positive(range, "--range")
    options.periodPs = try positive(period, "--period")
    options.gate = try selection.timeGate()
    options.excitation = excitation.map { $0 == .pulsed ? .pulsed : .cw }
    options.estimator = estimator == .pulseNumber ? .pulseNumber : .peakAreas
    options.channels = try selection.channelPair()
    if let background { options.background = try Self.level(background) }
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
    throw ValidationError("--background: write the signal fraction, 0.94, or a rate, \"150 cps\", found '\(text)'")
  }

  func run() throws {
    try orFail {
      var options = try options()
      let open = try recording.open(periodPs: options.periodPs)
      let selected = try selection.apply(to: open, withTimeGate: false, periodPs: options.periodPs)
      options.keptTime = selected.keptTime
      options.laser = selected.laser
      let result = try analyzeG2(header: open.header, options: options, replay: selected.replay)
      if json {
        print(try JSONOutput.encode(WithSelection(result: result, selection: selected.summary)), terminator: "")
        return
      }
      if csv {
        var table = Table([.init("tau_ps"), .init("coincidences"), .init("normalized")])
        for i in result.tauPs.indices {
          table.append("\(result.tauPs[i])", "\(result.coincidences[i])", "\(result.normalized[i])")
        }
        print(table.csv(), terminator: "")
        return
      }
      var table = correlationTable(result, title: recording.file)
      selected.append(to: &table)
      print(table.text())
    }
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
  table.append(
    "68 % interval",
    "\(NumberFormat.fixed(result.g2ZeroInterval.low, places: 4)) … \(NumberFormat.fixed(result.g2ZeroInterval.high, places: 4))"
  )
  if result.excitation == .pulsed {
    table.append("coincidences in the centre peak", "\(result.centerCounts)")
    if let mean = result.sidePeakMean {
      table.append("mean of \(result.sidePeaks) side peaks", NumberFormat.fixed(mean, places: 1))
    }
    table.append("delay of the centre peak", "\(NumberFormat.fixed(result.centerDelayPs / 1e3, places: 2)) ns")
    if let estimator = result.estimator { table.append("estimator", estimator.rawValue) }
  }
  if let corrected = result.backgroundCorrected {
    table.append(
      "corrected by signal fraction squared",
      NumberFormat.measured(corrected.rhoSquared.value, uncertainty: corrected.rhoSquared.uncertainty, unit: ""))
    table.append(
      "pedestal taken from the centre only",
      NumberFormat.measured(corrected.centerOnly.value, uncertainty: corrected.centerOnly.uncertainty, unit: ""))
  }
  return table
}
