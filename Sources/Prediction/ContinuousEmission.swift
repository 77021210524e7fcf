import Bench
import Emitters

/// Exact photon statistics of one emitter in one slow state under continuous excitation, from its generator Q (jumps and
/// absorption) and the stationary levels π Q = 0.
struct ContinuousEmission: Sendable {
  let generator: Matrix
  /// Level probabilities in the steady state.
  let levels: [Double]
  /// Per detector: rates (1/ns) of jumps with a detected photon, as matrix from × to.
  let detected: [Matrix]
  /// Per transition and detector: mean detected photons per ns.
  let meanPerTransition: [[Double]]

  /// - Parameters:
  ///   - scheme: levels, transitions and absorptions.
  ///   - absorption: the rate of absorption for weight 1, 1/ns.
  ///   - probabilities: per transition and detector, that an emitted photon is detected.
  init(scheme: LevelScheme, absorption: Double, probabilities: [[Double]], detectors: Int) {
    let n = scheme.levels.count
    let q = scheme.generator(size: n, absorption: absorption)
    let detected = (0..<detectors).map { d in
      scheme.detectedJumps(size: n, probabilities.map { $0.isEmpty ? 0 : $0[d] })
    }
    // π Q = 0 is π (1 + Q/c) = π for any c.
    let scale = (0..<n).map { -q[$0, $0] }.max() ?? 1
    var chain = Matrix.identity(n)
    for i in 0..<n {
      for j in 0..<n { chain[i, j] += q[i, j] / max(scale, 1e-30) }
    }
    let stationary = chain.stationaryRow()
    levels = stationary
    meanPerTransition = scheme.transitions.enumerated().map { k, transition in
      probabilities[k].map {
        stationary[transition.from] * transition.photonRatePerNanosecond * $0
      }
    }
    generator = q
    self.detected = detected
  }

  /// Density (1/ns²) of pairs with a photon at `a` and, a time τ later, one at `b`: π R_a e^(Qτ) r_b.
  func pairDensity(_ a: Int, _ b: Int, delay: Double) -> Double {
    let after = detected[a].leftMultiplied(by: levels)
    return dot(generator.exponential(times: delay).leftMultiplied(by: after), detected[b].rowSums)
  }

  /// ∫₀^D of ``pairDensity(_:_:delay:)``: mean number of later photons at `b` within D, per ns.
  func pairs(_ a: Int, _ b: Int, within time: Double) -> Double {
    let after = detected[a].leftMultiplied(by: levels)
    return dot(PulsedEmission.integral(of: generator, over: time).leftMultiplied(by: after), detected[b].rowSums)
  }
}

extension Matrix {
  /// The sum of each row.
  var rowSums: [Double] {
    (0..<rows).map { i in (0..<columns).reduce(0) { $0 + self[i, $1] } }
  }
}
