import Analysis
import Reporting

/// The page of all that a recording allows.
struct AnalysisReport {
  let analysis: FullAnalysis.Output
  let file: String

  /// Figures by file name, in the order of the page.
  var figures: [(name: String, figure: Figure)] { sections.flatMap(\.figures) }

  /// Tables by section.
  var tables: [(heading: String, tables: [Table])] { sections.map { ($0.heading, $0.tables) } }

  private struct Section {
    var heading: String
    var tables: [Table]
    var figures: [(name: String, figure: Figure)] = []
    var words: String
  }

  private var sections: [Section] {
    var list = [Section(heading: "What is in it", tables: [summaryTable], words: "Counts as the file holds them.")]
    if let g2 = analysis.g2 {
      list.append(
        Section(
          heading: "Second-order correlation", tables: [correlationTable(g2, title: "g2")],
          figures: [("g2", correlationFigure(g2))],
          words:
            "Coincidences of the two channels against the delay between them. Pulsed, g2(0) is the centre peak over the mean of the side peaks; continuous, the coincidences around zero over those of independent light. Intervals are those of a ratio of Poisson counts."
            + beware(g2.warnings)
        ))
    }
    if let lifetime = analysis.lifetime {
      list.append(
        Section(
          heading: "Decay", tables: [lifetimeTable(lifetime, title: "decay")],
          figures: [("decay", decayFigure(lifetime, counts: "counted"))],
          words:
            "Photons against the time after the laser pulse, exponentials fitted by maximum Poisson likelihood, and residuals in standard deviations."
            + beware(lifetime.warnings)
        ))
    }
    if let gate = analysis.gate {
      list.append(
        Section(
          heading: "Time gates", tables: [gateTable(gate, title: "gates"), frontTable(gate)],
          figures: gateFigures(gate).map { ("gate-" + $0.name, $0.figure) },
          words:
            "What g2(0) becomes, and what is left of the signal, when only photons between a start and a stop after the pulse count. The best of many gates is partly luck: the value measured on the other half of the recording is free of it."
        ))
    }
    if let trace = analysis.trace {
      list.append(
        Section(
          heading: "In the course of time", tables: [traceTable(trace, title: "trace"), fanoTable(trace)],
          figures: traceFigures(trace).map { ("trace-" + $0.name, $0.figure) },
          words:
            "Rates with the scatter of twenty parts of the recording, so that blinking counts; the scatter of counts against Poisson's law from a microsecond on; g2(0) and delays against time."
        ))
    }
    if let blinking = analysis.blinking {
      list.append(
        Section(
          heading: "Intermittency",
          tables: [blinkingTable(blinking, title: "blinking"), levelTable(blinking)],
          figures: blinkingFigures(blinking).map { ("blinking-" + $0.name, $0.figure) },
          words:
            "Changes of rate, grouped into levels; how long it stays bright and dark. Method: \(blinking.method)."
        ))
    }
    return list
  }

  private var summaryTable: Table {
    let summary = analysis.inspect
    var table = Table([.init(file), .init("", .right)])
    table.append("record type", summary.recordType)
    if !summary.hardware.isEmpty { table.append("instrument", summary.hardware) }
    if summary.isPartial { table.append("partial", "yes: ended before its planned end") }
    for (channel, photons) in summary.photonsPerChannel.sorted(by: { $0.key < $1.key }) {
      table.append(
        "photons in channel \(channel)",
        "\(NumberFormat.count(photons))  (\(NumberFormat.rate(summary.rateHzPerChannel[channel] ?? 0)))")
    }
    table.append("duration", NumberFormat.duration(seconds: summary.durationS))
    if let rate = summary.syncRateHz { table.append("sync rate", NumberFormat.quantity(rate, unit: "Hz", digits: 6)) }
    analysis.selection?.append(to: &table)
    for left in analysis.leftOut { table.append("left out: \(left.what)", left.why) }
    return table
  }

  /// The self-contained page.
  var page: String {
    var report = HTMLReport(
      title: baseName(file),
      subtitle: "\(analysis.inspect.recordType) · \(NumberFormat.duration(seconds: analysis.inspect.durationS))")
    if let g2 = analysis.g2 {
      report.headline.append(
        .init("g2(0)", g2.g2Zero, uncertainty: g2.g2ZeroUncertainty, note: g2.excitation.rawValue))
    }
    if let component = analysis.lifetime?.components.last, let uncertainty = component.lifetimeNsUncertainty {
      report.headline.append(
        .init("longest lifetime", component.lifetimeNs, uncertainty: uncertainty, unit: "ns"))
    }
    if let best = analysis.gate?.best {
      report.headline.append(
        .init(
          "g2(0) in the best gate", best.gate.g2Zero, uncertainty: best.gate.g2ZeroUncertainty,
          note: "\(gateText(best.gate)), \(NumberFormat.percent(best.gate.signalKept, places: 0)) of the signal"))
    }
    for section in sections {
      report.sections.append(
        .init(
          section.heading,
          [.paragraph(section.words)] + section.tables.map { .table($0, caption: "") }
            + section.figures.map { .figure($0.figure, caption: "") }))
    }
    report.footer = ["antibunch \(Antibunch.version) · \(file)"]
    return report.html()
  }
}

/// What an analysis warns of, behind the words about it.
private func beware(_ warnings: [String]) -> String { warnings.map { " Beware: \($0)" }.joined() }
