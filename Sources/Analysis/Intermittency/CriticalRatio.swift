import Glibc

/// The critical value of the likelihood ratio in a window of `photons` photons: a steady rate exceeds it somewhere in the
/// window with `probability`.
///
/// The law of the largest ratio is the asymptotic one of Csörgő & Horváth (Limit Theorems in Change-Point Analysis, 1997), as in
/// Watkins and Yang's program (its function `Vostrikova`), with changes between 1/n and 1 − 1/n of the window:
/// P(max √(2 ln R) > x) ≈ x e^(−x²/2)/√(2π) · (T − T/x² + 4/x²), T = 2 ln(n − 1).
///
/// - Parameters:
///   - probability: 0 to 0.1, exclusive.
///   - photons: at least 3.
/// - Returns: the natural logarithm of the ratio.
func criticalLogRatio(probability: Double, photons: Double) -> Double {
  let range = 2 * log(max(photons, 3) - 1)
  func logTail(_ x: Double) -> Double {
    log(x) - x * x / 2 - 0.5 * log(2 * .pi) + log(range - range / (x * x) + 4 / (x * x))
  }
  let wanted = log(probability)
  var low = 1.5
  var high = 60.0
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if logTail(middle) > wanted { low = middle } else { high = middle }
  }
  return high * high / 2
}
