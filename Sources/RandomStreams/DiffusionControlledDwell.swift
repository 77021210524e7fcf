/// Dwell times of diffusion-controlled electron transfer, drawn exactly and without rejection.
///
/// A coordinate diffuses freely, starting where a sink of finite strength ends the dwell. With t_c the diffusion constant
/// over the square of the sink's strength, the waiting time has the Laplace transform 1/(1 + √(s t_c)), that is the
/// density [1/√(π t/t_c) − e^(t/t_c) erfc √(t/t_c)]/t_c: t^(−1/2) well below t_c and t^(−3/2) well above. The parabola
/// that confines the diffusion ends the power law: the density here is that one times e^(−Γt), normalised by 1 + √(Γ t_c)
/// (Tang and Marcus, Phys. Rev. Lett. 95, 107401, 2005).
///
/// Since 1/(1 + √(s t_c)) = ∫ e^(−x) e^(−x √(s t_c)) dx, and e^(−x √(s t_c)) transforms the first-passage time of a free
/// diffusion, the dwell is such a time at an exponential distance x: with the factor e^(−Γt), x has the rate 1 + √(Γ t_c)
/// and the passage time is inverse Gaussian with the mean μ = x √(t_c/Γ)/2 and the shape x² t_c/2. The two roots of
/// Michael, Schucany and Haas (Am. Stat. 30, 88, 1976) give that one; they are written here so that nothing cancels.
public struct DiffusionControlledDwell: Sendable {
  /// The time t_c where the power law changes from t^(−1/2) to t^(−3/2), above 0.
  public let crossover: Double
  /// The rate Γ of the exponential tail, above 0, in the inverse unit of `crossover`.
  public let tailRate: Double

  /// A law with crossover t_c above 0 and tail rate Γ above 0, in units inverse to each other; nothing is checked.
  public init(crossover: Double, tailRate: Double) {
    self.crossover = crossover
    self.tailRate = tailRate
  }

  /// One dwell, in the unit of `crossover`.
  public func draw(_ stream: inout RandomStream) -> Double {
    let ziggurat = Ziggurat()
    let roots = passageTimes(distance: ziggurat.exponential(&stream), ziggurat, &stream)
    return stream.uniform() < roots.chanceOfLong ? roots.long : roots.short
  }

  /// The time left of the dwell that is running at an arbitrary instant of a stationary process.
  ///
  /// The running dwell is length-biased and the instant uniform within it (Cox, "Renewal theory", 1962, section 5.1). The
  /// bias makes the distance a sum of two exponentials, as the mean passage time is in proportion to it, and exchanges the
  /// two roots: μ²/t has the inverse Gaussian law that t has without the bias.
  public func drawResidual(_ stream: inout RandomStream) -> Double {
    let ziggurat = Ziggurat()
    let distance = ziggurat.exponential(&stream) + ziggurat.exponential(&stream)
    let roots = passageTimes(distance: distance, ziggurat, &stream)
    let whole = stream.uniform() < roots.chanceOfLong ? roots.short : roots.long
    return whole * stream.uniformAboveZero()
  }

  /// The mean dwell, ½ √(t_c/Γ) / (1 + √(Γ t_c)).
  public var mean: Double { 0.5 * (crossover / tailRate).squareRoot() / distanceRate }

  private var distanceRate: Double { 1 + (tailRate * crossover).squareRoot() }

  /// The two times t with the same normal deviate z, (t − μ)²/t = z²/(2Γ), and the chance of the longer one.
  ///
  /// - Parameter distance: in units of its mean, 1/(1 + √(Γ t_c)).
  private func passageTimes(
    distance: Double, _ ziggurat: Ziggurat, _ stream: inout RandomStream
  ) -> (short: Double, long: Double, chanceOfLong: Double) {
    let mean = distance * self.mean
    let z = ziggurat.normal(&stream)
    let half = z * z / (4 * tailRate)
    let long = mean + half + (half * (half + 2 * mean)).squareRoot()
    // A distance and a deviate that are both zero leave no time at all.
    if long == 0 { return (0, 0, 0) }
    return (mean * (mean / long), long, mean / (mean + long))
  }
}
