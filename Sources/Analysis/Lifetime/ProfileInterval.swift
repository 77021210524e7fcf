import CGSL
import Glibc

extension DecayFit {
  /// The ends of a parameter between which the deviance, minimised over all others, exceeds its minimum by no more than `rise`
  /// (1 for 68.27 %, 3.84 for 95 %; Wilks, Ann. Math. Stat. 9, 60 (1938)); nil at an end that the data leave open.
  ///
  /// - Parameters:
  ///   - sigma: the standard deviation of the parameter, where the search begins.
  func profile(_ index: Int, of best: Solution, sigma: Double, rise: Double) -> (low: Double?, high: Double?) {
    /// The root of the rise, less its target, at a distance from the optimum; starts from the neighbour that was solved last.
    func end(_ direction: Double) -> Double? {
      var last = best
      func excess(_ distance: Double) -> Double? {
        var start = last.parameters
        start[index] = best.parameters[index] + direction * distance
        guard let solution = run(from: start, fixed: [index]) else { return nil }
        last = solution
        return max(solution.deviance - best.deviance, 0).squareRoot() - rise.squareRoot()
      }
      var (low, atLow) = (0.0, -rise.squareRoot())
      var high = sigma * rise.squareRoot()
      guard var atHigh = excess(high) else { return nil }
      var steps = 0
      while atHigh < 0 {
        steps += 1
        guard steps < 8 else { return nil }
        (low, atLow) = (high, atHigh)
        high *= 1.6
        guard let next = excess(high) else { return nil }
        atHigh = next
      }
      // false position (Illinois) on a nearly straight root: a few refits to a thousandth of a standard deviation
      var side = 0
      for _ in 0..<20 {
        let middle = low + (high - low) * atLow / (atLow - atHigh)
        guard let value = excess(middle) else { return nil }
        if abs(value) < 1e-4 { return middle }
        if value < 0 {
          (low, atLow) = (middle, value)
          if side == -1 { atHigh /= 2 }
          side = -1
        } else {
          (high, atHigh) = (middle, value)
          if side == 1 { atLow /= 2 }
          side = 1
        }
      }
      return (low + high) / 2
    }
    let place = best.parameters[index]
    return (end(-1).map { place - $0 }, end(1).map { place + $0 })
  }
}
