import Glibc
import Photonics
import Reporting
import Scenarios

/// One page about a device, with its figures and tables beside it.
struct DeviceReport {
  let solution: DeviceSolution
  let output: ModesOutput
  let map: DeviceMap?
  /// The file it came from.
  let command: String

  init(_ solution: DeviceSolution, output: ModesOutput, map: DeviceMap?, command: String) {
    self.solution = solution
    self.output = output
    self.map = map
    self.command = command
  }

  /// Writes report.html, modes.json, figures/*.svg and map.csv into a folder.
  func write(to folder: String) throws {
    try makeFolder(folder + "/figures")
    let figures = DeviceFigures(solution: solution, map: map).all
    for (name, figure, _) in figures { try writeText(figure.svg(), to: "\(folder)/figures/\(name).svg") }
    try writeText(JSONOutput.encode(output), to: folder + "/modes.json")
    if let map { try writeText(map.table.csv(), to: folder + "/map.csv") }
    try writeText(page(figures), to: folder + "/report.html")
  }

  private func page(_ figures: [(name: String, figure: Figure, caption: String)]) -> String {
    var report = HTMLReport(
      title: solution.guide.name,
      subtitle: "\(NumberFormat.significant(solution.guide.wavelengthNanometers, digits: 4)) nm")
    if let normalisation = output.normalisation {
      report.headline.append(
        .init(
          "rate into the guide / free-space rate",
          value: NumberFormat.significant(normalisation.rateOverFreeSpace, digits: 3), note: "both directions"))
      if let share = normalisation.shareOfOwnRate {
        report.headline.append(
          .init(
            "share of the dipole's own rate", value: NumberFormat.percent(share, places: 1), note: "both directions"))
      }
    }
    if let purcell = output.purcell {
      report.headline.append(
        .init(
          "Purcell factor", value: NumberFormat.significant(purcell.overSubstrate, digits: 3),
          note: "total rate over that on the bare substrate"))
    }
    if let beat = output.transfer?.beatHalfLengthUm {
      report.headline.append(
        .init("half a beat", value: NumberFormat.fixed(beat, places: 1), unit: "µm", note: "strip to guide"))
    }
    report.sections.append(
      .init("Modes", [.table(output.modeTable, caption: "")] + output.notes.map { .paragraph($0) }))
    if let comparison { report.sections.append(comparison) }
    if !output.variants.isEmpty { report.sections.append(variants) }
    report.sections.append(.init("Figures", figures.map { .figure($0.figure, caption: $0.caption) }))
    if let map { report.sections.append(.init("Map", [.table(map.table, caption: "Rates over the free-space rate.")])) }
    var inputs = Table([.init("value"), .init(""), .init("source")])
    for value in solution.resolved.values where value.provenance != nil {
      inputs.append(
        value.path, value.content.text, value.provenance.map { "\($0.kind.rawValue): \($0.text)" } ?? "")
    }
    report.sections.append(.init("Inputs", [.table(inputs, caption: "Every value with its source.")]))
    report.footer = ["antibunch \(Antibunch.version) · \(command)"]
    return report.html()
  }

  // MARK: What was published

  /// The model in either unit beside the file's published and measured numbers.
  private var comparison: HTMLReport.Section? {
    guard let normalisation = output.normalisation, let share = normalisation.shareOfOwnRate else { return nil }
    var table = Table([
      .init("quantity"), .init("this model", .right), .init("published", .right), .init("measured", .right),
      .init("where"),
    ])
    func given(_ path: String) -> (text: String, place: String) {
      let value = solution.resolved[path]
      return (value?.content.text ?? "", value?.provenance.map { "\($0.kind.rawValue): \($0.text)" } ?? "")
    }
    let published = (given("published.coupling"), given("published.purcell"))
    let measured = (given("measured.coupling"), given("measured.purcell"))
    func places(_ texts: String...) -> String { texts.filter { !$0.isEmpty }.joined(separator: "; ") }
    table.append(
      "light in the guide, rate over the free-space rate",
      NumberFormat.significant(normalisation.rateOverFreeSpace, digits: 3), published.0.text, measured.0.text,
      places(published.0.place, measured.0.place))
    table.append(
      "light in the guide, share of the dipole's own rate", NumberFormat.percent(share, places: 2), published.0.text,
      measured.0.text, "")
    if let purcell = output.purcell {
      table.append(
        "Purcell factor against the bare substrate", NumberFormat.significant(purcell.overSubstrate, digits: 4),
        published.1.text, measured.1.text, places(published.1.place, measured.1.place))
      if let flat = purcell.flatLayersOverSubstrate {
        table.append(
          "the same with the guide as a flat layer", NumberFormat.significant(flat, digits: 4), "", "", "")
      }
    }
    var blocks: [HTMLReport.Block] = [
      .paragraph(
        "A rate over the dipole's rate in free space is not a share of what the dipole emits: here it emits "
          + "\(NumberFormat.significant(output.purcell?.overFreeSpace ?? 1, digits: 3)) times as fast as in free space, and the "
          + "two differ by that factor. A count rate follows from the share."),
      .table(table, caption: "A published coupling stands in both rows, for its unit is what is in question."),
    ]
    if let value = normalisation.publishedCoupling {
      blocks.append(
        .paragraph(
          "The published \(NumberFormat.percent(value, places: 1)) is "
            + "\(NumberFormat.significant(value / normalisation.rateOverFreeSpace, digits: 3)) times this model's rate over the "
            + "free-space rate and \(NumberFormat.significant(value / share, digits: 3)) times its share of the dipole's own "
            + "rate. Which unit was meant is inferred, not read."))
    }
    if let near = output.nearlyGuided {
      let sum = normalisation.rateOverFreeSpace + near.rateOverFreeSpace
      blocks.append(
        .paragraph(
          "Nearly guided light, which leaks at effective indices within "
            + "\(NumberFormat.significant(near.indices, digits: 2)) below cutoff, is "
            + "\(NumberFormat.significant(near.rateOverFreeSpace, digits: 3)) of the free-space rate; together with the guided "
            + "light \(NumberFormat.significant(sum, digits: 3)). A short way behind the dipole a monitor would count both. On the "
            + "substrate without any guide the same range holds "
            + "\(NumberFormat.significant(near.onBareSubstrate, digits: 3))."))
    }
    if let note = solution.resolved["published.note"] { blocks.append(.paragraph(note.content.text)) }
    return .init("Which unit", blocks)
  }

  /// What the measured increase leaves of the published one, if the file gives both.
  static func neededShare(_ resolved: Resolved) -> Double? {
    guard let published = resolved["published.increase"]?.number, let measured = resolved["measured.increase"]?.number
    else { return nil }
    return measured / published
  }

  private var variants: HTMLReport.Section {
    var blocks: [HTMLReport.Block] = [
      .table(
        output.variantTable,
        caption: "Light in the guide at both ends, for the dipole's place in the file and averaged over the strip.")
    ]
    if let share = Self.neededShare(solution.resolved), let transfer = output.transfer,
      let published = solution.resolved["published.increase"], let measured = solution.resolved["measured.increase"]
    {
      let way = (transfer.stripLengthUm - transfer.dipolePositionUm) / 1e4
      let decibels = -10 * log10(share)
      blocks.insert(
        .paragraph(
          "Measured was an increase over the bare guide of \(measured.content.text) in place of the published "
            + "\(published.content.text): \(NumberFormat.significant(share, digits: 2)) of the design. Loss along the strip "
            + "alone would have to be \(NumberFormat.significant(decibels, digits: 2)) dB over the "
            + "\(NumberFormat.significant(way * 1e4, digits: 3)) µm to the strip's end, "
            + "\(NumberFormat.significant(decibels / way, digits: 2)) dB/cm; a dipole anywhere along the strip instead of at its "
            + "place already leaves \(NumberFormat.significant(transfer.meanOverPosition.average / transfer.bothEnds.average, digits: 2))."
        ), at: 0)
    }
    return .init("What may differ from the design", blocks)
  }
}
