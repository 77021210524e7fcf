import Analysis
import ArgumentParser
import Light
import Reporting

struct ThirdOrderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "g3", abstract: "Counts the triple coincidences of three detectors: g3(τ1, τ2), exactly.")

  @OptionGroup var recording: RecordingOptions

  @Option(help: ArgumentHelp("Three channels, \"0,1,2\"; the three busiest if not given.", valueName: "a,b,c"))
  var channels: String?
  @Option(help: "pulsed, by pulses, or cw, by time; without it T3 and a --period mean pulsed.")
  var excitation: CorrelationCommand.Kind?
  @Option(
    help: ArgumentHelp(
      "The laser period, for T2 files; found with --excitation pulsed if not given.", valueName: "time"))
  var period: String?
  @Option(help: "Pulses on each side of zero, pulsed.") var peaks = 5
  @Option(help: ArgumentHelp("Width of a bin by time, \"2 ns\" if not given.", valueName: "time")) var bin: String?
  @Option(help: ArgumentHelp("Largest delay by time, \"100 ns\" if not given.", valueName: "time")) var range: String?
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write g3.svg, g3.json and g3.csv there.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print the cells as CSV.") var csv = false

  func run() throws {
    try orFail {
      var options = ThirdOrderOptions(peaks: peaks)
      if let channels {
        let numbers = channels.split(separator: ",", omittingEmptySubsequences: false).map { UInt8($0) }
        let given = numbers.compactMap { $0 }
        guard numbers.count == 3, given.count == 3, Set(given).count == 3 else {
          throw ValidationError("--channels: write three different channel numbers, \"0,1,2\", found '\(channels)'")
        }
        options.channels = given
      }
      options.binPs = try positiveTime(bin, option: "--bin", in: .picoseconds) ?? options.binPs
      options.rangePs = try positiveTime(range, option: "--range", in: .picoseconds) ?? options.rangePs
      options.excitation = excitation.map { $0 == .pulsed ? .pulsed : .cw }
      options.periodPs = try positiveTime(period, option: "--period", in: .picoseconds)
      let open = try recording.open(periodPs: options.periodPs)
      let result = try analyzeG3(header: open.header, options: options, replay: open.replay)
      let document = try JSONOutput.encode(result)
      var cells = Table([.init("delay_1"), .init("delay_2"), .init("coincidences"), .init("normalized")])
      for (i, row) in result.coincidences.enumerated() {
        for (j, count) in row.enumerated() {
          cells.append("\(result.delays[i])", "\(result.delays[j])", "\(count)", "\(result.normalized[i][j])")
        }
      }
      if let output {
        try makeFolder(output)
        try writeText(document, to: output + "/g3.json")
        try writeText(cells.csv(), to: output + "/g3.csv")
        try writeText(thirdOrderFigure(result).svg(), to: output + "/g3.svg")
      }
      if json { return print(document, terminator: "") }
      if csv { return print(cells.csv(), terminator: "") }
      var table = Table([.init(recording.file), .init("", .right)])
      table.append("excitation", result.excitation.rawValue)
      table.append("channels", result.channels.map(String.init).joined(separator: ", "))
      table.append("photons", result.photons.map { NumberFormat.count($0) }.joined(separator: ", "))
      table.append(
        "g3(0, 0)", NumberFormat.measured(result.g3Zero, uncertainty: result.g3ZeroUncertainty, unit: ""))
      table.append("triples at zero delay", "\(result.centerCounts)")
      table.append("expected of independent photons", NumberFormat.significant(result.expectedCounts, digits: 4))
      for (n, pulses) in result.pulsesByPhotons.enumerated() {
        table.append("pulses with \(n) photons", NumberFormat.count(pulses))
      }
      table.append(
        "method",
        result.excitation == .pulsed
          ? "triples of one pulse over those of three different pulses" : "triples over those of independent photons")
      print(table.text())
      if let output { print("\(output)/g3.svg") }
    }
  }
}
