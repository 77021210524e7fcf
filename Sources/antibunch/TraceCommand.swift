import Analysis
import ArgumentParser
import Light
import Reporting

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Shows how a recording goes in time: rates, counts against Poisson's law, g2(0) and delays against time.")

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var selection: SelectionOptions
  @Option(help: ArgumentHelp("Bin of the trace; 10 ms if not given.", valueName: "time")) var bin: String?
  @Option(help: "Slices of the recording that g2(0) is measured in.") var slices = 20
  @Option(help: ArgumentHelp("The laser period where the file does not tell it.", valueName: "time")) var period:
    String?
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("A folder for trace.json, trace.csv and the figures.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print the trace as CSV.") var csv = false

  func validate() throws {
    guard (1...10_000).contains(slices) else {
      throw ValidationError("--slices must be between 1 and 10000, found \(slices)")
    }
  }

  func run() throws {
    try orFail {
      try selection.refuseBrightness("bins chosen by their counts say nothing of how counts scatter")
      var options = TraceOptions(channels: try selection.channelNumbers(), slices: slices)
      if let width = try positiveTime(bin, option: "--bin", in: .seconds) { options.binSeconds = width }
      options.correlation.periodPs = try positiveTime(period, option: "--period", in: .picoseconds)
      let open = try recording.open(periodPs: options.correlation.periodPs)
      let selected = try selection.apply(to: open, withTimeGate: true, periodPs: options.correlation.periodPs)
      options.correlation.laser = selected.laser
      let result = try analyzeTrace(header: open.header, options: options, replay: selected.replay)
      let document = try JSONOutput.encode(WithMore(result, "selection", selected.summary))
      if let output {
        try makeFolder(output)
        try writeText(document, to: output + "/trace.json")
        try writeText(traceRows(result).csv(), to: output + "/trace.csv")
        for (name, figure) in traceFigures(result) { try writeText(figure.svg(), to: "\(output)/\(name).svg") }
      }
      if json {
        print(document, terminator: "")
      } else if csv {
        print(traceRows(result).csv(), terminator: "")
      } else {
        var table = traceTable(result, title: recording.file)
        selected.append(to: &table)
        print(table.text())
        print(fanoTable(result).text())
        if let output { print("\(output)/intensity.svg") }
      }
    }
  }
}

/// The bins of the trace, a row each.
func traceRows(_ result: TraceResult) -> Table {
  let channels = result.trace.counts.sorted { $0.key < $1.key }
  var table = Table([.init("time_s")] + channels.map { .init("counts_channel_\($0.key)") })
  for bin in 0..<(channels.first?.value.count ?? 0) {
    table.append(
      [
        "\(Double(bin) * result.trace.binS)"
      ] + channels.map { "\($0.value[bin])" })
  }
  return table
}

/// Rates and how g2(0) goes, as a table.
func traceTable(_ result: TraceResult, title: String) -> Table {
  var table = Table([.init(title), .init("", .right)])
  table.append("duration", NumberFormat.duration(seconds: result.durationS))
  for (channel, rate) in result.rateHzPerChannel.sorted(by: { $0.key < $1.key }) {
    table.append(
      "rate of channel \(channel)", NumberFormat.measured(rate.value, uncertainty: rate.uncertainty, unit: "Hz"))
  }
  if let slices = result.antibunching {
    let values = zip(slices.g2Zero, slices.g2ZeroUncertainty).compactMap { value, uncertainty in
      value.flatMap { value in uncertainty.map { (value, $0) } }
    }
    if let first = values.first, let last = values.last {
      table.append("g2(0) in the first slice", NumberFormat.measured(first.0, uncertainty: first.1))
      table.append("g2(0) in the last slice", NumberFormat.measured(last.0, uncertainty: last.1))
    }
  }
  for note in result.notes { table.append("left out", note) }
  for (i, part) in result.method.split(separator: ";").enumerated() {
    table.append(i == 0 ? "how" : "", String(part.drop { $0 == " " }))
  }
  return table
}

/// Mandel's Q at one bin width per decade.
func fanoTable(_ result: TraceResult) -> Table {
  var table = Table([
    .init("bin"), .init("photons per bin", .right), .init("Mandel Q", .right),
    .init("probability in Poisson light", .right),
  ])
  var next = 0.0
  for factor in result.fano where factor.binS >= next {
    table.append(
      NumberFormat.quantity(factor.binS, unit: "s"), NumberFormat.significant(factor.mean, digits: 3),
      NumberFormat.measured(factor.mandelQ, uncertainty: factor.uncertainty),
      factor.poissonProbability < 1e-6 ? "< 10⁻⁶" : NumberFormat.significant(factor.poissonProbability, digits: 2))
    next = factor.binS * 7.9
  }
  return table
}
