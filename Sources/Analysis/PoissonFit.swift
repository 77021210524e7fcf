import CGSL
import Glibc

/// Fits a ``DecayModel`` to counts by maximum Poisson likelihood with GSL's trust-region least squares.
///
/// The residuals are signed roots of the deviance, r = sign(d − m) √(2(m − d + d ln(d/m))), whose sum of squares is
/// −2 ln of the likelihood ratio: least squares in them is maximum likelihood (Baker & Cousins, NIM 221, 437 (1984);
/// as a least-squares problem Laurence & Chromy, Nature Methods 7, 338 (2010)). Parameters are logarithms, so
/// amplitudes, lifetimes and background stay positive. The Jacobian is analytic: dr/dm = −|1 − d/m|/|r|.
final class PoissonFit {
  let model: DecayModel
  let counts: [Double]
  let componentCount: Int

  init(model: DecayModel, counts: [Int], components: Int) {
    self.model = model
    self.counts = counts.map { Double($0) }
    componentCount = components
  }

  private var parameterCount: Int { 1 + 2 * componentCount }

  /// The best of several starts.
  struct Solution {
    var background: Double
    var components: [(amplitude: Double, lifetime: Double)]
    var deviance: Double
  }

  /// The signed root deviance and its derivative with respect to the model.
  @inline(__always)
  static func residual(_ d: Double, _ m: Double) -> (r: Double, slope: Double) {
    let x = (d - m) / m
    if abs(x) < 1e-4 {
      let root = (m * (1 - x / 3 + x * x / 6)).squareRoot()
      return (x * root, -1 / root)
    }
    let h = d > 0 ? (1 + x) * log1p(x) - x : 1
    let q = (2 * m * h).squareRoot()
    return (x < 0 ? -q : q, -abs(x) / q)
  }

  /// Runs GSL from one start (natural logarithms of background, then amplitude and lifetime of each component).
  private func run(start: [Double]) -> Solution? {
    let n = counts.count
    let p = parameterCount
    var fdf = gsl_multifit_nlinear_fdf()
    fdf.f = { x, params, f in
      guard let x, let params, let f else { return Int32(GSL_EFAULT) }
      return Unmanaged<PoissonFit>.fromOpaque(params).takeUnretainedValue().residuals(x, f)
    }
    fdf.df = { x, params, jacobian in
      guard let x, let params, let jacobian else { return Int32(GSL_EFAULT) }
      return Unmanaged<PoissonFit>.fromOpaque(params).takeUnretainedValue().jacobian(x, jacobian)
    }
    fdf.fvv = nil
    fdf.n = n
    fdf.p = p
    fdf.params = Unmanaged.passUnretained(self).toOpaque()
    var parameters = gsl_multifit_nlinear_default_parameters()
    parameters.trs = cgsl_nlinear_trs_lm()
    parameters.scale = cgsl_nlinear_scale_more()
    guard let workspace = gsl_multifit_nlinear_alloc(cgsl_nlinear_trust(), &parameters, n, p) else { return nil }
    defer { gsl_multifit_nlinear_free(workspace) }
    var first = start
    let status = first.withUnsafeMutableBufferPointer { buffer -> Int32 in
      var view = gsl_vector_view_array(buffer.baseAddress, p)
      guard gsl_multifit_nlinear_init(&view.vector, &fdf, workspace) == 0 else { return -1 }
      var info: Int32 = 0
      return gsl_multifit_nlinear_driver(300, 1e-10, 1e-10, 0, nil, nil, &info, workspace)
    }
    // no progress and too many iterations still leave the best point seen; it is judged by its deviance
    guard status != -1, let x = gsl_multifit_nlinear_position(workspace) else { return nil }
    let values = (0..<p).map { exp(gsl_vector_get(x, $0)) }
    guard values.allSatisfy({ $0.isFinite }) else { return nil }
    var deviance = 0.0
    gsl_blas_ddot(gsl_multifit_nlinear_residual(workspace), gsl_multifit_nlinear_residual(workspace), &deviance)
    guard deviance.isFinite else { return nil }
    var components: [(amplitude: Double, lifetime: Double)] = []
    for c in 0..<componentCount { components.append((values[1 + 2 * c], values[2 + 2 * c])) }
    return Solution(
      background: values[0], components: components.sorted { $0.lifetime < $1.lifetime }, deviance: deviance)
  }

  /// The expected counts for logarithmic parameters, never below a tiny positive number.
  private func residuals(_ x: UnsafePointer<gsl_vector>, _ f: UnsafeMutablePointer<gsl_vector>) -> Int32 {
    let background = exp(gsl_vector_get(x, 0))
    var parts: [(amplitude: Double, shape: DecayModel.Component)] = []
    for c in 0..<componentCount {
      parts.append((exp(gsl_vector_get(x, 1 + 2 * c)), model.component(exp(gsl_vector_get(x, 2 + 2 * c)))))
    }
    for i in counts.indices {
      var m = background
      for part in parts { m += part.amplitude * part.shape(model.times[i]).value }
      guard m.isFinite else { return Int32(GSL_EDOM) }
      gsl_vector_set(f, i, Self.residual(counts[i], max(m, 1e-290)).r)
    }
    return Int32(GSL_SUCCESS)
  }

  private func jacobian(_ x: UnsafePointer<gsl_vector>, _ j: UnsafeMutablePointer<gsl_matrix>) -> Int32 {
    let background = exp(gsl_vector_get(x, 0))
    var parts: [(amplitude: Double, shape: DecayModel.Component)] = []
    for c in 0..<componentCount {
      parts.append((exp(gsl_vector_get(x, 1 + 2 * c)), model.component(exp(gsl_vector_get(x, 2 + 2 * c)))))
    }
    var values = [(value: Double, slope: Double)](repeating: (0, 0), count: componentCount)
    for i in counts.indices {
      var m = background
      for c in 0..<componentCount {
        values[c] = parts[c].shape(model.times[i])
        m += parts[c].amplitude * values[c].value
      }
      guard m.isFinite else { return Int32(GSL_EDOM) }
      let slope = Self.residual(counts[i], max(m, 1e-290)).slope
      gsl_matrix_set(j, i, 0, slope * background)
      for c in 0..<componentCount {
        gsl_matrix_set(j, i, 1 + 2 * c, slope * parts[c].amplitude * values[c].value)
        gsl_matrix_set(j, i, 2 + 2 * c, slope * parts[c].amplitude * values[c].slope)
      }
    }
    return Int32(GSL_SUCCESS)
  }

  /// The best solution over several starts, or nil when every start runs into a degenerate one.
  func solve() -> Solution? {
    _ = gslErrorsReturned
    let n = counts.count
    // Starts: the mean delay above the floor of the last tenth, components spread around it
    let tail = counts.suffix(max(n / 10, 1))
    let floor = max(tail.reduce(0, +) / Double(tail.count), 0)
    var weight = 0.0
    var moment = 0.0
    for (t, d) in zip(model.times, counts) {
      weight += d - floor
      moment += (d - floor) * (t - model.times[0])
    }
    let span = (model.times.last ?? 0) - model.times[0]
    let mean = min(max(weight > 0 ? moment / weight : span / 4, 2 * model.binWidth), span)
    let height = max((counts.prefix(max(n / 50, 1)).reduce(0, +) / Double(max(n / 50, 1))) - floor, 0.1)
    let spreads: [Double] = componentCount == 1 ? [1, 3, 0.3] : [4, 2, 8, 20]
    let shifts: [Double] = componentCount == 1 ? [1] : [1, 0.4]
    var best: Solution?
    for spread in spreads {
      for shift in shifts {
        for share in componentCount == 1 ? [0.1, 0.8] : [0.3] {
          var start = [log(max(floor * share, 1e-3))]
          for c in 0..<componentCount {
            let exponent = componentCount == 1 ? 0.5 : Double(c) / Double(componentCount - 1) - 0.3
            let tau = mean * shift * (componentCount == 1 ? spread : pow(spread, exponent))
            let amplitude = height / Double(componentCount) * exp(min(model.times[0] / tau, 3))
            start += [log(amplitude), log(max(tau, model.binWidth / 2))]
          }
          // a component outside this range is a background or a spike, and its numbers run away
          guard let solution = run(start: start),
            solution.components.allSatisfy({
              $0.lifetime > model.binWidth / 20 && $0.lifetime < 20 * model.period && $0.amplitude < 1e15
            })
          else { continue }
          if best.map({ solution.deviance < $0.deviance }) ?? true { best = solution }
        }
      }
    }
    return best
  }

  /// The covariance from the expected Fisher information, F = Σ (∂m/∂θ)(∂m/∂θ)ᵀ/m, in the parameters background,
  /// then amplitude and lifetime of each component; nil when it is singular (two components that cannot be told apart).
  func covariance(_ solution: Solution) -> [[Double]]? {
    let p = parameterCount
    guard let fisher = gsl_matrix_calloc(p, p) else { return nil }
    defer { gsl_matrix_free(fisher) }
    // in units that make the matrix well conditioned: background 1 count, amplitudes and lifetimes relative
    var gradient = [Double](repeating: 0, count: p)
    let scale = [1.0] + solution.components.flatMap { [max($0.amplitude, 1e-12), $0.lifetime] }
    let shapes = solution.components.map { model.component($0.lifetime) }
    for t in model.times {
      var m = solution.background
      gradient[0] = 1
      for (c, component) in solution.components.enumerated() {
        let part = shapes[c](t)
        m += component.amplitude * part.value
        gradient[1 + 2 * c] = scale[1 + 2 * c] * part.value
        gradient[2 + 2 * c] = component.amplitude * part.slope
      }
      m = max(m, 1e-290)
      for i in 0..<p {
        for j in 0..<p {
          gsl_matrix_set(fisher, i, j, gsl_matrix_get(fisher, i, j) + gradient[i] * gradient[j] / m)
        }
      }
    }
    // unit diagonal first: the units differ by orders of magnitude
    let diagonal = (0..<p).map { gsl_matrix_get(fisher, $0, $0).squareRoot() }
    guard diagonal.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    for i in 0..<p {
      for j in 0..<p { gsl_matrix_set(fisher, i, j, gsl_matrix_get(fisher, i, j) / (diagonal[i] * diagonal[j])) }
    }
    guard gsl_linalg_cholesky_decomp1(fisher) == 0, gsl_linalg_cholesky_invert(fisher) == 0 else { return nil }
    return (0..<p).map { i in
      (0..<p).map { j in gsl_matrix_get(fisher, i, j) / (diagonal[i] * diagonal[j]) * scale[i] * scale[j] }
    }
  }
}
