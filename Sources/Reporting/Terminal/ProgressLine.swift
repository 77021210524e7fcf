/// The text of a progress bar at one moment, fitted into the terminal's width.
package struct ProgressLine {
  package var title: String
  package var fraction: Double
  package var count: Double?
  var unit: String
  /// Seconds since the work began.
  var elapsed: Double

  package init(title: String, fraction: Double, count: Double?, unit: String, elapsed: Double) {
    self.title = title
    self.fraction = fraction
    self.count = count
    self.unit = unit
    self.elapsed = elapsed
  }

  /// Title, bar, percentage, rate and time left in fewer than `columns` columns. What does not fit is left out: first
  /// the bar, then the rest from the right.
  package func text(columns: Int) -> String {
    let done = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    let percent = NumberFormat.fixed((done * 100).rounded(.down), places: 0)
    var figures = String(repeating: " ", count: 3 - percent.count) + percent + " %"
    if let count, !unit.isEmpty, elapsed > 0.2 {
      figures += "  " + NumberFormat.quantity(count / elapsed, unit: unit) + "/s"
    }
    if done > 0, done < 1, elapsed > 0.5 {
      figures += "  " + NumberFormat.duration(seconds: wholeSeconds(elapsed * (1 - done) / done)) + " left"
    }
    let room = columns - 1 - terminalWidth(title) - 1 - 1 - terminalWidth(figures)
    if room < 8 { return String("\(title) \(figures)".prefix(max(0, columns - 1))) }
    let width = min(room, 40)
    let filled = Int((Double(width) * done).rounded(.down))
    let bar = String(repeating: "━", count: filled) + String(repeating: "╌", count: width - filled)
    return "\(title) \(bar) \(figures)"
  }

  /// An estimate jumps about less when it carries no decimals.
  private func wholeSeconds(_ seconds: Double) -> Double { max(1, seconds.rounded()) }
}
