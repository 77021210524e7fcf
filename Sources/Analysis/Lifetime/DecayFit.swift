import CGSL
import Glibc

/// Fits background + Σ amplitude × decay to the counts of a period by maximum Poisson likelihood or least squares.
///
/// GSL's trust-region method for large systems asks for |f|², Jᵀf and JᵀJ only, so the bins are summed up here in one pass
/// and f has a single entry, the root of the deviance. JᵀJ is the expected Fisher information (Fisher scoring). Parameters
/// are ln background, then ln amplitude (counts per bin at the pulse) and ln lifetime (ns) of each component, ln β of a stretched
/// one, and the shift of the response in steps; logarithms keep them positive.
package final class DecayFit {
  /// What falls.
  package enum Shape: Equatable {
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
  /// The expected afterpulses of each bin (``AfterpulseLaw``), before its live time; empty: none.
  private let afterpulses: [Double]
  let method: LifetimeOptions.Method
  let fitsShift: Bool

  private let padded: Int
  /// Columns of one number per bin: see the properties below.
  private let storage: UnsafeMutablePointer<Double>
  private var response: PlacedResponse
  /// What the solver sees: the parameters it may change, and where all stand.
  private var free: [Int] = []
  private var point: [Double] = []
  private var evaluated: [Double] = []
  /// A full step from where the solver stands, and by how much it would lower the deviance.
  private var step: [Double] = []
  private var decrement = Double.infinity
  /// The last covariance, which is asked for more than once.
  private var known: (parameters: [Double], covariance: [[Double]]?)?

  package init(
    grid: ResponseGrid, shape: Shape, counts: [Double], isUsed: [Bool], live: [Double], afterpulses: [Double] = [],
    method: LifetimeOptions.Method, fitsShift: Bool
  ) {
    self.grid = grid
    self.shape = shape
    self.counts = counts
    self.isUsed = isUsed
    self.live = live
    self.afterpulses = afterpulses
    self.method = method
    self.fitsShift = fitsShift
    response = PlacedResponse(grid: grid)
    padded = (counts.count + 7) / 8 * 8
    let columns = shape.parameterCount + 8
    storage = .allocate(capacity: padded * columns)
    storage.initialize(repeating: 0, count: padded * columns)
    for i in counts.indices where isUsed[i] {
      used[i] = 1
      seen[i] = counts[i]
    }
    for i in 0..<padded {
      perCount[i] = 1 / max(seen[i], 1)
      model[i] = 1
    }
  }

  deinit { storage.deallocate() }

  var parameterCount: Int { shape.parameterCount + (fitsShift ? 1 : 0) }
  private var shiftIndex: Int { shape.parameterCount }
  /// The derivative by parameter `i`.
  private func column(_ i: Int) -> UnsafeMutablePointer<Double> { storage + i * padded }
  private var model: UnsafeMutablePointer<Double> { column(shape.parameterCount + 1) }
  /// What the square of a derivative weighs in the information, and a derivative in the gradient.
  private var weights: UnsafeMutablePointer<Double> { column(shape.parameterCount + 2) }
  private var slopes: UnsafeMutablePointer<Double> { column(shape.parameterCount + 3) }
  private var scratch: UnsafeMutablePointer<Double> { column(shape.parameterCount + 4) }
  /// 1 in fitted bins, 0 elsewhere; their counts; one over these, and 1 for none.
  private var used: UnsafeMutablePointer<Double> { column(shape.parameterCount + 5) }
  private var seen: UnsafeMutablePointer<Double> { column(shape.parameterCount + 6) }
  private var perCount: UnsafeMutablePointer<Double> { column(shape.parameterCount + 7) }

  /// The expected counts of every bin.
  package func expected(_ parameters: [Double]) -> [Double] {
    fill(parameters)
    return (0..<counts.count).map { model[$0] }
  }

  /// The derivative of the expected counts by each parameter, in every bin; the shift comes last.
  package func derivatives(_ parameters: [Double]) -> [[Double]] {
    fill(parameters)
    return (0...shiftIndex).map { i in (0..<counts.count).map { column(i)[$0] } }
  }

  /// The share of the response in every bin at a shift.
  func placedResponse(_ shift: Double) -> [Double] {
    response.move(to: shift)
    let (masses, place) = (response.masses, response.place)
    return (0..<counts.count).map { bin in
      (bin * grid.fine..<(bin + 1) * grid.fine).reduce(0) {
        $0 + (1 - place) * masses[$1] + place * masses[($1 + masses.count - 1) % masses.count]
      }
    }
  }

  /// Model and derivatives in all bins.
  private func fill(_ parameters: [Double]) {
    let n = counts.count
    response.move(to: parameters[shiftIndex])
    let background = exp(parameters[0])
    let byShift = column(shiftIndex)
    column(0).update(repeating: background, count: n)
    model.update(repeating: background, count: n)
    byShift.update(repeating: 0, count: n)
    switch shape {
    case .exponentials(let components):
      let decay = ExponentialDecay(response: response)
      for c in 0..<components {
        decay.fill(
          lifetimeNs: exp(parameters[2 + 2 * c]), amplitude: exp(parameters[1 + 2 * c]),
          columns: .init(value: column(1 + 2 * c), byLogLifetime: column(2 + 2 * c), model: model, byShift: byShift))
      }
    case .stretched:
      StretchedDecay(grid: grid).fill(
        lifetimeNs: exp(parameters[2]), exponent: exp(parameters[3]), moved: response.masses, place: response.place,
        value: column(1), byLogLifetime: column(2), byLogExponent: column(3), byShift: scratch)
      let amplitude = exp(parameters[1])
      for i in 0..<n {
        for j in 1...3 { column(j)[i] *= amplitude }
        model[i] += column(1)[i]
        byShift[i] = amplitude * scratch[i]
      }
    }
    for (i, counts) in afterpulses.enumerated() { model[i] += counts }
    guard !live.isEmpty else { return }
    for j in 0...shape.parameterCount + 1 {
      let values = column(j)
      for i in 0..<n { values[i] *= live[i] }
    }
  }

  /// The deviance, with weights and gradient factors of every bin left behind; nil where a number runs away.
  func evaluate(_ parameters: [Double]) -> Double? {
    for (i, value) in parameters.enumerated() {
      guard value.isFinite, i == shiftIndex ? abs(value) < 4 * Double(grid.steps) : abs(value) < 100 else { return nil }
    }
    if case .stretched = shape, !(log(0.05)...log(3)).contains(parameters[3]) { return nil }
    fill(parameters)
    evaluated = parameters
    let sum: Double
    switch method {
    case .maximumLikelihood: sum = max(deviance(), 0)
    case .leastSquares: sum = squares()
    }
    return sum.isFinite ? sum : nil
  }

  /// 2 Σ m − d − d ln(m/d), eight bins at a time.
  private func deviance() -> Double {
    var sum = SIMD8<Double>.zero
    for i in stride(from: 0, to: padded, by: 8) {
      let (d, use) = (Eight(seen, i), Eight(used, i))
      var m = Eight(model, i)
      m.replace(with: 1e-290, where: m .< 1e-290)
      sum += use * m - d - d * logarithm(m * Eight(perCount, i))
      let weight = use / m
      weight.store(weights, i)
      (use - d * weight).store(slopes, i)
    }
    return 2 * sum.sum()
  }

  /// Σ (m − d)²/d.
  private func squares() -> Double {
    var sum = SIMD8<Double>.zero
    for i in stride(from: 0, to: padded, by: 8) {
      let use = Eight(used, i)
      let weight = use * Eight(perCount, i)
      let difference = use * Eight(model, i) - Eight(seen, i)
      weight.store(weights, i)
      (difference * weight).store(slopes, i)
      sum += difference * difference * weight
    }
    return sum.sum()
  }

  /// Σ a × b over some bins, eight at a time.
  @inline(__always)
  private func product(
    _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ bins: Range<Int>
  ) -> Double {
    var sum = SIMD8<Double>.zero
    for i in stride(from: bins.lowerBound, to: bins.upperBound, by: 8) { sum += Eight(a, i) * Eight(b, i) }
    return sum.sum()
  }

  /// The gradient Σ slope ∂m/∂θ by the free parameters.
  private var gradient: [Double] { free.map { product(column($0), slopes, 0..<padded) } }

  /// The information Σ weight ∂m/∂θ ∂m/∂θ of the free parameters, by stretches of bins that stay in the processor's nearest
  /// memory while all products of the columns are taken.
  private func fillInformation(_ matrix: UnsafeMutablePointer<gsl_matrix>) {
    gsl_matrix_set_zero(matrix)
    let columns = free.map(column)
    let (weights, scratch) = (weights, scratch)
    for begin in stride(from: 0, to: padded, by: Self.stretch) {
      let bins = begin..<min(begin + Self.stretch, padded)
      for (row, values) in columns.enumerated() {
        for i in stride(from: bins.lowerBound, to: bins.upperBound, by: 8) {
          (Eight(values, i) * Eight(weights, i)).store(scratch, i)
        }
        for column in 0...row {
          gsl_matrix_set(
            matrix, row, column, gsl_matrix_get(matrix, row, column) + product(columns[column], scratch, bins))
        }
      }
    }
    for row in columns.indices {
      for column in 0..<row { gsl_matrix_set(matrix, column, row, gsl_matrix_get(matrix, row, column)) }
    }
  }

  /// A multiple of eight.
  private static let stretch = 256

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
    decrement = .infinity
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
      let gradient = fit.gradient
      if let v { for (i, slope) in gradient.enumerated() { gsl_vector_set(v, i, slope) } }
      if let matrix {
        fit.fillInformation(matrix)
        fit.step = solved(matrix, gradient) ?? []
        // gᵀ F⁻¹ g, were the deviance a parabola
        fit.decrement = fit.step.isEmpty ? .infinity : zip(fit.step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      }
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
      var last = base
      var idle = 0
      // no progress and too many iterations still leave the best point seen; it is judged by its deviance
      // below this a full step is as good as many
      for _ in 0..<iterations where decrement > 1e-8 && idle < 3 {
        guard gsl_multilarge_nlinear_iterate(workspace) == 0, let f = gsl_multilarge_nlinear_residual(workspace)
        else { break }
        let deviance = gsl_vector_get(f, 0) * gsl_vector_get(f, 0)
        // a background or an amplitude that wants to be nothing goes on for ever
        idle = last - deviance < 1e-6 ? idle + 1 : 0
        last = deviance
      }
      return true
    }
    guard isReady, let x = gsl_multilarge_nlinear_position(workspace) else { return nil }
    let all = parameters(x)
    if decrement <= 1e-8 {
      var stepped = all
      for (index, change) in zip(free, step) { stepped[index] -= change }
      if let deviance = evaluate(stepped) { return Solution(parameters: stepped, deviance: deviance) }
    }
    guard let deviance = evaluate(all) else { return nil }
    return Solution(parameters: all, deviance: deviance)
  }

  /// The start with amplitudes and background that suit its lifetimes and shift: linear least squares, which takes no iteration.
  /// Where that wants less than nothing of one, the start stays as it was.
  func scaled(_ start: [Double]) -> [Double] {
    guard evaluate(start) != nil else { return start }
    for i in stride(from: 0, to: padded, by: 8) {
      let weight = Eight(used, i) * Eight(perCount, i)
      weight.store(weights, i)
      (weight * Eight(seen, i)).store(slopes, i)
    }
    for (i, counts) in afterpulses.enumerated() { slopes[i] -= weights[i] * counts * (live.isEmpty ? 1 : live[i]) }
    evaluated = []
    free = [0]
    if case .exponentials(let n) = shape { free += (0..<n).map { 1 + 2 * $0 } } else { free.append(1) }
    guard let matrix = gsl_matrix_alloc(free.count, free.count) else { return start }
    defer { gsl_matrix_free(matrix) }
    fillInformation(matrix)
    guard let factors = solved(matrix, gradient), factors.allSatisfy({ $0 > 1e-3 })
    else { return start }
    var scaled = start
    for (index, factor) in zip(free, factors) { scaled[index] += log(factor) }
    return scaled
  }

  /// The covariance of the free parameters in logarithms (the background in counts, the shift in steps) from the expected
  /// information; nil when it is singular.
  func covariance(_ solution: Solution) -> [[Double]]? {
    if let known, known.parameters == solution.parameters { return known.covariance }
    let covariance = freshCovariance(solution)
    known = (solution.parameters, covariance)
    return covariance
  }

  private func freshCovariance(_ solution: Solution) -> [[Double]]? {
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

/// The solution of a positive definite system; nil when it is singular.
private func solved(_ matrix: UnsafeMutablePointer<gsl_matrix>, _ right: [Double]) -> [Double]? {
  let n = right.count
  guard let copy = gsl_matrix_alloc(n, n) else { return nil }
  defer { gsl_matrix_free(copy) }
  // unit diagonal first: the units differ by orders of magnitude
  let scale = (0..<n).map { 1 / max(gsl_matrix_get(matrix, $0, $0), 1e-290).squareRoot() }
  for i in 0..<n { for j in 0..<n { gsl_matrix_set(copy, i, j, gsl_matrix_get(matrix, i, j) * scale[i] * scale[j]) } }
  guard gsl_linalg_cholesky_decomp1(copy) == 0 else { return nil }
  var solution = zip(right, scale).map(*)
  let status = solution.withUnsafeMutableBufferPointer { buffer in
    var view = gsl_vector_view_array(buffer.baseAddress, n)
    return gsl_linalg_cholesky_svx(copy, &view.vector)
  }
  return status == 0 ? zip(solution, scale).map(*) : nil
}

private typealias Eight = SIMD8<Double>

extension SIMD8<Double> {
  /// Eight numbers from an index on.
  @inline(__always)
  fileprivate init(_ column: UnsafeMutablePointer<Double>, _ index: Int) {
    self = UnsafeRawPointer(column).loadUnaligned(fromByteOffset: 8 * index, as: SIMD8<Double>.self)
  }

  @inline(__always)
  fileprivate func store(_ column: UnsafeMutablePointer<Double>, _ index: Int) {
    UnsafeMutableRawPointer(column).storeBytes(of: self, toByteOffset: 8 * index, as: SIMD8<Double>.self)
  }
}
