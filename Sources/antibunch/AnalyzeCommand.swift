import Analysis
import ArgumentParser
import Light
import Reporting
import TimeTags

struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Measures all that a recording allows, and writes a page of it: rates, trace, g2, decay, blinking, gates."
  )

  @OptionGroup var recording: RecordingOptions
  @OptionGroup var selection: SelectionOptions
  @Option(help: "Number of exponentials of the decay, 1 to 4.") var components = 2
  @Option(help: ArgumentHelp("How much of the counts is background, as for g2.", valueName: "level"))
  var background: String?
  @Option(help: ArgumentHelp("The laser period where the file does not tell it.", valueName: "time")) var period:
    String?
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The folder of the page; runs/NAME if not given.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON instead of tables.") var json = false

  func validate() throws {
    guard (1...4).contains(components) else {
      throw ValidationError("--components must be between 1 and 4, found \(components)")
    }
  }

  func run() throws {
    try orFail {
      let periodPs = try positiveTime(period, option: "--period", in: .picoseconds)
      let level = try background.map(CorrelationCommand.level)
      let open = try recording.open(periodPs: periodPs)
      let analysis = try FullAnalysis(
        open, selection: selection, components: components, background: level, periodPs: periodPs)
      let folder = output ?? "runs/\(baseName(recording.file))"
      try makeFolder(folder + "/figures")
      let document = try JSONOutput.encode(analysis.output)
      try writeText(document, to: folder + "/analysis.json")
      let report = AnalysisReport(analysis: analysis.output, file: recording.file)
      for (name, figure) in report.figures { try writeText(figure.svg(), to: "\(folder)/figures/\(name).svg") }
      try writeText(report.page, to: folder + "/report.html")
      if json {
        print(document, terminator: "")
      } else {
        for (_, tables) in report.tables { for table in tables { print(table.text()) } }
        print("report: \(folder)/report.html")
      }
    }
  }
}

/// All that a recording allows, and what it does not.
struct FullAnalysis {
  /// What was measured, as JSON.
  struct Output: Encodable {
    /// Something that could not be measured.
    struct LeftOut: Encodable {
      var what: String
      var why: String
    }
    var inspect: RecordingSummary
    @OrNull var trace: TraceResult?
    @OrNull var g2: CorrelationResult?
    @OrNull var lifetime: LifetimeResult?
    @OrNull var blinking: BlinkingResult?
    @OrNull var gate: GateScanResult?
    /// For g2, lifetime and gate; `null` where all photons count.
    @OrNull var selection: SelectionSummary?
    var leftOut: [LeftOut]

    enum CodingKeys: String, CodingKey {
      case inspect, trace, g2, lifetime, blinking, gate, selection
      case leftOut = "left_out"
    }
  }
  var output: Output

  /// Channels and hold-off hold for everything; the brightness chooses the photons of g2, lifetime and gate; the time gate
  /// those of g2 and the range of the lifetime's fit.
  init(
    _ open: OpenRecording, selection: SelectionOptions, components: Int, background: BackgroundLevel?, periodPs: Double?
  ) throws {
    var survey = RecordingSurvey(header: open.header)
    let reader = try open.play { survey.consume($0) }
    let summary = survey.summary(overflows: reader.overflowRecords)
    output = Output(inspect: summary, leftOut: [])
    var leftOut: [Output.LeftOut] = []
    func measure<Result>(_ what: String, _ body: () throws -> Result) throws -> Result? {
      do {
        return try body()
      } catch let error as AnalysisError {
        leftOut.append(.init(what: what, why: error.message))
        return nil
      }
    }
    let wanted = try selection.selection(withTimeGate: false, periodPs: periodPs)
    let channels = try selection.channelNumbers()
    let gate = try selection.timeGate()
    var everything = wanted
    everything.brightness = nil
    let whole =
      wanted.holdOffNs == nil
      ? open.replay : try select(everything, header: open.header, replay: open.replay).replay
    let chosen = try selection.apply(to: open, withTimeGate: false, periodPs: periodPs)
    var laser = chosen.laser
    if laser == nil {
      laser =
        try measure("laser phase") {
          try RecoveredLaser(header: open.header, survey: survey, periodPs: periodPs, replay: open.replay)
        } ?? nil
    }

    var correlation = CorrelationOptions(periodPs: periodPs, background: background)
    correlation.laser = laser
    if let channels, channels.count == 2 { correlation.channels = (channels[0], channels[1]) }
    output.trace = try measure("trace") {
      try analyzeTrace(
        header: open.header, options: TraceOptions(channels: channels, correlation: correlation), replay: whole)
    }
    for note in output.trace?.notes ?? [] { leftOut.append(.init(what: "trace", why: note)) }
    output.blinking = try measure("blinking") {
      try analyzeBlinking(
        header: open.header, options: BlinkingOptions(channels: channels, periodPs: periodPs), replay: whole)
    }
    correlation.keptTime = chosen.keptTime
    output.g2 = try measure("g2") {
      guard channels == nil || channels?.count == 2 else {
        throw AnalysisError("--channels names \(channels?.count ?? 0) channels, and g2 takes two.")
      }
      var options = correlation
      options.gate = gate
      return try analyzeG2(header: open.header, options: options, replay: chosen.replay)
    }
    output.lifetime = try measure("lifetime") {
      var options = LifetimeOptions(
        components: components, channels: channels, fitStartNs: gate?.startNs, fitStopNs: gate?.stopNs,
        periodPs: periodPs)
      options.laser = laser
      return try analyzeLifetime(header: open.header, options: options, replay: chosen.replay)
    }
    output.gate = try measure("gate") {
      guard channels == nil || channels?.count == 2 else {
        throw AnalysisError("--channels names \(channels?.count ?? 0) channels, and g2 takes two.")
      }
      return try scanGates(
        header: open.header, options: GateScanOptions(correlation: correlation), replay: chosen.replay)
    }
    output.selection = chosen.summary
    output.leftOut = leftOut
  }
}
