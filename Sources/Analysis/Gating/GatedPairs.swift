/// Coincidences by pulse difference and by the cells of both delays, as running sums: the peak areas of any gate at once.
package struct GatedPairs: Sendable {
  private let cells: Int
  private let bins: Int
  /// For each pulse difference, sums over the cells below both indices; (cells + 1)² entries.
  private var sums: [Int]

  /// - Parameters:
  ///   - table: labels of the first stream are part · cells + cell, those of the second the cell.
  ///   - parts: which parts to add up.
  init(_ table: LabelledPairHistogram, parts: Range<Int>) {
    let cells = table.labels.second
    self.cells = cells
    bins = table.binCount
    let side = cells + 1
    sums = [Int](repeating: 0, count: bins * side * side)
    for bin in 0..<bins {
      let start = bin * side * side
      for a in 0..<cells {
        var row = 0
        for b in 0..<cells {
          for part in parts {
            row += table.counts[(bin * table.labels.first + part * cells + a) * cells + b]
          }
          sums[start + (a + 1) * side + b + 1] = sums[start + a * side + b + 1] + row
        }
      }
    }
  }

  /// Coincidences for pulse differences −K … K of photons both in these cells.
  package func areas(_ gate: Range<Int>) -> [Int] {
    let side = cells + 1
    let (low, high) = (gate.lowerBound, gate.upperBound)
    return (0..<bins).map { bin in
      let start = bin * side * side
      return sums[start + high * side + high] - sums[start + low * side + high] - sums[start + high * side + low]
        + sums[start + low * side + low]
    }
  }
}
