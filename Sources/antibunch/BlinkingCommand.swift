import Analysis
import ArgumentParser
import Light
import Reporting

struct BlinkingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "blinking",
    abstract: "Finds the changes of an emitter's brightness, its levels, and how long it stays bright and dark.")

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var selection: SelectionOptions
  @Option(help: ArgumentHelp("Bin of the trace; 10 ms if not given.", valueName: "time")) var bin: String?
  @Option(
    help: ArgumentHelp(
      "How many changes a recording of steady light would give on average, between 0 and 1.", valueName: "number"))
  var falseAlarms = 0.05
  @Option(help: "Number of levels, 1 to 12; without it the Bayesian information criterion says.") var levels: Int?
  @Option(help: ArgumentHelp("The laser period of a T2 recording, for lifetimes.", valueName: "time")) var period:
    String?
  @Option(help: ArgumentHelp("Threads; the result does not depend on it.", valueName: "number")) var threads = 2
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("A folder for blinking.json, segments.csv and the figures.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print the stretches between changes as CSV.") var csv = false

  func validate() throws {
    guard falseAlarms > 0, falseAlarms < 1 else {
      throw ValidationError("--false-alarms must be above 0 and below 1, found \(falseAlarms)")
    }
    if let levels, !(1...12).contains(levels) {
      throw ValidationError("--levels must be between 1 and 12, found \(levels)")
    }
    try checkThreads(threads)
  }

  func run() throws {
    try orFail {
      var options = BlinkingOptions(
        channels: try selection.channelNumbers(), falseAlarms: falseAlarms, levels: levels, threads: threads)
      if let width = try positiveTime(bin, option: "--bin", in: .seconds) { options.binSeconds = width }
      options.periodPs = try positiveTime(period, option: "--period", in: .picoseconds)
      let open = try recording.open(periodPs: options.periodPs)
      try selection.refuseBrightness("blinking itself finds when the light is bright")
      let selected = try selection.apply(to: open, withTimeGate: true, periodPs: options.periodPs)
      let result = try analyzeBlinking(header: open.header, options: options, replay: selected.replay)
      let document = try JSONOutput.encode(WithMore(result, "selection", selected.summary))
      if let output {
        try makeFolder(output)
        try writeText(document, to: output + "/blinking.json")
        try writeText(segmentTable(result).csv(), to: output + "/segments.csv")
        for (name, figure) in blinkingFigures(result) { try writeText(figure.svg(), to: "\(output)/\(name).svg") }
      }
      if json {
        print(document, terminator: "")
      } else if csv {
        print(segmentTable(result).csv(), terminator: "")
      } else {
        var table = blinkingTable(result, title: recording.file)
        selected.append(to: &table)
        print(table.text())
        print(levelTable(result).text())
        for part in result.method.split(separator: ";") { print(String(part.drop { $0 == " " })) }
        if let output { print("\(output)/trace.svg") }
      }
    }
  }
}

/// The stretches between changes; levels count from 1, the brightest, as `--level` takes them.
func segmentTable(_ result: BlinkingResult) -> Table {
  var table = Table(["start_s", "seconds", "photons", "rate_hz", "level", "lifetime_ns"].map { .init($0) })
  let segments = result.segments
  for i in segments.startS.indices {
    table.append(
      "\(segments.startS[i])", "\(segments.seconds[i])", "\(segments.photons[i])",
      "\(Double(segments.photons[i]) / segments.seconds[i])", "\(segments.level[i] + 1)",
      segments.lifetimeNs[i].map { "\($0)" } ?? "")
  }
  return table
}

func levelTable(_ result: BlinkingResult) -> Table {
  var table = Table([
    .init("level"), .init("rate", .right), .init("share of time", .right), .init("stretches", .right),
    .init("lifetime", .right),
  ])
  for (i, level) in result.levels.enumerated() {
    let lifetime = level.lifetimeNs.map { value in
      level.lifetimeNsUncertainty.map { NumberFormat.measured(value, uncertainty: $0, unit: "ns") }
        ?? "\(NumberFormat.significant(value, digits: 3)) ns"
    }
    table.append(
      "\(i + 1)", NumberFormat.measured(level.rateHz, uncertainty: level.rateHzUncertainty, unit: "Hz"),
      NumberFormat.percent(level.shareOfTime), NumberFormat.count(level.segments), lifetime ?? "")
  }
  return table
}

/// What a recording's intermittency is, as a table.
func blinkingTable(_ result: BlinkingResult, title: String) -> Table {
  var table = Table([.init(title), .init("", .right)])
  table.append(
    "changes (\(NumberFormat.significant(result.changePoints.falseAlarms, digits: 2)) expected in steady light)",
    NumberFormat.count(result.changePoints.count))
  if result.levelsAtLimit {
    table.append("levels", "all \(result.levelCriterion.count) that are tried: the intensity may have none")
    table.append("", "on and off are then where two levels part it")
  }
  if let resolution = result.resolutionS {
    table.append("stays found nearly always from", NumberFormat.duration(seconds: resolution))
  }
  func law(_ stays: BlinkingResult.Stays?, _ name: String) {
    guard let stays else { return }
    table.append("\(name) times", NumberFormat.count(stays.count))
    guard let law = stays.law else { return }
    table.append(
      "exponent of the \(name) times", NumberFormat.measured(law.exponent, uncertainty: law.exponentUncertainty))
    if let cutoff = law.cutoffSeconds, let uncertainty = law.cutoffSecondsUncertainty {
      table.append(
        "cut-off of the \(name) times", NumberFormat.measured(cutoff, uncertainty: uncertainty, unit: "s"))
    }
  }
  law(result.onTimes, "on")
  law(result.offTimes, "off")
  if let threshold = result.threshold {
    for (stays, name) in [(threshold.onTimes, "on"), (threshold.offTimes, "off")] {
      if let law = stays.law {
        table.append(
          "exponent of the \(name) times by bins and threshold (biased)",
          NumberFormat.measured(law.exponent, uncertainty: law.exponentUncertainty))
      }
    }
  }
  for (memory, name) in [
    (result.memory?.onToNextOff, "on time and next off time"), (result.memory?.onToNextOn, "on time and next on time"),
    (result.memory?.offToNextOff, "off time and next off time"),
  ] {
    if let memory {
      table.append(
        "rank correlation, \(name)", NumberFormat.measured(memory.value, uncertainty: memory.uncertainty))
    }
  }
  return table
}
