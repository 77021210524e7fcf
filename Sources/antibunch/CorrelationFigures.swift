import Analysis
import Reporting

/// A correlation over decades of delay.
func logarithmicFigure(_ result: LogarithmicCorrelation) -> Figure {
  // an empty bin has no place on a logarithmic axis of its own errors
  let shown = result.tauPs.indices.filter { result.coincidences[$0] > 0 }
  return Figure(
    title: "Second-order correlation, channels \(result.channels.map(String.init).joined(separator: ", "))",
    x: .init("delay τ", unit: "s", scale: .log), y: .init("g2(τ)"),
    series: [
      .points(
        x: shown.map { result.tauPs[$0] * 1e-12 }, y: shown.map { result.normalized[$0] },
        uncertainty: shown.map { result.normalizedUncertainty[$0] })
    ],
    marks: [.horizontal(at: 1, text: "independent photons")])
}

/// The stops of a start–stop histogram.
func startStopFigure(_ result: StartStopResult) -> Figure {
  let bin = Double(result.binWidthPs) / 1e3
  return Figure(
    title: "Start–stop histogram", x: .init("stop − start", unit: "ns"),
    y: .init("stops per \(NumberFormat.significant(bin, digits: 3)) ns"),
    series: [.steps(start: 0, width: bin, heights: result.coincidences.map(Double.init), isFilled: true)])
}

/// g3 by both delays.
func thirdOrderFigure(_ result: ThirdOrderCorrelation) -> Figure {
  let isPulsed = result.excitation == .pulsed
  let scale = isPulsed ? 1 : 1e-3
  let unit = isPulsed ? "pulses" : "ns"
  let delays = result.delays.map { Double($0) * scale }
  let half = (delays.count > 1 ? delays[1] - delays[0] : 1) / 2
  let edges = delays.map { $0 - half } + [(delays.last ?? 0) + half]
  var figure = Figure(
    title: "Third-order correlation", x: .init("delay τ₂", unit: unit), y: .init("delay τ₁", unit: unit))
  let values = result.normalized.flatMap { $0 }
  figure.panels[0].heatMap = Figure.HeatMap(
    xEdges: edges, yEdges: edges, values: values, label: "g3(τ₁, τ₂)", range: 0...max(values.max() ?? 1, 1e-3))
  return figure
}
