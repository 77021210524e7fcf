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
    let places = result.gates.map { ($0.startNs, $0.stopNs) }
    figures.append(
      ("gates", mapFigure(places, result.gates.map(\.g2Zero), starts, stops, "g2(0)", range: 0...max(top, 1e-3))))
    figures.append(
      ("signal", mapFigure(places, result.gates.map(\.signalKept), starts, stops, "signal kept", range: 0...1)))
  }
  return figures
}

/// The figures of a scenario's gates, by file name: predictions, and the simulated recording over them.
func gateFigures(_ result: GatePrediction) -> [(name: String, figure: Figure)] {
  var figures = [("front", frontFigure(result))]
  let starts = Set(result.gates.map(\.startNs)).sorted()
  let stops = Set(result.gates.map(\.stopNs)).sorted()
  if starts.count > 1 { figures.append(("starts", startsFigure(result, starts, stops))) }
  if starts.count > 1, stops.count > 1 {
    let places = result.gates.map { ($0.startNs, $0.stopNs) }
    let top = min(max(1.5 * result.ungated.g2Zero, 0.05), result.gates.map(\.g2Zero).max() ?? 1)
    figures.append(
      ("gates", mapFigure(places, result.gates.map(\.g2Zero), starts, stops, "g2(0)", range: 0...max(top, 1e-3))))
    figures.append(
      ("signal", mapFigure(places, result.gates.map(\.signalKept), starts, stops, "signal kept", range: 0...1)))
    figures.append(
      (
        "background",
        mapFigure(places, result.gates.map(\.backgroundKept), starts, stops, "background kept", range: 0...1)
      ))
  }
  return figures
}

/// g2(0) against the start of the gate for a few stops: predicted lines, simulated points.
private func startsFigure(_ result: GatePrediction, _ starts: [Double], _ stops: [Double]) -> Figure {
  let colors: [Figure.Color] = [.blue, .vermilion, .green]
  // The latest stop, and those nearest to a third and a tenth of it.
  let last = stops[stops.count - 1]
  var chosen: [Double] = []
  for wanted in [last, last / 3, last / 10] {
    let near = stops.min { abs($0 - wanted) < abs($1 - wanted) } ?? last
    if !chosen.contains(near) { chosen.append(near) }
  }
  var series: [Figure.Series] = []
  for (stop, color) in zip(chosen, colors) {
    // A start at 0 has no place on the axis; it is nearly the line without a gate.
    let gates = result.gates.filter { $0.stopNs == stop && $0.startNs > 0 && $0.startNs < stop }
    series.append(
      .line(x: gates.map(\.startNs), y: gates.map(\.g2Zero), label: "predicted, stop \(stop) ns", color: color))
    // A handful of counts says nothing worth a bar over the whole figure.
    let found = gates.compactMap { result.found($0) }.filter { $0.sidePeakMean >= 5 }
    guard !found.isEmpty else { continue }
    series.append(
      .points(
        x: found.map(\.startNs), y: found.map(\.g2Zero), uncertainty: found.map(\.g2ZeroUncertainty),
        label: "simulated, stop \(stop) ns", color: color))
  }
  let top = min(1.2, 2.5 * result.ungated.g2Zero)
  return Figure(
    title: "Time gating", x: .init("start after the rising edge", unit: "ns", scale: .log),
    y: .init("g2(0)", range: 0...top),
    series: series, marks: [.horizontal(at: result.ungated.g2Zero, text: "without a gate")])
}

/// g2(0) against the signal kept, predicted and simulated.
private func frontFigure(_ result: GatePrediction) -> Figure {
  let front = result.gates.filter(\.isOnFront).sorted { $0.signalKept < $1.signalKept }
  let top = max(1.5 * result.ungated.g2Zero, 0.05)
  let shown = result.gates.filter { $0.g2Zero <= top }
  var series: [Figure.Series] = [
    .points(x: shown.map(\.signalKept), y: shown.map(\.g2Zero), label: "gates, predicted", color: .skyBlue),
    .line(x: front.map(\.signalKept), y: front.map(\.g2Zero), label: "no other is brighter and purer", color: .blue),
  ]
  let found = front.compactMap { gate in result.found(gate).map { (gate, $0) } }.filter { $0.1.sidePeakMean >= 5 }
  if !found.isEmpty {
    series.append(
      .points(
        x: found.map(\.0.signalKept), y: found.map(\.1.g2Zero), uncertainty: found.map(\.1.g2ZeroUncertainty),
        label: "the same, simulated", color: .vermilion))
  }
  return Figure(
    title: "Brightness and purity", x: .init("signal kept"), y: .init("g2(0)", range: 0...top), series: series,
    marks: [.horizontal(at: result.ungated.g2Zero, text: "without a gate")])
}

/// A value of every gate by its start and stop; delays are logarithmic, and a start at zero is the leftmost column.
private func mapFigure(
  _ places: [(start: Double, stop: Double)], _ values: [Double], _ starts: [Double], _ stops: [Double], _ label: String,
  range: ClosedRange<Double>
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
  for (place, value) in zip(places, values) {
    guard let column = starts.firstIndex(of: place.start), let row = stops.firstIndex(of: place.stop) else { continue }
    cells[row * starts.count + column] = value
  }
  let zero = starts[0] <= 0 ? "; leftmost column: 0" : ""
  let round = places.contains { $0.stop < $0.start } ? "; below the diagonal: round the next pulse" : ""
  var figure = Figure(
    title: "Gates: \(label)\(round)", x: .init("start after the rising edge\(zero)", unit: "ns", scale: .log),
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
