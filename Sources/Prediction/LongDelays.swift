import Bench
import Emitters

extension Predictor {
  /// Coincidences of detectors 0 and 1 at a delay over many laser periods (or level lifetimes), relative to independent
  /// light: what blinking, wandering lines and bleaching do to the areas of far side peaks, or to g2 under continuous
  /// excitation beyond the levels' memory.
  ///
  /// - Parameter delay: in seconds, above 0.
  /// - Returns: `nil` with a single detector or without light.
  public func bunching(atDelaySeconds delay: Double) -> Double? {
    guard bench.detectors.count > 1 else { return nil }
    let (a, b) = (signalMean(0) + poissonMean(0), signalMean(1) + poissonMean(1))
    guard a * b > 0 else { return nil }
    return 1 + light.indices.reduce(0) { $0 + excessOfHiddenStates($1, 0, 1, lag: delay) } / (a * b)
  }

  /// Whether ``bunching(atDelaySeconds:)`` is exact: every hidden variable a Markov chain. Otherwise dwell laws such as
  /// power laws are carried over the delay by numerical inversion of a Laplace transform (about 1e-4; worse, to 1e-2,
  /// around the shortest dwell of a power law, where the curve has a kink).
  public var isBunchingExact: Bool { dynamics.allSatisfy(\.isMarkov) }

  /// The covariance of one emitter's mean light at `a` and, a lag later, at `b`, through its hidden states.
  func excessOfHiddenStates(_ e: Int, _ a: Int, _ b: Int, lag: Double) -> Double {
    let means = [a, b].map { d in kinds[e].ofState.map { light[e][$0].mean(d) } }
    return dynamics[e].meanProduct(means[0], means[1], lag: lag) - emitterMean(e, a) * emitterMean(e, b)
  }

  /// The same at a lag short against every dwell.
  func excessOfHiddenStates(_ e: Int, _ a: Int, _ b: Int) -> Double {
    zip(shares[e], light[e]).reduce(0) { $0 + $1.0 * $1.1.mean(a) * $1.1.mean(b) }
      - emitterMean(e, a) * emitterMean(e, b)
  }
}
