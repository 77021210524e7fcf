/// Waiting times with density proportional to t^(−m) e^(−t/T) for t ≥ t₀, drawn exactly by rejection.
///
/// The form and its use for blinking: Busov and Frantsuzov, Opt. Spectrosc. 126, 70 (2019).
public struct TruncatedPowerLaw: Sendable {
  /// The exponent m, above 1.
  public let exponent: Double
  /// The shortest time t₀, above 0.
  public let minimum: Double
  /// The exponential cut-off T, above 0; infinite for none.
  public let cutoff: Double

  /// A law with exponent m above 1, shortest time t₀ and cut-off T above 0, both in one unit; nothing is checked.
  public init(exponent: Double, minimum: Double, cutoff: Double) {
    self.exponent = exponent
    self.minimum = minimum
    self.cutoff = cutoff
  }

  /// One waiting time, in the unit of `minimum`.
  public func draw(_ stream: inout RandomStream) -> Double {
    while true {
      let t = minimum * PortableMath.power(stream.uniformAboveZero(), -1 / (exponent - 1))
      // Acceptance e^(−(t − t₀)/T): the constant factor e^(−t₀/T) only rescales the density.
      if cutoff == .infinity || stream.uniform() < PortableMath.exp(-(t - minimum) / cutoff) { return t }
    }
  }

  /// The time left of the interval that is running at an arbitrary instant of a stationary process.
  ///
  /// The running interval is length-biased (density ∝ t^(1−m) e^(−t/T)) and the instant uniform within it (Cox,
  /// "Renewal theory", 1962, section 5.1). Needs a finite mean: a finite cut-off or an exponent above 2.
  public func drawResidual(_ stream: inout RandomStream) -> Double {
    let biased = TruncatedPowerLaw(exponent: exponent - 1, minimum: minimum, cutoff: cutoff)
    let whole = exponent > 2 ? biased.draw(&stream) : biased.drawShallow(&stream)
    return whole * stream.uniformAboveZero()
  }

  /// For exponents m ≤ 1, where the power law alone cannot be normalised: rejection from t^(−m) below the cut-off and
  /// from e^(−t/T) above it.
  func drawShallow(_ stream: inout RandomStream) -> Double {
    precondition(cutoff < .infinity, "a power law without cut-off needs an exponent above 2 to have a mean")
    let edge = max(cutoff, minimum)
    let power = 1 - exponent  // ∫ t^(−m) dt = t^power / power, power ≥ 0
    let ratio = edge / minimum
    let below = power > 1e-9 ? (PortableMath.power(ratio, power) - 1) / power : PortableMath.log(ratio)
    let above = PortableMath.power(ratio, power) * (cutoff / edge) * PortableMath.exp(-edge / cutoff)
    while true {
      if stream.uniform() * (below + above) < below {
        let u = stream.uniform() * below
        let t =
          power > 1e-9
          ? minimum * PortableMath.power(1 + u * power, 1 / power) : minimum * PortableMath.exp(u)
        if stream.uniform() < PortableMath.exp(-t / cutoff) { return t }
      } else {
        let t = edge - cutoff * PortableMath.log(stream.uniformAboveZero())
        if stream.uniform() < PortableMath.power(t / edge, -exponent) { return t }
      }
    }
  }

  /// The mean waiting time, by Simpson's rule in log t; infinite without a cut-off for exponents up to 2.
  public var mean: Double {
    if cutoff == .infinity { return exponent > 2 ? minimum * (exponent - 1) / (exponent - 2) : .infinity }
    // t = t₀ e^x; the integrand is gone 45 cut-offs out.
    let end = PortableMath.log(1 + 45 * max(1, cutoff / minimum))
    let intervals = 4000
    let step = end / Double(intervals)
    var weight = 0.0
    var first = 0.0
    for i in 0...intervals {
      let x = Double(i) * step
      let simpson = i == 0 || i == intervals ? 1.0 : (i % 2 == 1 ? 4.0 : 2.0)
      let growth = PortableMath.exp(x)
      let density = simpson * PortableMath.exp((1 - exponent) * x - minimum * (growth - 1) / cutoff)
      weight += density
      first += density * growth
    }
    return minimum * first / weight
  }
}
