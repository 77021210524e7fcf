extension ModeSolver {
  /// An eigenvector and its effective index.
  typealias Eigenmode = (index: Double, vector: [Double])

  /// The guided eigenmodes that a search asks for, the highest first.
  func eigenmodes(of problem: WaveOperator, _ count: Int, _ search: Search) throws(ModeError) -> [Eigenmode] {
    switch search {
    case .highest: return try highest(count, of: problem)
    case .near(let n): return try nearest(count, to: n, of: problem)
    case .below(let n): return try below(n, count, of: problem)
    }
  }

  /// The modes nearest to an effective index.
  private func nearest(_ count: Int, to guess: Double, of problem: WaveOperator) throws(ModeError) -> [Eigenmode] {
    let factors = try SparseFactorization(problem.matrix(), shift: guess * guess)
    return guided(try ShiftInvert.nearest(count, to: guess * guess, factors))
  }

  /// The nearest modes that are not above an effective index: more and more are sought until enough lie below it.
  private func below(_ guess: Double, _ count: Int, of problem: WaveOperator) throws(ModeError) -> [Eigenmode] {
    let factors = try SparseFactorization(problem.matrix(), shift: guess * guess)
    var sought = count
    while true {
      let pairs = try ShiftInvert.nearest(sought, to: guess * guess, factors)
      let lower = pairs.filter { $0.value <= guess * guess }
      if lower.count >= count || sought >= 16 * count || guided(lower).count < lower.count {
        return Array(guided(lower).prefix(count))
      }
      sought *= 2
    }
  }

  /// The modes of highest index. A shift far above them converges slowly, so coarser grids tell first where they begin; if
  /// one turns out to lie above the shift after all, the search begins again above it.
  private func highest(_ count: Int, of problem: WaveOperator) throws(ModeError) -> [Eigenmode] {
    let matrix = problem.matrix()
    var shift = try shiftAbove(problem)
    while true {
      let factors = try SparseFactorization(matrix, shift: shift * shift)
      let found = guided(try ShiftInvert.nearest(count, to: shift * shift, factors))
      guard let top = found.first?.index, top > shift, shift < crossSection.highestIndex else { return found }
      shift = min(top + 0.01, crossSection.highestIndex)
    }
  }

  /// An effective index a little above a problem's highest mode, from a grid of half as many lines, and that one's from
  /// a coarser one still; the coarsest starts from the highest index anywhere.
  private func shiftAbove(_ problem: WaveOperator) throws(ModeError) -> Double {
    guard problem.unknowns > 2500 else { return crossSection.highestIndex }
    let coarse = WaveOperator(permittivity: problem.permittivity.coarsened(), walls: problem.walls, k0: problem.k0)
    let shift = try shiftAbove(coarse)
    let factors = try SparseFactorization(coarse.matrix(), shift: shift * shift)
    let cutoff = cutoffIndex
    let pairs = try ShiftInvert.nearest(2, to: shift * shift, factors, tolerance: 1e-5)
    let first = max(cutoff, guided(pairs).first?.index ?? cutoff)
    return min(first + max(0.005, 0.03 * (first - cutoff)), crossSection.highestIndex)
  }

  /// Those above cutoff, with their indices.
  private func guided(_ pairs: [ShiftInvert.Pair]) -> [Eigenmode] {
    let cutoff = cutoffIndex
    return pairs.filter { $0.value > cutoff * cutoff }.map { ($0.value.squareRoot(), $0.vector) }
  }
}
