import CGSL
import Glibc

/// Fits lines on a flat floor to pixels of a spectrum: weighted least squares by GSL's trust region.
///
/// The model of a pixel is its relative response times what each line puts between its edges, plus the floor. Weights are
/// one over the variance that the camera has at the fitted counts, not at the counted ones, and follow the fit until they
/// stand (iteratively reweighted; McCullagh and Nelder, "Generalized linear models", 1989, section 9.2): weights from the
/// data would pull the fit towards low counts.
final class SpectrumFit: LeastSquaresModel {
  /// What a fit gives: the floor, then area (counts where the response is 1), centre and ln(fwhm) of each line.
  struct Solution {
    var parameters: [Double]
    /// Of the parameters; `nil` where two of them cannot be told apart.
    var covariance: [[Double]]?
    var chiSquare: Double
    /// −2 ln of the Gaussian likelihood, but for a constant.
    var deviance: Double

    var lineCount: Int { (parameters.count - 1) / 3 }
  }

  let edges: [Double]
  let counts: [Double]
  let response: [Double]
  let isUsed: [Bool]
  let noise: CameraNoise
  let shape: SpectralLineShape
  /// Standard deviation of the line spread in nm; only a Lorentzian needs it.
  let spread: Double
  /// The pixels that count.
  let used: [Int]
  private var weights: [Double] = []

  init(
    edges: [Double], counts: [Double], response: [Double], isUsed: [Bool], noise: CameraNoise,
    shape: SpectralLineShape, spread: Double
  ) {
    self.edges = edges
    self.counts = counts
    self.response = response
    self.isUsed = isUsed
    self.noise = noise
    self.shape = shape
    self.spread = spread
    used = isUsed.indices.filter { isUsed[$0] }
  }

  private func profile(_ logWidth: Double) -> LineProfile {
    LineProfile(shape: shape, fwhm: exp(logWidth), spread: spread)
  }

  /// The counts that parameters give, for every pixel.
  func model(_ parameters: [Double]) -> [Double] {
    var model = [Double](repeating: parameters[0], count: counts.count)
    for k in stride(from: 1, to: parameters.count, by: 3) {
      let profile = profile(parameters[k + 2])
      var below = profile.cumulative(edges[0] - parameters[k + 1]).value
      for i in model.indices {
        let above = profile.cumulative(edges[i + 1] - parameters[k + 1]).value
        model[i] += response[i] * parameters[k] * (above - below)
        below = above
      }
    }
    return model
  }

  /// Fits from a start.
  ///
  /// - Parameters:
  ///   - rounds: how often the weights follow the fit.
  ///   - iterations: at most so many steps in each round.
  func solve(from start: [Double], rounds: Int, iterations: Int = 100) -> Solution? {
    var parameters = start
    var result: Solution?
    for _ in 0..<rounds {
      let model = model(parameters)
      weights = used.map { 1 / noise.variance(ofMean: model[$0]) }
      guard let next = run(parameters, iterations) else { return result }
      let moved = zip(next.parameters, parameters).contains { abs($0 - $1) > 1e-7 * (abs($0) + abs($1)) + 1e-9 }
      result = next
      parameters = next.parameters
      if !moved { break }
    }
    return result
  }

  /// One weighted least-squares fit with the weights as they stand.
  private func run(_ start: [Double], _ iterations: Int) -> Solution? {
    guard
      let found = trustRegionFit(
        self, from: start, residuals: used.count, weights: weights, tolerance: 1e-9, iterations: iterations,
        findsCovariance: true), found.parameters.allSatisfy(\.isFinite), found.sumOfSquares.isFinite
    else { return nil }
    return Solution(
      parameters: found.parameters, covariance: found.covariance, chiSquare: found.sumOfSquares,
      deviance: found.sumOfSquares - weights.reduce(0) { $0 + log($1) })
  }

  func residuals(_ x: UnsafePointer<gsl_vector>, _ f: UnsafeMutablePointer<gsl_vector>) -> Int32 {
    let parameters = array(x)
    guard hasSaneWidths(parameters) else { return Int32(GSL_EDOM) }
    let model = model(parameters)
    for (row, i) in used.enumerated() { gsl_vector_set(f, row, model[i] - counts[i]) }
    return Int32(GSL_SUCCESS)
  }

  func jacobian(_ x: UnsafePointer<gsl_vector>, _ j: UnsafeMutablePointer<gsl_matrix>) -> Int32 {
    let parameters = array(x)
    guard hasSaneWidths(parameters) else { return Int32(GSL_EDOM) }
    for row in used.indices { gsl_matrix_set(j, row, 0, 1) }
    for k in stride(from: 1, to: parameters.count, by: 3) {
      let profile = profile(parameters[k + 2])
      var edge = -1
      var above = (value: 0.0, density: 0.0, slope: 0.0)
      for (row, i) in used.enumerated() {
        let below = edge == i ? above : profile.cumulative(edges[i] - parameters[k + 1])
        above = profile.cumulative(edges[i + 1] - parameters[k + 1])
        edge = i + 1
        gsl_matrix_set(j, row, k, response[i] * (above.value - below.value))
        gsl_matrix_set(j, row, k + 1, -response[i] * parameters[k] * (above.density - below.density))
        gsl_matrix_set(j, row, k + 2, response[i] * parameters[k] * (above.slope - below.slope))
      }
    }
    return Int32(GSL_SUCCESS)
  }

  /// A step may try a width of nothing or of a thousand spectra: such numbers say nothing.
  private func hasSaneWidths(_ parameters: [Double]) -> Bool {
    let span = edges[edges.count - 1] - edges[0]
    return stride(from: 3, to: parameters.count, by: 3).allSatisfy {
      parameters[$0] < log(100 * span) && parameters[$0] > log(span * 1e-7)
    }
  }
}
