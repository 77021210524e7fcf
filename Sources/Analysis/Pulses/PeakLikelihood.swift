import CGSL
import Glibc

/// The likelihood of ``PeakCells`` under the model of ``PeakFit``, maximized by GSL's trust region in signed root
/// deviances (see ``signedRootDeviance(_:_:)``).
///
/// Parameters: the logarithms of the flat counts per period and, for each component, of its counts per side peak and its
/// lifetime in periods; where it is free, the root of g, which so stays at or above 0.
final class PeakLikelihood: LeastSquaresModel {
  private let cells: [PeakCells.Cell]
  private let components: Int
  /// g where it is held; nil where it is fitted.
  private var heldRatio: Double?

  init(cells: [PeakCells.Cell], components: Int) {
    self.cells = cells
    self.components = components
  }

  /// A fit: logarithmic parameters without g, g, and the deviance.
  struct Fit {
    var parameters: [Double]
    var ratio: Double
    var deviance: Double
  }

  /// Where to begin with one lifetime.
  var starts: [[Double]] {
    let far = cells.filter { !$0.isNearCenter || abs($0.low) > 0.75 }
    let perPeriod = far.reduce(0) { $0 + $1.count } / max(far.reduce(0) { $0 + $1.exposure * ($1.high - $1.low) }, 1e-9)
    return [0.03, 0.1, 0.3].map { [log(max(0.1 * perPeriod, 1e-3)), log(max(0.9 * perPeriod, 1e-3)), log($0)] }
  }

  /// Where to begin with two lifetimes, given the fit with one.
  func starts(splitting one: [Double]) -> [[Double]] {
    [(0.3, 2.0), (0.1, 1.2)].map { short, long in
      [one[0], one[1] + log(0.4), one[2] + log(short), one[1] + log(0.6), one[2] + log(long)]
    }
  }

  /// The best fit from several starts with g free.
  func bestFit(starts: [[Double]]) -> Fit? {
    heldRatio = nil
    return starts.compactMap { run($0 + [0.5]) }.filter(isSensible).min { $0.deviance < $1.deviance }
  }

  /// A lifetime outside these bounds, in periods, is a flat background or a single bin, and its numbers run away.
  private func isSensible(_ fit: Fit) -> Bool {
    stride(from: 2, to: fit.parameters.count, by: 2).allSatisfy { (log(1e-4)...log(0.7)).contains(fit.parameters[$0]) }
  }

  /// The interval of g in which the deviance, all else fitted anew, exceeds its least value by no more than the quantile
  /// of χ² with one degree of freedom.
  func profile(_ best: Fit, confidence: Double) -> ConfidenceInterval {
    let threshold = gsl_cdf_chisq_Pinv(confidence, 1)
    func excess(_ ratio: Double) -> Double {
      heldRatio = ratio
      // no fit: as far out as can be
      return (run(best.parameters)?.deviance ?? .infinity) - best.deviance - threshold
    }
    func crossing(inside: Double, outside: Double) -> Double {
      var (inside, outside) = (inside, outside)
      while abs(outside - inside) > 1e-3 * max(abs(best.ratio), 0.01) {
        let middle = (inside + outside) / 2
        if excess(middle) < 0 { inside = middle } else { outside = middle }
      }
      return (inside + outside) / 2
    }
    let low = best.ratio > 0 && excess(0) > 0 ? crossing(inside: best.ratio, outside: 0) : 0
    var step = max(best.ratio, 0.02)
    while excess(best.ratio + step) < 0 && step < 1e6 { step *= 2 }
    return ConfidenceInterval(
      low: low, high: crossing(inside: best.ratio, outside: best.ratio + step), confidence: confidence)
  }

  /// The expected counts and their derivatives; the last column is that of the root of g.
  private func expected(_ x: [Double], _ body: (_ cell: Int, _ mean: Double, _ slopes: [Double]) -> Void) {
    let ratio = heldRatio ?? x[1 + 2 * components] * x[1 + 2 * components]
    let flat = exp(x[0])
    let difference = 1e-4
    let amplitudes = (0..<components).map { exp(x[1 + 2 * $0]) }
    let shapes = (0..<components).map { c in
      let lifetime = exp(x[2 + 2 * c])
      return (
        PeakShape(lifetime: lifetime), PeakShape(lifetime: lifetime * exp(difference)),
        PeakShape(lifetime: lifetime * exp(-difference))
      )
    }
    var slopes = [Double](repeating: 0, count: 2 + 2 * components)
    for (i, cell) in cells.enumerated() {
      func part(_ shape: PeakShape) -> Double {
        let train = shape.train(cell.low, cell.high)
        return cell.isNearCenter ? train - (1 - ratio) * shape.single(cell.low, cell.high) : train
      }
      slopes[0] = cell.exposure * flat * (cell.high - cell.low)
      var mean = slopes[0]
      var center = 0.0
      for c in 0..<components {
        let amplitude = cell.exposure * amplitudes[c]
        slopes[1 + 2 * c] = amplitude * part(shapes[c].0)
        slopes[2 + 2 * c] = amplitude * (part(shapes[c].1) - part(shapes[c].2)) / (2 * difference)
        mean += slopes[1 + 2 * c]
        if cell.isNearCenter { center += amplitude * shapes[c].0.single(cell.low, cell.high) }
      }
      slopes[1 + 2 * components] = 2 * ratio.squareRoot() * center
      body(i, max(mean, 1e-290), slopes)
    }
  }

  func residuals(_ x: UnsafePointer<gsl_vector>, _ f: UnsafeMutablePointer<gsl_vector>) -> Int32 {
    var isFinite = true
    expected(array(x)) { i, mean, _ in
      isFinite = isFinite && mean.isFinite
      gsl_vector_set(f, i, signedRootDeviance(cells[i].count, mean).r)
    }
    return Int32(isFinite ? GSL_SUCCESS : GSL_EDOM)
  }

  func jacobian(_ x: UnsafePointer<gsl_vector>, _ j: UnsafeMutablePointer<gsl_matrix>) -> Int32 {
    expected(array(x)) { i, mean, slopes in
      let slope = signedRootDeviance(cells[i].count, mean).slope
      for column in 0..<j.pointee.size2 { gsl_matrix_set(j, i, column, slope * slopes[column]) }
    }
    return Int32(GSL_SUCCESS)
  }

  private func run(_ start: [Double]) -> Fit? {
    let p = 1 + 2 * components + (heldRatio == nil ? 1 : 0)
    guard
      let found = trustRegionFit(
        self, from: Array(start.prefix(p)), residuals: cells.count, tolerance: 1e-7, iterations: 100),
      found.sumOfSquares.isFinite, found.parameters.allSatisfy(\.isFinite)
    else { return nil }
    let x = found.parameters
    return Fit(
      parameters: Array(x.prefix(1 + 2 * components)), ratio: heldRatio ?? x[p - 1] * x[p - 1],
      deviance: found.sumOfSquares)
  }
}
