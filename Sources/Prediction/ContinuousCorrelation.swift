import Bench
import CGSL
import Detectors

extension Predictor {
  /// Density (1/ns²) of pairs of clicks at `a` and, a time later, at `b`, before dead times and afterpulses.
  func continuousPairDensity(_ a: Int, _ b: Int, delay: Double) -> Double {
    var density = (signalMean(a) + poissonMean(a)) * (signalMean(b) + poissonMean(b))
    for e in light.indices {
      density -= emitterMean(e, a) * emitterMean(e, b)
      for (share, state) in zip(shares[e], continuous[e]) { density += share * state.pairDensity(a, b, delay: delay) }
      // A hidden state changes once in a microsecond at most: shorter delays do not see it.
      if delay > 10, kinds[e].kinds.count > 1 {
        density += excessOfHiddenStates(e, a, b, lag: delay * 1e-9) - excessOfHiddenStates(e, a, b)
      }
    }
    return density
  }

  /// ∫₀^D of ``continuousPairDensity(_:_:delay:)``.
  func continuousPairs(_ a: Int, _ b: Int, within time: Double) -> Double {
    var pairs = (signalMean(a) + poissonMean(a)) * (signalMean(b) + poissonMean(b)) * time
    for e in light.indices {
      pairs -= emitterMean(e, a) * emitterMean(e, b) * time
      for (share, state) in zip(shares[e], continuous[e]) { pairs += share * state.pairs(a, b, within: time) }
    }
    return pairs
  }

  /// g2 of detectors 0 and 1 under continuous excitation at one delay, normalised to the product of the mean rates, before
  /// jitter and crosstalk. Levels are taken to forget faster than hidden states change; `nil` under pulsed excitation, with a single
  /// detector or without light.
  public func g2(atDelayNanoseconds delay: Double) -> Double? {
    guard isContinuous, bench.detectors.count > 1 else { return nil }
    let product = (signalMean(0) + poissonMean(0)) * (signalMean(1) + poissonMean(1))
    guard product > 0 else { return nil }
    return
      (delay < 0
      ? continuousPairDensity(1, 0, delay: -delay) : continuousPairDensity(0, 1, delay: delay)) / product
  }

  /// What a measurement finds as g2(0) under continuous excitation: the curve folded with jitter, averaged over delays
  /// within ± `halfWidth` nanoseconds of the delay between the detectors' cables.
  public func g2Zero(averagedWithin halfWidth: Double) -> Double? {
    guard isContinuous, bench.detectors.count > 1, rateProduct > 0 else { return nil }
    let bins = 40
    let width = 2 * halfWidth / Double(bins)
    let shift = bench.edgeDelayNanoseconds(ofDetector: 1) - bench.edgeDelayNanoseconds(ofDetector: 0)
    let response = relativeResponse()
    let mean = (0..<bins).reduce(0.0) { sum, i in
      sum + smearedG2(atDelay: shift - halfWidth + (Double(i) + 0.5) * width, response)
    }
    let flashes = crosstalkPeaks(response)?.coincidences(from: shift - halfWidth, to: shift + halfWidth) ?? 0
    return mean / Double(bins) + flashes * 1e-9 / (rateProduct * 2 * halfWidth)
  }

  /// The expected histogram under continuous excitation; see ``correlationHistogram(binNanoseconds:range:durationSeconds:)``.
  func continuousHistogram(
    binNanoseconds: Double, range: Double, durationSeconds: Double
  ) -> (delaysNanoseconds: [Double], coincidences: [Double]) {
    let half = Int((range / binNanoseconds).rounded())
    let delays = (-half...half).map { Double($0) * binNanoseconds }
    let response = relativeResponse()
    let flashes = crosstalkPeaks(response)
    let counts = delays.map { tau in
      smearedG2(atDelay: tau, response) * rateProduct * binNanoseconds * durationSeconds * 1e9
        + (flashes?.coincidences(from: tau - binNanoseconds / 2, to: tau + binNanoseconds / 2) ?? 0) * durationSeconds
    }
    return (delays, counts)
  }

  /// The product of the two detectors' mean click rates, 1/ns².
  var rateProduct: Double { (signalMean(0) + poissonMean(0)) * (signalMean(1) + poissonMean(1)) }

  /// g2 at a recorded delay: folded with the Gaussian jitter of both detectors (over four standard deviations) or their
  /// measured responses, cables taken off.
  private func smearedG2(atDelay tau: Double, _ response: [(offset: Double, weight: Double)]) -> Double {
    if bench.detectors[...1].contains(where: { $0.jitter.response != nil }) {
      return response.reduce(0) { $0 + $1.weight * (g2(atDelayNanoseconds: tau - $1.offset) ?? 0) }
    }
    let sigma = (0...1).reduce(0.0) { sum, d in
      let own = bench.detectors[d].jitter.sigmaNanoseconds
      return sum + own * own + bench.electronics.jitterNanoseconds * bench.electronics.jitterNanoseconds
    }.squareRoot()
    let shift = bench.edgeDelayNanoseconds(ofDetector: 1) - bench.edgeDelayNanoseconds(ofDetector: 0)
    var (sum, norm) = (0.0, 0.0)
    // The curve has a cusp at zero delay: finer there.
    let perSigma = abs(tau - shift) < 5 * sigma ? 16 : 3
    for k in (-4 * perSigma)...(4 * perSigma) {
      let x = Double(k) / Double(perSigma)
      let weight = gsl_ran_ugaussian_pdf(x)
      sum += weight * (g2(atDelayNanoseconds: tau - shift + x * sigma) ?? 0)
      norm += weight
    }
    return sum / norm
  }
}
