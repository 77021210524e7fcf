/// The wandering of an emitter's lines, all together: a Markov chain of positions.
///
/// Positions are x = σ (2 j − K)/√K for j = 0 … K with binomial weights: the closest that K + 1 places come to a Gaussian
/// of standard deviation σ. Quasi-continuous diffusion of nanocrystals consists of rapid discrete jumps (Beyler et al.,
/// Phys. Rev. Lett. 111, 177401, 2013).
public struct SpectralDiffusion: Sendable, Hashable {
  /// How the line moves.
  public enum Motion: String, Sendable, CaseIterable {
    /// Each jump draws a new position from all.
    case jumps
    /// Each jump leads to a neighbour (Ehrenfest's urns: the discrete form of diffusion with a restoring force).
    case steps
  }
  /// Which of the two.
  public var motion: Motion
  /// The standard deviation of the position, in meV.
  public var sigmaMillielectronvolts: Double
  /// The time constant of the exponential autocorrelation of the position, in seconds.
  public var correlationSeconds: Double
  /// The number K + 1 of positions, at least 2.
  public var positions: Int

  /// A diffusion with positions on both sides of the mean; σ in meV, time constant in seconds.
  public init(
    motion: Motion, sigmaMillielectronvolts: Double, correlationSeconds: Double, positions: Int = 17
  ) {
    self.motion = motion
    self.sigmaMillielectronvolts = sigmaMillielectronvolts
    self.correlationSeconds = correlationSeconds
    self.positions = positions
  }

  /// The shift at each position, in meV, from red to blue.
  public var shiftsMillielectronvolts: [Double] {
    let k = Double(positions - 1)
    return (0..<positions).map { sigmaMillielectronvolts * (2 * Double($0) - k) / k.squareRoot() }
  }

  /// The share of time at each position: binomial, as for K tosses of a coin.
  public var shares: [Double] {
    var weights = [1.0]
    for j in 1..<positions { weights.append(weights[j - 1] * Double(positions - j) / Double(j)) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}
