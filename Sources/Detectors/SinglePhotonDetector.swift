public import Light

/// A single-photon avalanche diode.
public struct SinglePhotonDetector: Sendable, Hashable {
  /// Afterpulses: a click may be followed by one more, after the dead time and an exponential delay.
  public struct Afterpulsing: Sendable, Hashable {
    /// Probability that a click has an afterpulse, 0 to 1.
    public var probability: Double
    /// Mean delay beyond the end of the dead time, in nanoseconds.
    public var meanDelayNanoseconds: Double

    public init(probability: Double, meanDelayNanoseconds: Double) {
      self.probability = probability
      self.meanDelayNanoseconds = meanDelayNanoseconds
    }
  }
  /// Timing jitter: a Gaussian, and for a share of the clicks an exponential diffusion tail on top.
  public struct Jitter: Sendable, Hashable {
    /// Full width at half maximum of the Gaussian, in nanoseconds.
    public var fwhmNanoseconds: Double
    /// Share of the clicks that are delayed by diffusion, 0 to 1.
    public var tailShare: Double
    /// Mean of that delay, in nanoseconds.
    public var tailNanoseconds: Double

    public init(fwhmNanoseconds: Double, tailShare: Double, tailNanoseconds: Double) {
      self.fwhmNanoseconds = fwhmNanoseconds
      self.tailShare = tailShare
      self.tailNanoseconds = tailNanoseconds
    }

    /// Standard deviation of the Gaussian, in nanoseconds.
    public var sigmaNanoseconds: Double { fwhmNanoseconds / 2.3548200450309493 }
  }
  public var name: String
  /// Photon detection efficiency against wavelength.
  public var efficiency: EfficiencyCurve
  public var darkCountRateHz: Double
  /// Non-paralysable dead time after each click, in nanoseconds.
  public var deadTimeNanoseconds: Double
  public var afterpulsing: Afterpulsing
  public var jitter: Jitter
  /// Delay of its signal by fibre and cable, in nanoseconds.
  public var delayNanoseconds: Double

  public init(
    name: String, efficiency: EfficiencyCurve, darkCountRateHz: Double, deadTimeNanoseconds: Double,
    afterpulsing: Afterpulsing, jitter: Jitter, delayNanoseconds: Double
  ) {
    self.name = name
    self.efficiency = efficiency
    self.darkCountRateHz = darkCountRateHz
    self.deadTimeNanoseconds = deadTimeNanoseconds
    self.afterpulsing = afterpulsing
    self.jitter = jitter
    self.delayNanoseconds = delayNanoseconds
  }
}
