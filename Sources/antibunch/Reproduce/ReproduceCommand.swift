import ArgumentParser
import Glibc
import Reporting

struct ReproduceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Runs the paper's scenarios: its numbers beside ours, its figures, its proposals with a verdict.",
    discussion: """
      Every number says whether the scenario contains it (put in), whether something was adjusted so that it comes out \
      (calibrated), or whether it follows from other numbers (predicted).
      """)

  @Option(help: ArgumentHelp("The folder that holds fibre-hbt.yaml and the others.", valueName: "folder"))
  var scenarios: String?
  @OptionGroup var engineOptions: EngineOptions
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("A folder for the page, tables, figures and recordings.", valueName: "folder"))
  var output = "runs/paper"
  @Flag(help: "Print JSON.") var json = false

  private struct Output: Encodable {
    var seed: UInt64
    var quantities: [PaperRow]
    var proposals: [PaperProposal]
  }

  func run() throws {
    try orFail {
      let paper = try PaperScenarios(
        folder: scenarios, output: output, seed: engineOptions.seed, threads: engineOptions.threadCount)
      try makeFolder(output + "/figures")
      let correlations = try PaperHBT(paper)
      let lifetimes = try PaperLifetimes(paper)
      let spectra = try PaperSpectra(paper)
      let sample = try PaperSample(paper)
      let device = try PaperDevice(paper)
      let proposals = try PaperProposal.all(paper)
      let rows = correlations.rows + lifetimes.rows + device.rows + spectra.rows + sample.rows
      let figures = (correlations.figures + lifetimes.figures + spectra.figures + sample.figures)
        .sorted { Self.order($0.name) < Self.order($1.name) }
      for figure in figures {
        let name = figure.name.replacing(", ", with: "").lowercased()
        try writeText(figure.figure.svg(), to: "\(output)/figures/fig\(name).svg")
      }
      let document = try JSONOutput.encode(
        Output(seed: engineOptions.seed, quantities: rows, proposals: proposals))
      try writeText(document, to: output + "/paper.json")
      try writeText(page(rows, proposals, figures), to: output + "/paper.html")
      if json {
        print(document, terminator: "")
        return
      }
      print(PaperRow.table(rows).text())
      for row in rows where !row.note.isEmpty { print("\(row.quantity): \(row.note)") }
      print("")
      print(PaperProposal.table(proposals).text())
      print("page: \(output)/paper.html")
    }
  }

  /// The main text's figures before the supplement's.
  private static func order(_ name: String) -> String { name.hasPrefix("S") ? "1" + name : "0" + name }

  private func page(
    _ rows: [PaperRow], _ proposals: [PaperProposal], _ figures: [(name: String, figure: Figure, caption: String)]
  ) -> String {
    var report = HTMLReport(
      title: "The paper, simulated",
      subtitle:
        "A nanocrystal on a TiO2 strip on an ion-exchanged guide, pigtailed to a fibre · seed \(engineOptions.seed)")
    var notes = Table([
      .init("quantity"), .init("scenario"), .init("through"), .init("note"),
    ])
    for row in rows {
      notes.append(
        row.quantity, row.scenario, row.kind.through?.path ?? "", row.note)
    }
    report.sections = [
      .init(
        "The paper's numbers",
        [
          .paragraph(
            "Put in: the scenario contains the paper's number, and the measurement finds it again. Calibrated: a number the "
              + "paper does not give was adjusted so that this one comes out. Predicted: it follows from other numbers. "
              + "Arithmetic: from numbers that the paper prints. Differences are in standard deviations of both, of ours alone "
              + "where the paper gives none. Expected: the exact expectation of what was measured on the simulated recording."
          ),
          .table(PaperRow.table(rows), caption: ""),
          .table(notes, caption: "Where each number comes from, and the paper's contradictions where they bear."),
        ]),
      .init(
        "The paper's proposals",
        [
          .table(
            PaperProposal.table(proposals),
            caption:
              "Predicted on the home scenario with one thing changed. Gates are the best ones that keep half of the signal."
          )
        ]),
      .init("The paper's figures", figures.map { .figure($0.figure, caption: $0.caption) }),
    ]
    report.footer = ["antibunch \(Antibunch.version) · seed \(engineOptions.seed) · antibunch reproduce"]
    return report.html()
  }
}
