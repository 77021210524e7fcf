import CGSL

/// What a trust-region fit minimises the squares of, with their derivatives.
protocol LeastSquaresModel: AnyObject {
  /// Fills in the residuals; GSL_SUCCESS, or GSL_EDOM where there are none.
  func residuals(_ x: UnsafePointer<gsl_vector>, _ f: UnsafeMutablePointer<gsl_vector>) -> Int32
  /// Fills in the derivatives, a row for each residual and a column for each parameter.
  func jacobian(_ x: UnsafePointer<gsl_vector>, _ j: UnsafeMutablePointer<gsl_matrix>) -> Int32
}

/// Where a trust-region fit ended.
struct TrustRegionSolution {
  /// The parameters.
  var parameters: [Double]
  /// The sum of the squared residuals, times their weights.
  var sumOfSquares: Double
  /// (JᵀWJ)⁻¹, where it was asked for and is there.
  var covariance: [[Double]]?
}

/// Least squares by GSL's trust region with Levenberg and Marquardt's steps in the scale of Moré (Moré, Lect. Notes Math. 630, 105 (1978)).
///
/// No progress and too many iterations still leave the best point seen.
///
/// - Parameters:
///   - count: of residuals.
///   - weights: of the squared residuals; nil: all 1.
///   - tolerance: of steps, relative, and of the gradient.
/// - Returns: nil where the start has no residuals or there are no more of them than parameters.
func trustRegionFit(
  _ model: any LeastSquaresModel, from start: [Double], residuals count: Int, weights: [Double]? = nil,
  tolerance: Double, iterations: Int, findsCovariance: Bool = false
) -> TrustRegionSolution? {
  _ = gslErrorsReturned
  let p = start.count
  guard count > p else { return nil }
  let box = ModelBox(model)
  var fdf = gsl_multifit_nlinear_fdf()
  fdf.f = { x, params, f in
    guard let x, let params, let f else { return Int32(GSL_EFAULT) }
    return Unmanaged<ModelBox>.fromOpaque(params).takeUnretainedValue().model.residuals(x, f)
  }
  fdf.df = { x, params, jacobian in
    guard let x, let params, let jacobian else { return Int32(GSL_EFAULT) }
    return Unmanaged<ModelBox>.fromOpaque(params).takeUnretainedValue().model.jacobian(x, jacobian)
  }
  fdf.n = count
  fdf.p = p
  fdf.params = Unmanaged.passUnretained(box).toOpaque()
  var settings = gsl_multifit_nlinear_default_parameters()
  settings.trs = cgsl_nlinear_trs_lm()
  settings.scale = cgsl_nlinear_scale_more()
  guard let workspace = gsl_multifit_nlinear_alloc(cgsl_nlinear_trust(), &settings, count, p) else { return nil }
  defer { gsl_multifit_nlinear_free(workspace) }
  var first = start
  var weights = weights ?? []
  let isReady = first.withUnsafeMutableBufferPointer { buffer in
    weights.withUnsafeMutableBufferPointer { weights -> Bool in
      var view = gsl_vector_view_array(buffer.baseAddress, p)
      let status: Int32
      if weights.isEmpty {
        status = gsl_multifit_nlinear_init(&view.vector, &fdf, workspace)
      } else {
        var weightView = gsl_vector_view_array(weights.baseAddress, count)
        status = gsl_multifit_nlinear_winit(&view.vector, &weightView.vector, &fdf, workspace)
      }
      guard status == 0 else { return false }
      var info: Int32 = 0
      gsl_multifit_nlinear_driver(iterations, tolerance, tolerance, 0, nil, nil, &info, workspace)
      return true
    }
  }
  return withExtendedLifetime(box) {
    guard isReady, let x = gsl_multifit_nlinear_position(workspace) else { return nil }
    var sum = 0.0
    gsl_blas_ddot(gsl_multifit_nlinear_residual(workspace), gsl_multifit_nlinear_residual(workspace), &sum)
    return TrustRegionSolution(
      parameters: array(UnsafePointer(x)), sumOfSquares: sum,
      covariance: findsCovariance ? covariance(workspace, p) : nil)
  }
}

/// The numbers of a vector.
func array(_ x: UnsafePointer<gsl_vector>) -> [Double] { (0..<x.pointee.size).map { gsl_vector_get(x, $0) } }

/// Carries a model through C.
private final class ModelBox {
  let model: any LeastSquaresModel

  init(_ model: any LeastSquaresModel) { self.model = model }
}

private func covariance(_ workspace: UnsafeMutablePointer<gsl_multifit_nlinear_workspace>, _ p: Int) -> [[Double]]? {
  guard let matrix = gsl_matrix_alloc(p, p) else { return nil }
  defer { gsl_matrix_free(matrix) }
  guard gsl_multifit_nlinear_covar(gsl_multifit_nlinear_jac(workspace), 0, matrix) == 0 else { return nil }
  let rows = (0..<p).map { i in (0..<p).map { gsl_matrix_get(matrix, i, $0) } }
  return (0..<p).allSatisfy { rows[$0][$0] > 0 && rows[$0][$0].isFinite } ? rows : nil
}
