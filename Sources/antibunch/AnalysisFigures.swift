import Analysis
import Reporting

/// The coincidences of a recording against delay.
func correlationFigure(_ g2: CorrelationResult) -> Figure {
  let bin = Double(g2.binWidthPs) / 1e3
  return Figure(
    title: "Second-order correlation", x: .init("delay τ", unit: "ns"),
    y: .init("coincidences per \(NumberFormat.significant(bin, digits: 3)) ns"),
    series: [
      .steps(
        start: Double(g2.tauPs.first ?? 0) / 1e3 - bin / 2, width: bin, heights: g2.coincidences.map(Double.init),
        isFilled: true)
    ])
}
