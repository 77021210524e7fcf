/// Pearson's χ² with neighbouring bins merged until at least 5 counts are expected; and the number of merged bins.
func pearsonChiSquare(_ counts: [Int], _ expected: [Double]) -> (chi2: Double, cells: Int) {
  var chi2 = 0.0
  var cells = 0
  var d = 0.0
  var m = 0.0
  for (count, mean) in zip(counts, expected) {
    d += Double(count)
    m += mean
    if m >= 5 {
      chi2 += (d - m) * (d - m) / m
      cells += 1
      (d, m) = (0, 0)
    }
  }
  return (chi2, cells)
}
