import Analysis
import Glibc
import Reporting

/// The figures of a recording's intermittency, by file name.
func blinkingFigures(_ result: BlinkingResult) -> [(name: String, figure: Figure)] {
  var figures = [("trace", traceFigure(result))]
  if result.onTimes?.law != nil || result.offTimes?.law != nil { figures.append(("stays", staysFigure(result))) }
  if let map = result.flid {
    figures.append(("flid", mapFigure("Bins of the trace", map, map.bins.flatMap { $0.map(Double.init) }, "bins")))
    figures.append(("emission-rates", mapFigure("Between changes", map, map.seconds.flatMap { $0 }, "time (s)")))
  }
  if let correlation = result.autocorrelation {
    figures.append(
      (
        "autocorrelation",
        Figure(
          title: "Autocorrelation of the trace", x: .init("delay", unit: "s", scale: .log), y: .init("G(τ) − 1"),
          series: [.line(x: correlation.delayS, y: correlation.value)])
      ))
  }
  if let spectrum = result.powerSpectrum {
    figures.append(
      (
        "power-spectrum",
        Figure(
          title: "Power spectrum of the trace", x: .init("frequency", unit: "Hz", scale: .log),
          y: .init("relative power", unit: "1/Hz", scale: .log),
          series: [
            .line(x: spectrum.frequencyHz, y: spectrum.densityPerHz),
            .line(
              x: [spectrum.frequencyHz.first ?? 1, spectrum.frequencyHz.last ?? 2],
              y: [spectrum.shotNoisePerHz, spectrum.shotNoisePerHz], label: "shot noise", color: .grey, isDashed: true),
          ])
      ))
  }
  return figures
}

/// The first ten seconds of the trace with the levels found.
private func traceFigure(_ result: BlinkingResult) -> Figure {
  let shown = min(result.durationS, max(10, 400 * result.trace.binS))
  let bins = min(Int(shown / result.trace.binS), result.trace.counts.count)
  let rates: [Double] = result.trace.counts.prefix(bins).map { Double($0) / result.trace.binS / 1e3 }
  var figure = Figure(
    title: "Trace and levels", x: .init("time", unit: "s", range: 0...shown), y: .init("rate", unit: "kHz"))
  figure.panels[0].series.append(
    .steps(
      start: 0, width: result.trace.binS,
      heights: rates,
      label: "bins of \(NumberFormat.duration(seconds: result.trace.binS))", color: .skyBlue))
  var x: [Double] = []
  var y: [Double] = []
  for (i, start) in result.segments.startS.enumerated() where start < shown {
    let rate = result.levels[result.segments.level[i]].rateHz / 1e3
    x += [start, min(start + result.segments.seconds[i], shown)]
    y += [rate, rate]
  }
  figure.panels[0].series.append(.line(x: x, y: y, label: "level found", color: .vermilion))
  return figure
}

/// The share of stays that last longer, with the fitted laws.
private func staysFigure(_ result: BlinkingResult) -> Figure {
  var figure = Figure(
    title: "Stays", x: .init("time", unit: "s", scale: .log), y: .init("share that lasts longer", scale: .log))
  figure.grid = .both
  for (stays, name, color) in [
    (result.onTimes, "on", Figure.Color.blue), (result.offTimes, "off", Figure.Color.vermilion),
  ] {
    guard let stays, let law = stays.law else { continue }
    let times = stays.seconds.filter { $0 >= law.shortestSeconds }.sorted()
    let shares: [Double] = times.indices.map { 1 - (Double($0) + 0.5) / Double(times.count) }
    figure.panels[0].series.append(
      .points(
        x: times, y: shares, label: "\(name) times",
        color: color))
    let end = times.last ?? law.shortestSeconds
    let ratio: Double = end / law.shortestSeconds
    let grid: [Double] = (0...80).map { law.shortestSeconds * pow(ratio, Double($0) / 80) }
    var line = Figure.Series.line(
      x: grid, y: grid.map(law.longer(than:)),
      label: "\(name): exponent \(NumberFormat.measured(law.exponent, uncertainty: law.exponentUncertainty))",
      color: color)
    line.isDashed = true
    figure.panels[0].series.append(line)
  }
  return figure
}

private func mapFigure(_ title: String, _ map: LifetimeIntensityMap, _ values: [Double], _ label: String) -> Figure {
  var figure = Figure(title: title, x: .init("rate", unit: "kHz"), y: .init("lifetime", unit: "ns"))
  figure.panels[0].heatMap = Figure.HeatMap(
    xEdges: map.rateEdgesHz.map { $0 / 1e3 }, yEdges: map.lifetimeEdgesNs, values: values.map { $0 > 0 ? $0 : .nan },
    label: label)
  return figure
}
