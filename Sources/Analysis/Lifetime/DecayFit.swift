import CGSL
import Glibc

/// Fits background + Σ amplitude × decay to the counts of a period by maximum Poisson likelihood or least squares.
///
/// GSL's trust-region method for large systems asks for |f|², Jᵀf and JᵀJ only, so the bins are summed up here in one pass
/// and f has a single entry, the root of the deviance. JᵀJ is the expected Fisher information (Fisher scoring). Parameters
/// are ln background, then ln amplitude (counts per bin at the pulse) and ln lifetime (ns) of each component, ln β of a stretched
/// one, and the shift of the response in steps; logarithms keep them positive.
final class DecayFit {
  /// What falls.
  enum Shape: Equatable {
    case exponentials(Int)
    case stretched

    /// Parameters but for the shift.
    var parameterCount: Int {
      switch self {
      case .exponentials(let n): 1 + 2 * n
      case .stretched: 4
      }
    }
  }

  /// An optimum: all parameters and the deviance there (least squares: χ²).
  struct Solution {
    var parameters: [Double]
    var deviance: Double
  }

  let grid: ResponseGrid
  let shape: Shape
  let counts: [Double]
  let isUsed: [Bool]
  /// The share of time in which each bin can count (``PileUp``); empty: always.
  let live: [Double]
  let method: LifetimeOptions.Method
  let fitsShift: Bool

  private let padded: Int
  /// The derivatives by each parameter, bin after bin, then the model, then weights and gradient factors.
  private let storage: UnsafeMutablePointer<Double>
  private var moved: [Double]
  private var movedBy = Double.nan
  private var place = 0.0
  private let constant: Double
  /// What the solver sees: the parameters it may change, and where all stand.
  private var free: [Int] = []
  private var point: [Double] = []
  private var evaluated: [Double] = []

  init(
    grid: ResponseGrid, shape: Shape, counts: [Double], isUsed: [Bool], live: [Double], method: LifetimeOptions.Method,
    fitsShift: Bool
  ) {
    self.grid = grid
    self.shape = shape
    self.counts = counts
    self.isUsed = isUsed
    self.live = live
    self.method = method
    self.fitsShift = fitsShift
    padded = (counts.count + 7) / 8 * 8
    let columns = shape.parameterCount + 1 + 4
    storage = .allocate(capacity: padded * columns)
    storage.initialize(repeating: 0, count: padded * columns)
    moved = [Double](repeating: 0, count: grid.steps)
    var constant = 0.0
    for (d, used) in zip(counts, isUsed) where used && d > 0 { constant += d * log(d) - d }
    self.constant = constant
  }

  deinit { storage.deallocate() }

  var parameterCount: Int { shape.parameterCount + (fitsShift ? 1 : 0) }
  private var shiftIndex: Int { shape.parameterCount }
  private func column(_ i: Int) -> UnsafeMutablePointer<Double> { storage + i * padded }
  private var model: UnsafeMutablePointer<Double> { column(shape.parameterCount + 1) }
  private var weights: UnsafeMutablePointer<Double> { column(shape.parameterCount + 2) }
  private var slopes: UnsafeMutablePointer<Double> { column(shape.parameterCount + 3) }
  private var scratch: UnsafeMutablePointer<Double> { column(shape.parameterCount + 4) }

  /// The expected counts of every bin.
  func expected(_ parameters: [Double]) -> [Double] {
    fill(parameters)
    return (0..<counts.count).map { model[$0] }
  }

  /// Model and derivatives in all bins.
  private func fill(_ parameters: [Double]) {
    let n = counts.count
    let shift = parameters[shiftIndex]
    if shift != movedBy {
      place = grid.moved(by: shift, into: &moved)
      movedBy = shift
    }
    let background = exp(parameters[0])
    let byShift = column(shiftIndex)
    for i in 0..<n {
      column(0)[i] = background
      model[i] = background
      byShift[i] = 0
    }
    switch shape {
    case .exponentials(let components):
      let decay = ExponentialDecay(grid: grid)
      for c in 0..<components {
        let value = column(1 + 2 * c)
        let slope = column(2 + 2 * c)
        decay.fill(
          lifetimeNs: exp(parameters[2 + 2 * c]), moved: moved, place: place, value: value, byLogLifetime: slope,
          byShift: scratch)
        add(exp(parameters[1 + 2 * c]), value, [slope])
      }
    case .stretched:
      StretchedDecay(grid: grid).fill(
        lifetimeNs: exp(parameters[2]), exponent: exp(parameters[3]), moved: moved, place: place,
        value: column(1), byLogLifetime: column(2), byLogExponent: column(3), byShift: scratch)
      add(exp(parameters[1]), column(1), [column(2), column(3)])
    }
    guard !live.isEmpty else { return }
    for j in 0...shape.parameterCount + 1 {
      let values = column(j)
      for i in 0..<n { values[i] *= live[i] }
    }
  }

  private func add(_ amplitude: Double, _ value: UnsafeMutablePointer<Double>, _ slopes: [UnsafeMutablePointer<Double>])
  {
    let byShift = column(shiftIndex)
    for i in 0..<counts.count {
      value[i] *= amplitude
      model[i] += value[i]
      byShift[i] += amplitude * scratch[i]
    }
    for slope in slopes { for i in 0..<counts.count { slope[i] *= amplitude } }
  }

  /// The deviance, with weights and gradient factors of every bin left behind; nil where a number runs away.
  func evaluate(_ parameters: [Double]) -> Double? {
    for (i, value) in parameters.enumerated() {
      guard value.isFinite, i == shiftIndex ? abs(value) < 4 * Double(grid.steps) : abs(value) < 100 else { return nil }
    }
    if case .stretched = shape, !(log(0.05)...log(3)).contains(parameters[3]) { return nil }
    fill(parameters)
    evaluated = parameters
    var sum = 0.0
    switch method {
    case .maximumLikelihood:
      for i in 0..<counts.count {
        guard isUsed[i] else { continue }
        let m = max(model[i], 1e-290)
        let d = counts[i]
        sum += d > 0 ? m - d * log(m) : m
        weights[i] = 1 / m
        slopes[i] = 1 - d * weights[i]
      }
      sum = max(2 * (sum + constant), 0)
    case .leastSquares:
      for i in 0..<counts.count {
        guard isUsed[i] else { continue }
        weights[i] = 1 / max(counts[i], 1)
        let difference = model[i] - counts[i]
        slopes[i] = difference * weights[i]
        sum += difference * slopes[i]
      }
    }
    return sum.isFinite ? sum : nil
  }

  /// Σ weight × a × b over the bins, eight at a time.
  private func product(_ a: Int, _ b: UnsafeMutablePointer<Double>) -> Double {
    let left = UnsafeMutableRawPointer(column(a))
    let right = UnsafeMutableRawPointer(b)
    var sum = SIMD8<Double>.zero
    for offset in stride(from: 0, to: padded * 8, by: 64) {
      sum +=
        left.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        * right.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
    }
    return sum.sum()
  }

  /// The information Σ weight ∂m/∂θ ∂m/∂θ of the free parameters, lower triangle.
  private func fillInformation(_ matrix: UnsafeMutablePointer<gsl_matrix>) {
    for (row, a) in free.enumerated() {
      let values = column(a)
      for i in 0..<padded { scratch[i] = values[i] * weights[i] }
      for column in 0...row {
        let value = product(free[column], scratch)
        gsl_matrix_set(matrix, row, column, value)
        gsl_matrix_set(matrix, column, row, value)
      }
    }
  }

  private func parameters(_ x: UnsafePointer<gsl_vector>) -> [Double] {
    var all = point
    for (i, index) in free.enumerated() { all[index] = gsl_vector_get(x, i) }
    return all
  }

  /// Runs GSL from one start, given in all parameters; `fixed` ones stay where they are.
  func run(from start: [Double], fixed: [Int] = [], iterations: Int = 200) -> Solution? {
    _ = gslErrorsReturned
    point = start
    free = (0..<parameterCount).filter { !fixed.contains($0) }
    let p = free.count
    guard let base = evaluate(point) else { return nil }
    guard p > 0 else { return Solution(parameters: point, deviance: base) }
    var fdf = gsl_multilarge_nlinear_fdf()
    fdf.f = { x, params, f in
      guard let x, let params, let f else { return Int32(GSL_EFAULT) }
      let fit = Unmanaged<DecayFit>.fromOpaque(params).takeUnretainedValue()
      gsl_vector_set_zero(f)
      // a step into nowhere is refused for what it costs
      gsl_vector_set(f, 0, (fit.evaluate(fit.parameters(x)) ?? 1e60).squareRoot())
      return Int32(GSL_SUCCESS)
    }
    fdf.df = { _, x, _, params, v, matrix in
      guard let x, let params else { return Int32(GSL_EFAULT) }
      let fit = Unmanaged<DecayFit>.fromOpaque(params).takeUnretainedValue()
      let all = fit.parameters(x)
      if all != fit.evaluated { guard fit.evaluate(all) != nil else { return Int32(GSL_EDOM) } }
      if let v { for (i, index) in fit.free.enumerated() { gsl_vector_set(v, i, fit.product(index, fit.slopes)) } }
      if let matrix { fit.fillInformation(matrix) }
      return Int32(GSL_SUCCESS)
    }
    fdf.n = p
    fdf.p = p
    fdf.params = Unmanaged.passUnretained(self).toOpaque()
    var settings = gsl_multilarge_nlinear_default_parameters()
    settings.trs = cgsl_large_nlinear_trs_lm()
    settings.scale = cgsl_large_nlinear_scale_more()
    guard let workspace = gsl_multilarge_nlinear_alloc(cgsl_large_nlinear_trust(), &settings, p, p) else { return nil }
    defer { gsl_multilarge_nlinear_free(workspace) }
    var first = free.map { point[$0] }
    let isReady = first.withUnsafeMutableBufferPointer { buffer -> Bool in
      var view = gsl_vector_view_array(buffer.baseAddress, p)
      guard gsl_multilarge_nlinear_init(&view.vector, &fdf, workspace) == 0 else { return false }
      var info: Int32 = 0
      // no progress and too many iterations still leave the best point seen; it is judged by its deviance
      gsl_multilarge_nlinear_driver(iterations, 1e-8, 1e-9, 0, nil, nil, &info, workspace)
      return true
    }
    guard isReady, let x = gsl_multilarge_nlinear_position(workspace) else { return nil }
    let all = parameters(x)
    guard let deviance = evaluate(all) else { return nil }
    return Solution(parameters: all, deviance: deviance)
  }

  /// The covariance of the free parameters in logarithms (the background in counts, the shift in steps) from the expected
  /// information; nil when it is singular.
  func covariance(_ solution: Solution) -> [[Double]]? {
    guard evaluate(solution.parameters) != nil else { return nil }
    free = Array(0..<parameterCount)
    let p = parameterCount
    guard let matrix = gsl_matrix_calloc(p, p) else { return nil }
    defer { gsl_matrix_free(matrix) }
    for i in 0..<counts.count { column(0)[i] = live.isEmpty ? 1 : live[i] }
    evaluated = []
    fillInformation(matrix)
    // unit diagonal first: the units differ by orders of magnitude
    let diagonal = (0..<p).map { gsl_matrix_get(matrix, $0, $0).squareRoot() }
    guard diagonal.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    for i in 0..<p {
      for j in 0..<p { gsl_matrix_set(matrix, i, j, gsl_matrix_get(matrix, i, j) / (diagonal[i] * diagonal[j])) }
    }
    guard gsl_linalg_cholesky_decomp1(matrix) == 0, gsl_linalg_cholesky_invert(matrix) == 0 else { return nil }
    return (0..<p).map { i in (0..<p).map { gsl_matrix_get(matrix, i, $0) / (diagonal[i] * diagonal[$0]) } }
  }
}
