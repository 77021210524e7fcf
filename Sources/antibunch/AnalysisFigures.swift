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

/// A decay with its fit, and below it the residuals.
func decayFigure(_ lifetime: LifetimeResult, label: String) -> Figure {
  let bin = lifetime.binWidthPs / 1e3
  let times = lifetime.histogram.indices.map { (Double($0) + 0.5) * bin }
  var fit = lifetime.fit
  fit += [Double](repeating: .nan, count: max(0, times.count - fit.count))
  var residuals = lifetime.residuals
  residuals += [Double](repeating: .nan, count: max(0, times.count - residuals.count))
  // Outside the fitted range there is no fit to show.
  func inside(_ i: Int) -> Bool {
    let time = times[i] - lifetime.pulseNs
    let wrapped = time < 0 ? time + lifetime.periodNs : time
    return wrapped >= lifetime.fitStartNs && wrapped <= lifetime.fitStopNs
  }
  let shown = times.indices.map { inside($0) ? fit[$0] : .nan }
  let shownResiduals = times.indices.map { inside($0) ? residuals[$0] : .nan }
  let count = lifetime.components.count
  var figure = Figure(
    title: "Decay after the laser pulse", x: .init("time", unit: "ns"),
    y: .init("counts per \(NumberFormat.significant(bin * 1e3, digits: 3)) ps", scale: .log),
    series: [
      .steps(start: 0, width: bin, heights: lifetime.histogram.map(Double.init), isFilled: false, label: label),
      .line(
        x: times, y: shown,
        label: "\(["one", "two", "three", "four"][min(count, 4) - 1]) exponential\(count == 1 ? "" : "s")",
        color: .vermilion),
    ])
  figure.panels.append(
    Figure.Panel(
      y: .init("residual / σ", range: -5...5),
      series: [.points(x: times, y: shownResiduals, uncertainty: nil)], marks: [.horizontal(at: 0)],
      heightShare: 0.38))
  return figure
}
