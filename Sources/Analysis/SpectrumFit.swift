import CGSL
import Glibc

/// Fits lines on a flat floor to pixels of a spectrum: weighted least squares by GSL's trust region.
///
/// The model of a pixel is its relative response times what each line puts between its edges, plus the floor. Weights are
/// one over the variance that the camera has at the fitted counts, not at the counted ones, and follow the fit until they
/// stand (iteratively reweighted; McCullagh and Nelder, "Generalized linear models", 1989, section 9.2): weights from the
/// data would pull the fit towards low counts.
final class SpectrumFit {
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
    _ = gslErrorsReturned
    let n = used.count
    let p = start.count
    guard n > p else { return nil }
    var fdf = gsl_multifit_nlinear_fdf()
    fdf.f = { x, params, f in
      guard let x, let params, let f else { return Int32(GSL_EFAULT) }
      return Unmanaged<SpectrumFit>.fromOpaque(params).takeUnretainedValue().residuals(x, f)
    }
    fdf.df = { x, params, jacobian in
      guard let x, let params, let jacobian else { return Int32(GSL_EFAULT) }
      return Unmanaged<SpectrumFit>.fromOpaque(params).takeUnretainedValue().jacobian(x, jacobian)
    }
    fdf.n = n
    fdf.p = p
    fdf.params = Unmanaged.passUnretained(self).toOpaque()
    var settings = gsl_multifit_nlinear_default_parameters()
    settings.trs = cgsl_nlinear_trs_lm()
    settings.scale = cgsl_nlinear_scale_more()
    guard let workspace = gsl_multifit_nlinear_alloc(cgsl_nlinear_trust(), &settings, n, p) else { return nil }
    defer { gsl_multifit_nlinear_free(workspace) }
    var first = start
    let isReady = first.withUnsafeMutableBufferPointer { buffer in
      weights.withUnsafeMutableBufferPointer { weights -> Bool in
        var view = gsl_vector_view_array(buffer.baseAddress, p)
        var weightView = gsl_vector_view_array(weights.baseAddress, n)
        guard gsl_multifit_nlinear_winit(&view.vector, &weightView.vector, &fdf, workspace) == 0 else { return false }
        var info: Int32 = 0
        gsl_multifit_nlinear_driver(iterations, 1e-9, 1e-9, 0, nil, nil, &info, workspace)
        return true
      }
    }
    // No progress and too many iterations still leave the best point seen; it is judged by its deviance.
    guard isReady, let x = gsl_multifit_nlinear_position(workspace) else { return nil }
    let parameters = (0..<p).map { gsl_vector_get(x, $0) }
    guard parameters.allSatisfy(\.isFinite) else { return nil }
    var chiSquare = 0.0
    gsl_blas_ddot(gsl_multifit_nlinear_residual(workspace), gsl_multifit_nlinear_residual(workspace), &chiSquare)
    guard chiSquare.isFinite else { return nil }
    return Solution(
      parameters: parameters, covariance: covariance(workspace, p), chiSquare: chiSquare,
      deviance: chiSquare - weights.reduce(0) { $0 + log($1) })
  }

  private func covariance(_ workspace: UnsafeMutablePointer<gsl_multifit_nlinear_workspace>, _ p: Int) -> [[Double]]? {
    guard let matrix = gsl_matrix_alloc(p, p) else { return nil }
    defer { gsl_matrix_free(matrix) }
    guard gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(workspace), 0, matrix) == 0 else { return nil }
    let rows = (0..<p).map { i in (0..<p).map { gsl_matrix_get(matrix, i, $0) } }
    return (0..<p).allSatisfy { rows[$0][$0] > 0 && rows[$0][$0].isFinite } ? rows : nil
  }

  private func residuals(_ x: UnsafePointer<gsl_vector>, _ f: UnsafeMutablePointer<gsl_vector>) -> Int32 {
    let parameters = (0..<x.pointee.size).map { gsl_vector_get(x, $0) }
    guard hasSaneWidths(parameters) else { return Int32(GSL_EDOM) }
    let model = model(parameters)
    for (row, i) in used.enumerated() { gsl_vector_set(f, row, model[i] - counts[i]) }
    return Int32(GSL_SUCCESS)
  }

  private func jacobian(_ x: UnsafePointer<gsl_vector>, _ j: UnsafeMutablePointer<gsl_matrix>) -> Int32 {
    let parameters = (0..<x.pointee.size).map { gsl_vector_get(x, $0) }
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
