import Analysis
import Reporting

/// The histogram, the fit where it was fitted, and the residuals.
func decayFigure(_ lifetime: LifetimeResult, counts: String) -> Figure {
  let bin = lifetime.binWidthPs / 1e3
  let times = lifetime.histogram.indices.map { (Double($0) + 0.5) * bin }
  // Outside the fitted range there is no fit to show.
  func inside(_ i: Int) -> Bool { lifetime.residuals[i] != 0 }
  let shown = times.indices.map { inside($0) ? lifetime.fit[$0] : .nan }
  let shownResiduals = times.indices.map { inside($0) ? lifetime.residuals[$0] : .nan }
  let number = ["one exponential", "two exponentials", "three exponentials", "four exponentials"]
  let label = lifetime.stretchExponent != nil ? "stretched exponential" : number[lifetime.components.count - 1]
  var figure = Figure(
    title: "Decay after the laser pulse", x: .init("time", unit: "ns"),
    y: .init("counts per \(NumberFormat.significant(bin * 1e3, digits: 3)) ps", scale: .log),
    series: [
      .steps(start: 0, width: bin, heights: lifetime.histogram.map(Double.init), isFilled: false, label: counts),
      .line(x: times, y: shown, label: label, color: .vermilion),
    ])
  // The response as high as the decay, down to the least that the axis shows.
  if let top = lifetime.response.max(), top > 0, let highest = lifetime.histogram.max() {
    let heights = lifetime.response.map { $0 / top * Double(highest) }
    figure.panels[0].series.append(
      .line(x: times, y: heights.map { $0 >= 0.5 ? $0 : .nan }, label: "response", color: .green))
  }
  figure.panels.append(
    Figure.Panel(
      y: .init("residual / σ", range: -5...5),
      series: [.points(x: times, y: shownResiduals, uncertainty: nil)], marks: [.horizontal(at: 0)],
      heightShare: 0.38))
  return figure
}

/// The autocorrelation of the residuals against lag: flat around 0 where the model holds.
func autocorrelationFigure(_ lifetime: LifetimeResult) -> Figure {
  let fitted = lifetime.residuals.count { $0 != 0 }
  let values = lifetime.residualAutocorrelation(lags: max(fitted / 2, 1))
  let lags = values.indices.map { Double($0 + 1) * lifetime.binWidthPs / 1e3 }
  let spread = 1 / Double(max(fitted, 1)).squareRoot()
  return Figure(
    title: "Autocorrelation of the residuals", x: .init("lag", unit: "ns"), y: .init("autocorrelation"),
    series: [.line(x: lags, y: values, label: nil)],
    marks: [
      .horizontal(at: 0), .horizontal(at: 2 * spread, text: "+2σ", color: .vermilion),
      .horizontal(at: -2 * spread, text: "−2σ", color: .vermilion),
    ])
}
