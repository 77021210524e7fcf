import Glibc

/// The shape of a folded decay under one assumption only: it jumps up at the pulse and then falls until the next.
///
/// The maximum-likelihood estimate of a falling density is the slope of the least concave majorant of the distribution
/// (Grenander, Skand. Aktuarietidskr. 39, 125 (1956)), computed by pooling neighbours that rise.
///
/// Its logarithm h is the measure of phase that blinking does not move: over a period Σ h(tᵢ − δ) is on average largest
/// at the true δ for **every** decay that falls from the pulse on, whatever its lifetimes, since of all orderings of h
/// the one that falls along with the decay gives the largest product (Hardy, Littlewood & Pólya, Inequalities, theorem
/// 368). The mean phase, which follows the lifetime, does not have this property.
struct FallingDecay {
  /// The bin at which the pulse begins.
  let start: Int
  /// The logarithm of the expected counts per bin over their mean, from `start` on.
  let logarithms: [Float]

  /// Finds the start at which a falling decay is most likely.
  init(_ counts: [Double]) {
    let n = counts.count
    let mean = max(counts.reduce(0, +) / Double(n), 1e-9)
    var levels = [Double](repeating: 0, count: n)
    var stack: [(sum: Double, width: Int)] = []
    stack.reserveCapacity(n)
    func pool(from start: Int) {
      stack.removeAll(keepingCapacity: true)
      for i in 0..<n {
        let place = start + i
        var last = (sum: counts[place < n ? place : place - n], width: 1)
        while let before = stack.last, before.sum * Double(last.width) <= last.sum * Double(before.width) {
          last = (before.sum + last.sum, before.width + last.width)
          stack.removeLast()
        }
        stack.append(last)
      }
    }
    func likelihood(_ start: Int) -> Double {
      pool(from: start)
      return stack.reduce(0) { $1.sum > 0 ? $0 + $1.sum * log($1.sum / Double($1.width)) : $0 }
    }
    var best = 0
    var step = max(n / 128, 1)
    var most = -Double.infinity
    for start in stride(from: 0, to: n, by: step) {
      let value = likelihood(start)
      if value > most { (most, best) = (value, start) }
    }
    while step > 1 {
      step = max(step / 4, 1)
      let center = best
      for k in -4...4 {
        let start = ((center + k * step) % n + n) % n
        let value = likelihood(start)
        if value > most { (most, best) = (value, start) }
      }
    }
    pool(from: best)
    var i = 0
    for part in stack {
      for _ in 0..<part.width {
        // a level no stream is empty enough to prove: one photon must not decide everything
        levels[i] = max(part.sum / Double(part.width), 0.01 * mean)
        i += 1
      }
    }
    start = best
    logarithms = levels.map { Float(log($0 / mean)) }
  }
}
