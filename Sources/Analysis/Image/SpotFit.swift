import CGSL
import Glibc

/// Fits a spot by maximum Poisson likelihood: a round Gaussian, and a background of its own in every line of pixels along
/// the direction in which the surroundings are brighter (a band or strip runs along it).
///
/// The width is free unless the light is too little for it; then it is the expected one; without any fit the brightest
/// pixel stands for the centre.
func spotFit(_ image: CountImage, _ options: SpotOptions, _ candidate: SpotCandidate, others: [SpotCandidate]) -> Spot {
  let center = (Double(candidate.column) * image.stepMicrometers, Double(candidate.row) * image.stepMicrometers)
  let around = max(candidate.besides, candidate.aboveAndBelow)
  let peak = max(1, Double(image[candidate.column, candidate.row] ?? 0) - around)
  for isWidthFree in [true, false] {
    let fit = SpotFit(image, options, candidate, others: others, isWidthFree: isWidthFree)
    if let spot = fit?.spot(peak: peak, background: around) { return spot }
  }
  let sigma = options.fwhmMicrometers / gaussianWidth
  return Spot(
    x: MeasuredValue(center.0, sigma), y: MeasuredValue(center.1, sigma),
    fwhm: MeasuredValue(options.fwhmMicrometers, 0),
    countsPerSecond: MeasuredValue(peak / image.dwellSeconds, (peak + 2 * around).squareRoot() / image.dwellSeconds),
    backgroundCountsPerSecond: around / image.dwellSeconds, falseAlarmProbability: candidate.falseAlarmProbability,
    chi2Reduced: nil)
}

/// One fit, by GSL's trust-region least squares of signed root deviances (``signedRootDeviance(_:_:)``).
///
/// Parameters: centre along x and y in µm from the candidate's pixel, and logarithms of amplitude, backgrounds and, if
/// free, width.
private final class SpotFit: LeastSquaresModel {
  private let candidate: SpotCandidate
  private let step: Double
  private let dwell: Double
  private let expectedWidth: Double
  private let isWidthFree: Bool
  /// Position in µm from the candidate's pixel, counts, number of the background.
  private var pixels: [(x: Double, y: Double, counts: Double, line: Int)] = []
  private var lines = 0

  init?(
    _ image: CountImage, _ options: SpotOptions, _ candidate: SpotCandidate, others: [SpotCandidate], isWidthFree: Bool
  ) {
    self.candidate = candidate
    self.isWidthFree = isWidthFree
    step = image.stepMicrometers
    dwell = image.dwellSeconds
    expectedWidth = options.fwhmMicrometers
    let isAlongY = candidate.aboveAndBelow >= candidate.besides
    let across = max(1, Int(2 * expectedWidth / step))
    let along = max(3, Int(4 * expectedWidth / step))
    let (reachX, reachY) = isAlongY ? (across, along) : (along, across)
    var numbers: [Int: Int] = [:]
    for dr in -reachY...reachY {
      for dc in -reachX...reachX {
        guard let counts = image[candidate.column + dc, candidate.row + dr] else { continue }
        // Light of other spots is left out.
        let isOthers = others.contains { other in
          let (c, r) = (candidate.column + dc - other.column, candidate.row + dr - other.row)
          let radius = 2 * expectedWidth / step
          return Double(c * c + r * r) <= radius * radius && c * c + r * r < dc * dc + dr * dr
        }
        if isOthers { continue }
        let key = isAlongY ? dc : dr
        if numbers[key] == nil {
          numbers[key] = lines
          lines += 1
        }
        pixels.append((Double(dc) * step, Double(dr) * step, Double(counts), numbers[key]!))
      }
    }
    if pixels.count <= parameterCount { return nil }
  }

  /// The number of parameters before the backgrounds.
  private var shapeCount: Int { isWidthFree ? 4 : 3 }
  private var parameterCount: Int { shapeCount + lines }

  private struct Parameters {
    var x: Double
    var y: Double
    var amplitude: Double
    var width: Double
    var backgrounds: [Double]
  }

  private func parameters(_ v: [Double]) -> Parameters {
    Parameters(
      x: v[0], y: v[1], amplitude: exp(v[2]), width: isWidthFree ? exp(v[3]) : expectedWidth,
      backgrounds: (0..<lines).map { exp(v[shapeCount + $0]) })
  }

  /// The expected counts of a pixel and their derivatives by x, y, amplitude, width and the line's background.
  private func model(
    _ i: Int, _ p: Parameters
  ) -> (mean: Double, x: Double, y: Double, amplitude: Double, width: Double) {
    let (dx, dy) = (pixels[i].x - p.x, pixels[i].y - p.y)
    let k = gaussianWidth * gaussianWidth / (p.width * p.width)
    let shape = exp(-0.5 * k * (dx * dx + dy * dy))
    let light = p.amplitude * shape
    return (
      max(light + p.backgrounds[pixels[i].line], 1e-290), light * k * dx, light * k * dy, shape,
      light * k * (dx * dx + dy * dy) / p.width
    )
  }

  func residuals(_ v: UnsafePointer<gsl_vector>, _ f: UnsafeMutablePointer<gsl_vector>) -> Int32 {
    let p = parameters(array(v))
    for i in pixels.indices {
      let mean = model(i, p).mean
      guard mean.isFinite else { return Int32(GSL_EDOM) }
      gsl_vector_set(f, i, signedRootDeviance(pixels[i].counts, mean).r)
    }
    return Int32(GSL_SUCCESS)
  }

  func jacobian(_ v: UnsafePointer<gsl_vector>, _ j: UnsafeMutablePointer<gsl_matrix>) -> Int32 {
    let p = parameters(array(v))
    gsl_matrix_set_zero(j)
    for i in pixels.indices {
      let m = model(i, p)
      guard m.mean.isFinite else { return Int32(GSL_EDOM) }
      let slope = signedRootDeviance(pixels[i].counts, m.mean).slope
      gsl_matrix_set(j, i, 0, slope * m.x)
      gsl_matrix_set(j, i, 1, slope * m.y)
      gsl_matrix_set(j, i, 2, slope * m.amplitude * p.amplitude)
      if isWidthFree { gsl_matrix_set(j, i, 3, slope * m.width * p.width) }
      gsl_matrix_set(j, i, shapeCount + pixels[i].line, slope * p.backgrounds[pixels[i].line])
    }
    return Int32(GSL_SUCCESS)
  }

  /// The fitted spot; `nil` where the fit fails or ends in something that is no spot.
  func spot(peak: Double, background: Double) -> Spot? {
    guard let p = solve(peak: peak, background: background), let covariance = covariance(p) else { return nil }
    guard p.x.magnitude < expectedWidth, p.y.magnitude < expectedWidth, p.amplitude.isFinite else { return nil }
    guard p.width > expectedWidth / 4, p.width < 4 * expectedWidth else { return nil }
    let uncertainties = (0..<shapeCount).map { covariance[$0].squareRoot() }
    guard uncertainties.allSatisfy({ $0.isFinite }), uncertainties[2] < p.amplitude else { return nil }
    let nearest = pixels.min { hypot($0.x - p.x, $0.y - p.y) < hypot($1.x - p.x, $1.y - p.y) }!
    let chi2 = pixels.indices.reduce(0.0) { sum, i in
      let mean = model(i, p).mean
      // A line without any counts has no background.
      return mean < 1e-6 ? sum : sum + (pixels[i].counts - mean) * (pixels[i].counts - mean) / mean
    }
    return Spot(
      x: MeasuredValue(Double(candidate.column) * step + p.x, uncertainties[0]),
      y: MeasuredValue(Double(candidate.row) * step + p.y, uncertainties[1]),
      fwhm: MeasuredValue(p.width, isWidthFree ? uncertainties[3] : 0),
      countsPerSecond: MeasuredValue(p.amplitude / dwell, uncertainties[2] / dwell),
      backgroundCountsPerSecond: p.backgrounds[nearest.line] / dwell,
      falseAlarmProbability: candidate.falseAlarmProbability,
      chi2Reduced: chi2 / Double(pixels.count - parameterCount))
  }

  private func solve(peak: Double, background: Double) -> Parameters? {
    var start = [0, 0, log(peak)] + (isWidthFree ? [log(expectedWidth)] : [])
    start += [Double](repeating: log(max(background, 0.1)), count: lines)
    return trustRegionFit(self, from: start, residuals: pixels.count, tolerance: 1e-8, iterations: 200)
      .map { parameters($0.parameters) }
  }

  /// Variances of x, y, amplitude and width from the expected Fisher information; `nil` when it is singular.
  private func covariance(_ p: Parameters) -> [Double]? {
    let count = parameterCount
    guard let fisher = gsl_matrix_calloc(count, count) else { return nil }
    defer { gsl_matrix_free(fisher) }
    for i in pixels.indices {
      let m = model(i, p)
      // Each pixel knows of the shape and of its own line's background.
      var gradient = [(0, m.x), (1, m.y), (2, m.amplitude)]
      if isWidthFree { gradient.append((3, m.width)) }
      gradient.append((shapeCount + pixels[i].line, 1))
      let mean = max(m.mean, 1e-6)
      for (a, da) in gradient {
        for (b, db) in gradient { gsl_matrix_set(fisher, a, b, gsl_matrix_get(fisher, a, b) + da * db / mean) }
      }
    }
    // unit diagonal first: the units differ by orders of magnitude
    let diagonal = (0..<count).map { gsl_matrix_get(fisher, $0, $0).squareRoot() }
    guard diagonal.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    for i in 0..<count {
      for j in 0..<count { gsl_matrix_set(fisher, i, j, gsl_matrix_get(fisher, i, j) / (diagonal[i] * diagonal[j])) }
    }
    guard gsl_linalg_cholesky_decomp1(fisher) == 0, gsl_linalg_cholesky_invert(fisher) == 0 else { return nil }
    return (0..<shapeCount).map { gsl_matrix_get(fisher, $0, $0) / (diagonal[$0] * diagonal[$0]) }
  }
}
