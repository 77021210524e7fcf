/// The share of a spectrum that gets through a chain of elements and detectors: ∫ S(λ) Π Tᵢ(λ) dλ.
///
/// Gauss–Legendre quadrature between all the places where the integrand has a kink or a step: ideal filter edges, table
/// points, and pieces of half a line width. 16 points per piece, and 4 in pieces below a sixteenth of the line width, such
/// as a finely tabulated filter makes (unless soft filter edges, which may be steeper than the line, are among the
/// elements). The result is exact to about 1e-9, and its bits are the same on every processor.
///
/// - Parameters:
///   - spectrum: the light, normalised to 1.
///   - elements: what it passes; of the detector, its efficiency.
/// - Returns: a fraction between 0 and 1.
public func overlap(of spectrum: Spectrum, through elements: [Transmission]) -> Double {
  let support = spectrum.supportNanometers
  var breaks = [support.lowerBound, support.upperBound]
  var hasSoftEdges = false
  for element in elements {
    switch element {
    case .table(let curve): breaks += curve.points(within: support)
    case .bandPass(let filter):
      breaks += filter.kinksNanometers
      hasSoftEdges = hasSoftEdges || filter.edgeOrder != nil
    }
  }
  var step = spectrum.fwhmNanometers / 2
  var x = spectrum.centerNanometers
  while x < support.upperBound {
    breaks += [x, 2 * spectrum.centerNanometers - x]
    x += step
    // Far out in a Lorentzian's wing the pieces may grow.
    if x > spectrum.centerNanometers + 8 * spectrum.fwhmNanometers { step *= 1.5 }
  }
  let pieces = breaks.filter { support.contains($0) }.sorted()
  let narrow = hasSoftEdges ? 0 : spectrum.fwhmNanometers / 16
  var sum = 0.0
  for (a, b) in zip(pieces, pieces.dropFirst()) where b > a {
    let middle = (a + b) / 2
    let half = (b - a) / 2
    let rule = b - a < narrow ? GaussLegendreRule.fourPoints : .sixteenPoints
    for (node, weight) in zip(rule.nodes, rule.weights) {
      for wavelength in [middle - half * node, middle + half * node] {
        var passed = spectrum.density(atNanometers: wavelength)
        for element in elements { passed *= element.value(atNanometers: wavelength) }
        sum += passed * weight * half
      }
    }
  }
  return sum
}

extension SpectralFilter {
  /// Where the transmission has a step, a kink, or changes fast.
  fileprivate var kinksNanometers: [Double] {
    let edges = [edgesNanometers.lower, edgesNanometers.upper]
    guard edgeOrder != nil else { return edges + [centerNanometers] }
    // Soft edges vary over a fraction of the bandwidth around the half-transmission points.
    return edges.flatMap { edge in (-10...10).map { edge + Double($0) * bandwidthNanometers / 40 } }
      + edges + [centerNanometers]
  }
}

/// A Gauss–Legendre rule on −1 … 1: its positive nodes, each of which stands for two, and their weights (Abramowitz and
/// Stegun, table 25.4).
private struct GaussLegendreRule {
  let nodes: [Double]
  let weights: [Double]

  static let fourPoints = GaussLegendreRule(
    nodes: [0.3399810435848562648, 0.8611363115940525752],
    weights: [0.6521451548625461426, 0.3478548451374538574])

  static let sixteenPoints = GaussLegendreRule(
    nodes: [
      0.0950125098376374402, 0.2816035507792589132, 0.4580167776572273863, 0.6178762444026437484,
      0.7554044083550030339, 0.8656312023878317439, 0.9445750230732325761, 0.9894009349916499326,
    ],
    weights: [
      0.1894506104550684963, 0.1826034150449235889, 0.1691565193950025382, 0.1495959888165767321,
      0.1246289712555338720, 0.0951585116824927848, 0.0622535239386478929, 0.0271524594117540949,
    ])
}
