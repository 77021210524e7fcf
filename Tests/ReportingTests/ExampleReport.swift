import Reporting

/// A page with one of everything.
func exampleReport() -> HTMLReport {
  var report = HTMLReport(
    title: "Single photons from a quantum dot in a fibre", subtitle: "fibre-hbt · 60 s at 5 MHz · seed 42")
  report.headline = [
    .init("g²(0)", 0.1432, uncertainty: 0.0048, note: "predicted 0.1419", holds: true),
    .init("detected rate", value: "42.1", uncertainty: "0.1", unit: "kcps", note: "both channels"),
    .init("lifetime", 6.512, uncertainty: 0.043, unit: "ns", note: "expected 6.8 ± 0.1", holds: false),
  ]
  var table = Table([.init("quantity"), .init("simulation", .right), .init("prediction", .right), .init("holds")])
  table.append("g²(0)", "0.1432 ± 0.0048", "0.1419", "yes")
  table.append("rate, channel 1", "21.04 ± 0.02 kcps", "21.05 kcps", "yes")
  table.append("lifetime", "6.512 ± 0.043 ns", "6.8 ns", "no")
  let figures = Dictionary(uniqueKeysWithValues: ExampleFigures.all.map { ($0.name, $0.figure) })
  func figure(_ name: String, _ caption: String) -> HTMLReport.Block {
    figures[name].map { .figure($0, caption: caption) } ?? .paragraph("missing")
  }
  report.sections = [
    .init(
      "Results",
      [
        .paragraph("Photons were counted for 60 s behind a beam splitter; <angle> & \"quotes\" are shown as they are."),
        .table(table, caption: "Simulated and predicted values."),
      ]),
    .init(
      "Correlation",
      [figure("g2", "Coincidences against delay. The shaded peak at zero holds what two photons in one pulse leave.")]),
    .init("Decay", [figure("decay", "Counts after the laser pulse with a fit of two exponentials.")]),
    .init("Trace", [figure("trace", "Rate in bins of 10 ms.")]),
    .init("Scenario", [.preformatted("source:\n  rate: 5 MHz\n  mean: 0.1\n")]),
  ]
  report.footer = ["antibunch 0.1 · seed 42", "antibunch run Scenarios/fibre-hbt.yaml --seed 42"]
  return report
}
