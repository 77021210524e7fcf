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

  /// The modes of highest index. A shift far above them converges slowly, so coarser grids tell first where they begin. Where
  /// these were coarse indeed, modes may lie above the shift, even farther from it than those below: the search begins again
  /// from higher up until nothing new appears.
  private func highest(_ count: Int, of problem: WaveOperator) throws(ModeError) -> [Eigenmode] {
    let matrix = problem.matrix()
    let (estimate, start) = try highestOnCoarserGrids(problem)
    var shift = start
    var last: Double?
    while true {
      let factors = try SparseFactorization(matrix, shift: shift * shift)
      let found = guided(try ShiftInvert.nearest(count, to: shift * shift, factors))
      let top = found.first?.index ?? cutoffIndex
      let rise = top - estimate
      let isSure = top < shift && rise < (shift - estimate) / 2
      if isSure || shift >= crossSection.highestIndex || abs(top - (last ?? 0)) < 1e-7 { return found }
      last = top
      shift = min(max(top, shift) + max(0.01, 2 * rise), crossSection.highestIndex)
    }
  }

  /// The highest mode's effective index on a grid of half as many lines, and a shift a little above it, found in the same way
  /// from a coarser grid still; of the coarsest the highest index anywhere.
  private func highestOnCoarserGrids(_ problem: WaveOperator) throws(ModeError) -> (estimate: Double, shift: Double) {
    let highest = crossSection.highestIndex
    guard problem.unknowns > 2500 else { return (highest, highest) }
    let coarse = WaveOperator(permittivity: problem.permittivity.coarsened(), walls: problem.walls, k0: problem.k0)
    let shift = try highestOnCoarserGrids(coarse).shift
    let factors = try SparseFactorization(coarse.matrix(), shift: shift * shift)
    let cutoff = cutoffIndex
    let pairs = try ShiftInvert.nearest(2, to: shift * shift, factors, tolerance: 1e-5)
    let first = max(cutoff, guided(pairs).first?.index ?? cutoff)
    return (first, min(first + max(0.005, 0.03 * (first - cutoff)), highest))
  }

  /// Those above cutoff, with their indices.
  private func guided(_ pairs: [ShiftInvert.Pair]) -> [Eigenmode] {
    let cutoff = cutoffIndex
    return pairs.filter { $0.value > cutoff * cutoff }.map { ($0.value.squareRoot(), $0.vector) }
  }
}
