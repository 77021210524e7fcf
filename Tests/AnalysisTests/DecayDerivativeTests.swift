import Analysis
import Testing

/// The derivatives that the lifetime fit works with, against differences of the expected counts.
@Suite("Derivatives of a decay")
struct DecayDerivativeTests {
  /// A response of 40 unequal masses, half a bin each. The shift leaves it in the middle of a period that is no whole number of
  /// bins, or takes it round the end of one that is: round the end of the former it is displaced by the rest of a bin, which the
  /// derivatives do not know.
  @Test(
    arguments: [DecayFit.Shape.exponentials(1), .exponentials(2), .stretched],
    [(3.3, 31.23), (-113.6, 31.2), (520.4, 31.2)])
  func centralDifferences(_ shape: DecayFit.Shape, _ place: (shift: Double, periodNs: Double)) {
    var masses = [Double](repeating: 0, count: 180)
    for i in 0..<40 { masses[100 + i] = Double(i * (39 - i)) + 20 }
    let bins = 301
    let fit = DecayFit(
      grid: ResponseGrid(bins: bins, binNs: 0.1, periodNs: place.periodNs, fine: 2, masses: masses), shape: shape,
      counts: [Double](repeating: 1, count: bins), isUsed: [Bool](repeating: true, count: bins),
      live: (0..<bins).map { 1 - 0.001 * Double($0) }, method: .maximumLikelihood, fitsShift: true)
    let point: [Double]
    switch shape {
    case .exponentials(1): point = [0.7, 3.1, 1.2]
    case .exponentials: point = [0.7, 3.1, 1.2, 4, -0.9]
    case .stretched: point = [0.7, 3.1, 1.2, -0.4]
    }
    let parameters = point + [place.shift]
    let derivatives = fit.derivatives(parameters)
    #expect(derivatives.count == parameters.count)
    let step = 1e-4
    for i in parameters.indices {
      func expected(_ change: Double) -> [Double] {
        var changed = parameters
        changed[i] += change
        return fit.expected(changed)
      }
      let (above, below) = (expected(step), expected(-step))
      let differences = zip(above, below).map { ($0 - $1) / (2 * step) }
      let largest = differences.map(abs).max() ?? 0
      #expect(largest > 0)
      let miss = zip(derivatives[i], differences).map { abs($0 - $1) }.max() ?? .infinity
      #expect(miss < 1e-5 * largest, "parameter \(i): \(miss) of \(largest)")
    }
  }
}
