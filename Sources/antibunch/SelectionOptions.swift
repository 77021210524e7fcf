import Analysis
import ArgumentParser
import Light
import Reporting

/// Which photons of a recording count, the same options for every measurement that selects; each refuses those
/// without a meaning in it.
struct SelectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only photons this long after the laser pulse, \"2 ns:60 ns\"; \"150 ns:20 ns\" reaches round the next pulse.",
      valueName: "start:stop"))
  var gate: String?
  @Option(
    help: ArgumentHelp(
      "Only while the light is this bright: bins of the trace with a rate in \"20 kcps:\", \":5 kcps\" or \"5 kcps:20 kcps\".",
      valueName: "low:high"))
  var intensityGate: String?
  @Option(help: ArgumentHelp("The bin of --intensity-gate.", valueName: "time")) var intensityBin = "10 ms"
  @Option(
    help: ArgumentHelp(
      "Only while the emitter is at this level of 'antibunch blinking': bright, or its number, 1 the brightest.",
      valueName: "level"))
  var level: String?
  @Option(
    help: ArgumentHelp(
      "Drop photons that follow another one of their channel this closely, against afterpulses.", valueName: "time"))
  var holdOff: String?
  @Option(
    help: ArgumentHelp(
      "Channels, for example \"0,1\"; for g2 the two busiest if not given; with g2 --logarithmic also \"0,0\".",
      valueName: "a,b"))
  var channels: String?

  /// The time gate, after the rising edge.
  func timeGate() throws -> TimeGate? { try gate.map(antibunch.timeGate) }

  /// The channels, in the order given; one given twice, to be correlated with itself, once if `isAuto`.
  func channelNumbers(isAuto: Bool = false) throws -> [UInt8]? {
    guard let channels else { return nil }
    let words = channels.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { UInt8($0) }
    guard numbers.count == words.count, isAuto || Set(numbers).count == numbers.count else {
      throw ValidationError("--channels: write different channel numbers, for example \"0,1\", found '\(channels)'")
    }
    return isAuto ? Set(numbers).sorted() : numbers
  }

  /// The two channels of a correlation; `isAuto`: one given twice may be correlated with itself.
  func channelPair(isAuto: Bool = false) throws -> (first: UInt8, second: UInt8)? {
    guard let channels else { return nil }
    let words = channels.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { UInt8($0) }
    guard words.count == 2, numbers.count == 2, isAuto || numbers[0] != numbers[1] else {
      throw ValidationError(
        "--channels: write two different channel numbers, for example \"0,1\", found '\(channels)'")
    }
    return (numbers[0], numbers[1])
  }

  /// Refuses the options by which the light's brightness chooses the photons.
  func refuseBrightness(_ why: String) throws {
    if intensityGate != nil { throw ValidationError("--intensity-gate: \(why)") }
    if level != nil { throw ValidationError("--level: \(why)") }
  }

  /// The selection.
  ///
  /// - Parameters:
  ///   - withTimeGate: false where the measurement gates by itself.
  ///   - isAuto: whether a channel may be given twice, to be correlated with itself.
  func selection(withTimeGate: Bool, isAuto: Bool = false, periodPs: Double?) throws -> PhotonSelection {
    var selection = PhotonSelection(channels: try channelNumbers(isAuto: isAuto), periodPs: periodPs)
    if withTimeGate { selection.timeGate = try timeGate() }
    if let holdOff {
      let nanoseconds = try time(holdOff, option: "--hold-off", in: .nanoseconds)
      guard nanoseconds > 0 else { throw ValidationError("--hold-off must be above 0, found '\(holdOff)'") }
      selection.holdOffNs = nanoseconds
    }
    if let intensityGate {
      guard level == nil else {
        throw ValidationError("--level and --intensity-gate choose the same: give one of them")
      }
      selection.brightness = try brightness(intensityGate)
    }
    if let level {
      guard let number = level == "bright" ? 1 : Int(level), number >= 1 else {
        throw ValidationError("--level: write bright or a number, 1 the brightest, found '\(level)'")
      }
      selection.brightness = .level(number)
    }
    return selection
  }

  private func brightness(_ text: String) throws -> PhotonSelection.Brightness {
    let ends = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    func rate(_ text: String, _ empty: Double) throws -> Double {
      guard text.contains(where: { $0 != " " }) else { return empty }
      do {
        return try Quantity(text, convertibleTo: .countsPerSecond).value(in: .countsPerSecond)
      } catch {
        throw ValidationError("--intensity-gate: \(error)")
      }
    }
    guard ends.count == 2 else {
      throw ValidationError("--intensity-gate: write LOW:HIGH, for example \"20 kcps:\", found '\(text)'")
    }
    let (low, high) = (try rate(ends[0], 0), try rate(ends[1], .infinity))
    guard low >= 0, high > low else {
      throw ValidationError("--intensity-gate: the gate must end above its start, found '\(text)'")
    }
    let bin = try time(intensityBin, option: "--intensity-bin", in: .seconds)
    guard bin > 0 else { throw ValidationError("--intensity-bin must be above 0, found '\(intensityBin)'") }
    return .rate(lowHz: low, highHz: high, binSeconds: bin)
  }

  /// The recording with only the selected photons.
  func apply(
    to open: OpenRecording, withTimeGate: Bool, isAuto: Bool = false, periodPs: Double?
  ) throws -> Selected {
    let selection = try selection(withTimeGate: withTimeGate, isAuto: isAuto, periodPs: periodPs)
    // channels alone are every measurement's own option
    guard selection.brightness != nil || selection.holdOffNs != nil || selection.timeGate != nil else {
      return Selected(replay: open.replay)
    }
    let selected = try select(selection, header: open.header, replay: open.replay)
    return Selected(
      replay: selected.replay, keptTime: selected.keptTime, laser: selected.laser, summary: selected.summary)
  }
}

/// A recording of which only some photons may count.
struct Selected {
  var replay: Replay
  var keptTime: KeptTime?
  var laser: RecoveredLaser?
  /// nil where all count.
  var summary: SelectionSummary?

  /// What was kept, as rows of a table.
  func append(to table: inout Table) { summary?.append(to: &table) }
}

extension SelectionSummary {
  /// What was kept, as rows of a table.
  func append(to table: inout Table) {
    for (channel, photons) in keptPerChannel.sorted(by: { $0.key < $1.key }) {
      table.append(
        "selected in channel \(channel)",
        "\(NumberFormat.count(photons)) of \(NumberFormat.count(photonsPerChannel[channel] ?? 0)) photons (\(NumberFormat.rate(rateHzPerChannel[channel] ?? 0)))"
      )
    }
    if keptS < durationS {
      table.append(
        "selected time",
        "\(NumberFormat.duration(seconds: keptS)) of \(NumberFormat.duration(seconds: durationS)) in \(NumberFormat.count(stretches)) stretches"
      )
    }
    table.append("selected by", method)
  }
}
