/// The share of a spectrum that a chain of filters passes and a detector counts:
/// ∫ S(λ) Π Tᵢ(λ) η(λ) dλ.
///
/// Gauss–Legendre quadrature (16 points per piece) between all the places where the integrand has a kink or a step:
/// ideal filter edges, table points, and pieces of half a line width. The result is exact to about 1e-9, and its bits
/// are the same on every processor.
///
/// - Parameters:
///   - spectrum: the light, normalised to 1.
///   - filters: what it passes, in any order.
///   - efficiency: what remains is weighted with this.
/// - Returns: a fraction between 0 and 1.
public func overlap(of spectrum: Spectrum, filters: [SpectralFilter], efficiency: EfficiencyCurve) -> Double {
  let support = spectrum.supportNanometers
  var breaks = [support.lowerBound, support.upperBound]
  breaks += filters.flatMap { [$0.edgesNanometers.lower, $0.edgesNanometers.upper, $0.centerNanometers] }
  breaks += efficiency.wavelengthsNanometers
  for filter in filters where filter.edgeOrder != nil {
    // Soft edges vary over a fraction of the bandwidth around the half-transmission points.
    for edge in [filter.edgesNanometers.lower, filter.edgesNanometers.upper] {
      breaks += (-10...10).map { edge + Double($0) * filter.bandwidthNanometers / 40 }
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
  var sum = 0.0
  for (a, b) in zip(pieces, pieces.dropFirst()) where b > a {
    let middle = (a + b) / 2
    let half = (b - a) / 2
    for (node, weight) in zip(gaussLegendreNodes, gaussLegendreWeights) {
      for wavelength in [middle - half * node, middle + half * node] {
        var passed = spectrum.density(atNanometers: wavelength) * efficiency.value(atNanometers: wavelength)
        for filter in filters { passed *= filter.transmission(atNanometers: wavelength) }
        sum += passed * weight * half
      }
    }
  }
  return sum
}

/// Positive nodes of the 16-point Gauss–Legendre rule (Abramowitz and Stegun, table 25.4).
private let gaussLegendreNodes = [
  0.0950125098376374402, 0.2816035507792589132, 0.4580167776572273863, 0.6178762444026437484,
  0.7554044083550030339, 0.8656312023878317439, 0.9445750230732325761, 0.9894009349916499326,
]
private let gaussLegendreWeights = [
  0.1894506104550684963, 0.1826034150449235889, 0.1691565193950025382, 0.1495959888165767321,
  0.1246289712555338720, 0.0951585116824927848, 0.0622535239386478929, 0.0271524594117540949,
]
