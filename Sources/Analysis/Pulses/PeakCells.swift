import Glibc

/// The pair delays of a pulsed source in cells that the fit of all peaks takes: the periods around the centre bin by bin,
/// the periods further out folded into one, where every period expects the same.
///
/// The sum of Poisson counts with one mean holds all that they say of it, so nothing is lost by folding.
struct PeakCells {
  /// Periods on each side of the centre that are kept apart: the centre peak's tail ends within them.
  static let apart = 3
  /// Cells in the folded period.
  static let foldedCells = 64

  /// One cell: the delays from `low` to `high` after the centre in periods, `exposure` times.
  struct Cell {
    var low: Double
    var high: Double
    var count: Double
    var exposure: Double
    /// Whether the centre peak reaches here.
    var isNearCenter: Bool
  }

  let cells: [Cell]

  /// - Parameters:
  ///   - histogram: pair delays, over whole periods.
  ///   - centerTicks: the delay of the centre, in the unit of the histogram.
  ///   - period: in the unit of the histogram.
  init(_ histogram: PairHistogram, centerTicks: Double, periodTicks period: Double) {
    var near: [Cell] = []
    var folded = [(count: Int, bins: Int)](repeating: (0, 0), count: Self.foldedCells)
    let width = Double(histogram.binWidth) / period
    for (i, count) in histogram.counts.enumerated() {
      let low = (Double(histogram.firstEdge) - centerTicks) / period + Double(i) * width
      let middle = low + width / 2
      let peak = middle.rounded()
      if abs(peak) <= Double(Self.apart) {
        near.append(Cell(low: low, high: low + width, count: Double(count), exposure: 1, isNearCenter: true))
      } else {
        let cell = min(Int((middle - peak + 0.5) * Double(Self.foldedCells)), Self.foldedCells - 1)
        folded[cell].count += count
        folded[cell].bins += 1
      }
    }
    let step = 1 / Double(Self.foldedCells)
    cells =
      near
      + folded.enumerated().compactMap { i, sum in
        guard sum.bins > 0 else { return Optional<Cell>.none }
        let low = Double(i) * step - 0.5
        return Cell(
          low: low, high: low + step, count: Double(sum.count), exposure: Double(sum.bins) * width / step,
          isNearCenter: false)
      }
  }
}
