import Glibc

/// How ``fitSpectrum(_:noise:options:)`` goes about it.
public struct SpectrumFitOptions: Sendable, Hashable {
  /// How many lines; `nil` lets the data say, up to ``mostLines``.
  public var lines: Int?
  /// Their form, of all alike.
  public var shape = SpectralLineShape.gaussian
  /// Only pixels whose middle lies in this range, in nm; `nil` for all.
  public var rangeNanometers: ClosedRange<Double>?
  /// Full width at half maximum of the instrument's Gaussian line spread, in nm; 0 where it is not known.
  public var resolutionNanometers = 0.0

  /// The number of lines that is tried when none is given.
  public static let mostLines = 4

  /// Any number of Gaussian lines over the whole spectrum.
  public init() {}
}

/// Fits lines on a flat floor to a spectrum, real or simulated.
///
/// Without a number of lines one after the other is added, each where the spectrum exceeds the fit most, as long as the
/// Bayesian information criterion (Schwarz, Ann. Stat. 6, 461, 1978) falls by more than 10.
///
/// - Parameters:
///   - spectrum: with its response where filters or the sensor shape it.
///   - noise: what the counts scatter by; decides the weights and so the uncertainties.
///   - options: number and form of the lines, range.
/// - Throws: ``AnalysisError`` when there are too few pixels or no such lines.
public func fitSpectrum(
  _ spectrum: MeasuredSpectrum, noise: CameraNoise, options: SpectrumFitOptions = SpectrumFitOptions()
) throws(AnalysisError) -> SpectrumFitResult {
  if let lines = options.lines, !(0...12).contains(lines) {
    throw AnalysisError("a fit takes 0 to 12 lines, asked for \(lines)")
  }
  let x = spectrum.wavelengthsNanometers
  let highest = spectrum.response?.max() ?? 1
  let response = spectrum.response?.map { $0 / highest } ?? x.map { _ in 1 }
  let steady = steadyPixels(spectrum, response: response, resolution: options.resolutionNanometers)
  let isUsed = x.indices.map { i in steady[i] && options.rangeNanometers?.contains(x[i]) ?? true }
  let count = isUsed.count { $0 }
  let most = options.lines ?? SpectrumFitOptions.mostLines
  let needed = 3 * (options.lines ?? 1) + 2
  if count < needed {
    let range = options.rangeNanometers.map { " between \($0.lowerBound) and \($0.upperBound) nm" } ?? ""
    throw AnalysisError("\(needed) pixels at least are needed for the fit, found \(count)\(range)")
  }
  let fit = SpectrumFit(
    edges: spectrum.edgesNanometers, counts: spectrum.counts, response: response, isUsed: isUsed, noise: noise,
    shape: options.shape, spread: options.resolutionNanometers / gaussianWidth)
  let sum = fit.used.reduce(0) { $0 + spectrum.counts[$1] }
  guard var best = fit.solve(from: [sum / Double(count)], rounds: 2) else {
    throw AnalysisError("the floor of the spectrum cannot be fitted")
  }
  while best.lineCount < most, 3 * (best.lineCount + 1) + 1 < count {
    guard let next = fit.withOneLineMore(best) else { break }
    if options.lines == nil {
      let penalty = 3 * log(Double(count))
      if next.deviance + penalty > best.deviance - 10 { break }
    }
    best = next
  }
  if let lines = options.lines, best.lineCount < lines {
    throw AnalysisError("only \(best.lineCount) of \(lines) lines can be told apart; ask for fewer with --lines")
  }
  // With the weights of the fit itself, to the end.
  best = fit.solve(from: best.parameters, rounds: 20) ?? best
  return SpectrumFitResult(fit, best, options: options, leftOut: x.count - count)
}

/// Pixels in whose neighbourhood, as far as the line spread reaches, the response does not jump: where it does, as at a
/// filter's edge, the light of either side mixes, and the response of a pixel depends on the line.
private func steadyPixels(_ spectrum: MeasuredSpectrum, response: [Double], resolution: Double) -> [Bool] {
  let x = spectrum.wavelengthsNanometers
  var isSteady = [Bool](repeating: true, count: x.count)
  for i in 1..<x.count where abs(response[i] - response[i - 1]) > 0.02 {
    let middle = (x[i] + x[i - 1]) / 2
    let reach = 1.5 * resolution + abs(x[i] - x[i - 1])
    for j in x.indices where abs(x[j] - middle) <= reach { isSteady[j] = false }
  }
  return isSteady
}

extension SpectrumFit {
  /// The best fit with one line more than a solution has.
  func withOneLineMore(_ solution: Solution) -> Solution? {
    // A few steps from each start, and from the best two of them to the end.
    let rough = starts(beside: solution).compactMap { solve(from: $0, rounds: 1, iterations: 15) }
    let best = rough.sorted { $0.deviance < $1.deviance }.prefix(2).compactMap {
      solve(from: $0.parameters, rounds: 3)
    }
    return best.filter(areLines).min { $0.deviance < $1.deviance }
  }

  /// Whether a solution is made of lines that are there: not below the floor, not beside the spectrum, not broader than it.
  private func areLines(_ solution: Solution) -> Bool {
    let (low, high) = (edges[used[0]], edges[used[used.count - 1] + 1])
    return stride(from: 1, to: solution.parameters.count, by: 3).allSatisfy { k in
      let width = exp(solution.parameters[k + 2])
      return solution.parameters[k] > 0 && solution.parameters[k + 1] > low - width
        && solution.parameters[k + 1] < high + width && width < 3 * (high - low)
    }
  }

  /// Where one line more may begin: for each of a ladder of widths, the place at which a line of this width explains most of
  /// what the solution leaves over; and each of the lines cut in two.
  private func starts(beside solution: Solution) -> [[Double]] {
    let model = model(solution.parameters)
    let rest = used.map { (counts[$0] - model[$0]) / noise.variance(ofMean: model[$0]) }
    let weight = used.map { response[$0] / noise.variance(ofMean: model[$0]) }
    let centers = used.map { (edges[$0] + edges[$0 + 1]) / 2 }
    let span = centers[centers.count - 1] - centers[0]
    let pixel = span / Double(centers.count - 1)
    var starts: [[Double]] = []
    var width = span / 2
    var found: [(score: Double, start: [Double])] = []
    while width > 1.5 * pixel {
      var top = (score: 0.0, area: 0.0, center: 0.0)
      let profile = LineProfile(shape: .gaussian, fwhm: width, spread: 0)
      for center in stride(from: centers[0], through: centers[centers.count - 1], by: max(width / 3, pixel / 2)) {
        var (dot, norm) = (0.0, 0.0)
        // Two widths to either side hold all of a Gaussian.
        let first = centers.partitioningIndex { $0 >= center - 2 * width }
        for row in first..<centers.count {
          if centers[row] > center + 2 * width { break }
          let shape = profile.cumulative(centers[row] - center).density * pixel
          dot += shape * response[used[row]] * rest[row]
          norm += shape * shape * response[used[row]] * weight[row]
        }
        let score = norm > 0 ? dot / norm.squareRoot() : 0
        if score > top.score { top = (score, dot / norm, center) }
      }
      if top.score > 0 {
        found.append((top.score, solution.parameters + [top.area, top.center, log(width)]))
      }
      width /= 2
    }
    starts += found.sorted { $0.score > $1.score }.prefix(3).map(\.start)
    for k in stride(from: 1, to: solution.parameters.count, by: 3) {
      var halves = solution.parameters
      let fwhm = exp(halves[k + 2])
      halves[k] /= 2
      halves[k + 1] -= 0.4 * fwhm
      halves[k + 2] -= 0.4
      starts.append(halves + [halves[k], halves[k + 1] + 0.8 * fwhm, halves[k + 2]])
    }
    return starts
  }
}

extension SpectrumFitResult {
  init(_ fit: SpectrumFit, _ solution: SpectrumFit.Solution, options: SpectrumFitOptions, leftOut: Int) {
    let p = solution.parameters
    let resolution = options.resolutionNanometers
    let pixel = (fit.edges[fit.edges.count - 1] - fit.edges[0]) / Double(fit.edges.count - 1)
    func covariance(_ i: Int, _ j: Int) -> Double { solution.covariance?[i][j] ?? 0 }
    lines = (0..<solution.lineCount).map { line in
      let k = 1 + 3 * line
      let width = exp(p[k + 2])
      let widthError = width * covariance(k + 2, k + 2).squareRoot()
      var own = MeasuredValue(width, widthError)
      var apparent = width
      switch options.shape {
      case .gaussian:
        // Widths add in squares; near the instrument's own, what is left is uncertain by the root of that of the square.
        let square = width * width - resolution * resolution
        own.value = max(0, square).squareRoot()
        let ofSquare = 2 * width * widthError
        own.uncertainty = min(ofSquare / max(2 * own.value, 1e-300), ofSquare.squareRoot())
      case .lorentzian:
        // The Voigt profile's width to 0.02 % (Olivero and Longbothum, J. Quant. Spectrosc. Radiat. Transfer 17, 233, 1977).
        apparent = 0.5346 * width + (0.2166 * width * width + resolution * resolution).squareRoot()
      }
      let profile = LineProfile(shape: options.shape, fwhm: width, spread: fit.spread)
      // Height of a line of area 1 over one pixel in its middle.
      let height = 2 * (profile.cumulative(pixel / 2).value - 0.5)
      let slope = 2 * profile.cumulative(pixel / 2).slope
      let variance =
        height * height * covariance(k, k) + 2 * height * p[k] * slope * covariance(k, k + 2)
        + p[k] * p[k] * slope * slope * covariance(k + 2, k + 2)
      let alone = fit.model([0, p[k], p[k + 1], p[k + 2]])
      return Line(
        centerNm: MeasuredValue(p[k + 1], covariance(k + 1, k + 1).squareRoot()), fwhmNm: own, apparentFwhmNm: apparent,
        amplitude: MeasuredValue(p[k] * height, max(0, variance).squareRoot()),
        area: MeasuredValue(p[k], covariance(k, k).squareRoot()), counts: alone.reduce(0, +))
    }
    .sorted { $0.centerNm.value < $1.centerNm.value }
    floor = MeasuredValue(p[0], covariance(0, 0).squareRoot())
    chi2Reduced = solution.chiSquare / Double(fit.used.count - p.count)
    self.fit = fit.model(p)
    pixelsLeftOut = leftOut
    var how =
      options.lines == nil ? "the number of lines by the Bayesian information criterion" : "as many lines as asked for"
    if solution.covariance == nil { how += "; the parameters cannot be told apart and have no uncertainties" }
    decision = how
  }
}
