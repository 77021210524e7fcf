import Analysis
import Glibc
import Reporting

/// The figures of how a recording goes in time, by file name.
func traceFigures(_ result: TraceResult) -> [(name: String, figure: Figure)] {
  var figures = [
    ("intensity", intensityFigure(result)), ("counts", countsFigure(result)), ("fano", fanoFigure(result)),
  ]
  if let slices = result.antibunching { figures.append(("g2-against-time", slicesFigure(slices))) }
  if let map = result.delayMap { figures.append(("delays", delayFigure(map))) }
  return figures
}

private func intensityFigure(_ result: TraceResult) -> Figure {
  let bin = result.trace.binS
  return Figure(
    title: "Intensity", x: .init("time", unit: "s"), y: .init("count rate", unit: "kcps"),
    series: result.trace.counts.sorted { $0.key < $1.key }.map { channel, counts in
      .steps(start: 0, width: bin, heights: counts.map { Double($0) / bin / 1e3 }, label: "channel \(channel)")
    })
}

private func countsFigure(_ result: TraceResult) -> Figure {
  let histogram = result.countHistogram
  let edges = histogram.countEdges.map(Double.init)
  let middles = zip(edges, edges.dropFirst()).map { ($0 + $1 - 1) / 2 }
  return Figure(
    title: "Counts of the trace",
    x: .init("photons per \(NumberFormat.duration(seconds: result.trace.binS))"), y: .init("bins"),
    series: [
      .steps(edges: edges.map { $0 - 0.5 }, heights: histogram.bins.map(Double.init), isFilled: true, label: "counted"),
      .line(x: middles, y: histogram.expected, label: "Poisson's law of the same mean", color: .vermilion),
    ])
}

private func fanoFigure(_ result: TraceResult) -> Figure {
  var figure = Figure(
    title: "Fano factor", x: .init("bin", unit: "s", scale: .log), y: .init("variance / mean", scale: .log),
    series: [
      .points(
        x: result.fano.map(\.binS), y: result.fano.map(\.fano), uncertainty: result.fano.map(\.uncertainty))
    ], marks: [.horizontal(at: 1, text: "Poisson")])
  figure.grid = .both
  return figure
}

private func slicesFigure(_ slices: TraceResult.Antibunching) -> Figure {
  let shown = slices.g2Zero.indices.filter { slices.g2Zero[$0] != nil }
  let expected = slices.expectedCounts.reduce(0, +)
  // slices of little light do not decide the scale
  let bright = shown.filter { slices.expectedCounts[$0] >= expected / Double(4 * slices.timeS.count) }
  let top = bright.map { (slices.g2Zero[$0] ?? 0) + (slices.g2ZeroUncertainty[$0] ?? 0) }.max() ?? 1
  return Figure(
    title: "Antibunching against time", x: .init("time", unit: "s"),
    y: .init("g2(0)", range: 0...max(1.1 * top, 0.01)),
    series: [
      .points(
        x: shown.map { slices.timeS[$0] }, y: shown.map { slices.g2Zero[$0] ?? 0 },
        uncertainty: shown.map { slices.g2ZeroUncertainty[$0] ?? 0 })
    ],
    marks: expected > 0
      ? [.horizontal(at: Double(slices.centerCounts.reduce(0, +)) / expected, text: "all of it")] : [])
}

private func delayFigure(_ map: TraceResult.DelayMap) -> Figure {
  var figure = Figure(
    title: "Delays against time", x: .init("time", unit: "s"), y: .init("delay after the rising edge", unit: "ns"))
  figure.panels[0].heatMap = Figure.HeatMap(
    xEdges: map.timeEdgesS, yEdges: map.delayEdgesNs,
    values: map.photons.flatMap { $0.map { $0 > 0 ? log10(Double($0)) : .nan } },
    label: "log₁₀ of the photons")
  return figure
}
