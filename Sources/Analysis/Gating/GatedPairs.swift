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
  package func areas(_ gate: GateWindow) -> [Int] {
    let (range, all) = (gate.range, 0..<cells)
    return (0..<bins).map { bin in
      let inside = pairs(bin, range, range)
      guard gate.isOutside else { return inside }
      return pairs(bin, all, all) - pairs(bin, range, all) - pairs(bin, all, range) + inside
    }
  }

  /// Coincidences at one pulse difference with the first photon in some cells and the second in others.
  private func pairs(_ bin: Int, _ first: Range<Int>, _ second: Range<Int>) -> Int {
    let side = cells + 1
    func below(_ a: Int, _ b: Int) -> Int { sums[(bin * side + a) * side + b] }
    return below(first.upperBound, second.upperBound) - below(first.lowerBound, second.upperBound)
      - below(first.upperBound, second.lowerBound) + below(first.lowerBound, second.lowerBound)
  }
}
