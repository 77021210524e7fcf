import Analysis
import Glibc
import Reporting

/// The figures of a gate scan, by file name.
func gateFigures(_ result: GateScanResult) -> [(name: String, figure: Figure)] {
  var figures = [("front", frontFigure(result))]
  let starts = Set(result.gates.map(\.startNs)).sorted()
  let stops = Set(result.gates.map(\.stopNs)).sorted()
  if starts.count > 1, stops.count > 1 {
    let top = min(max(1.5 * result.ungated.value, 0.05), result.gates.map(\.g2Zero).max() ?? 1)
    figures.append(("gates", mapFigure(result, starts, stops, "g2(0)", range: 0...max(top, 1e-3)) { $0.g2Zero }))
    figures.append(("signal", mapFigure(result, starts, stops, "signal kept", range: 0...1) { $0.signalKept }))
  }
  return figures
}

/// A value of every gate by its start and stop; delays are logarithmic, and a start at zero is the leftmost column.
private func mapFigure(
  _ result: GateScanResult, _ starts: [Double], _ stops: [Double], _ label: String, range: ClosedRange<Double>,
  value: (GateScanResult.Gate) -> Double
) -> Figure {
  // halfway to the neighbours in the logarithm
  func edges(_ values: [Double]) -> [Double] {
    var values = values
    if values[0] <= 0 { values[0] = values[1] * (values.count > 2 ? values[1] / values[2] : 0.5) }
    let inner = zip(values, values.dropFirst()).map { ($0 * $1).squareRoot() }
    return [values[0] * values[0] / inner[0]] + inner + [
      values[values.count - 1] * values[values.count - 1] / inner[inner.count - 1]
    ]
  }
  var cells = [Double](repeating: .nan, count: starts.count * stops.count)
  for gate in result.gates {
    guard let column = starts.firstIndex(of: gate.startNs), let row = stops.firstIndex(of: gate.stopNs) else {
      continue
    }
    cells[row * starts.count + column] = value(gate)
  }
  let zero = starts[0] <= 0 ? "; leftmost column: 0" : ""
  var figure = Figure(
    title: "Gates: \(label)", x: .init("start after the rising edge\(zero)", unit: "ns", scale: .log),
    y: .init("stop", unit: "ns", scale: .log))
  figure.panels[0].heatMap = Figure.HeatMap(
    xEdges: edges(starts), yEdges: edges(stops), values: cells, label: label, range: range)
  return figure
}

/// g2(0) against the signal kept, with the gates that no other beats.
private func frontFigure(_ result: GateScanResult) -> Figure {
  let front = result.gates.filter(\.isOnFront).sorted { $0.signalKept < $1.signalKept }
  let top = max(1.5 * result.ungated.value, 3 * (result.best?.gate.g2Zero ?? 0), 0.05)
  let shown = result.gates.filter { $0.g2Zero <= top }
  var series: [Figure.Series] = [
    .points(x: shown.map(\.signalKept), y: shown.map(\.g2Zero), label: "gates", color: .skyBlue),
    .line(x: front.map(\.signalKept), y: front.map(\.g2Zero), label: "no other is brighter and purer", color: .blue),
  ]
  if let best = result.best {
    series.append(
      .points(
        x: [best.gate.signalKept], y: [best.gate.g2Zero], uncertainty: [best.gate.g2ZeroUncertainty],
        label: "best: \(gateText(best.gate))", color: .vermilion))
  }
  return Figure(
    title: "Brightness and purity", x: .init("signal kept"), y: .init("g2(0)", range: (-0.04 * top)...top),
    series: series,
    marks: [.horizontal(at: result.ungated.value, text: "without a gate")])
}
