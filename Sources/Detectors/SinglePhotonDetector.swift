public import Light

/// A single-photon avalanche diode.
public struct SinglePhotonDetector: Sendable, Hashable {
  /// Afterpulses: a click may be followed by one more, after the dead time and an exponential delay.
  public struct Afterpulsing: Sendable, Hashable {
    /// Probability that a click has an afterpulse, 0 to 1.
    public var probability: Double
    /// Mean delay beyond the end of the dead time, in nanoseconds.
    public var meanDelayNanoseconds: Double

    /// Afterpulsing with its probability (0 to 1) and mean extra delay; a probability of 0 means none.
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

    /// Jitter of a Gaussian FWHM, with a diffusion tail for a share (0 to 1) of the clicks; all zero means none.
    public init(fwhmNanoseconds: Double, tailShare: Double, tailNanoseconds: Double) {
      self.fwhmNanoseconds = fwhmNanoseconds
      self.tailShare = tailShare
      self.tailNanoseconds = tailNanoseconds
    }

    /// Standard deviation of the Gaussian, in nanoseconds.
    public var sigmaNanoseconds: Double { fwhmNanoseconds / 2.3548200450309493 }
  }
  /// How reports and the truth's origins call it, for example "transmitted arm".
  public var name: String
  /// Photon detection efficiency against wavelength.
  public var efficiency: EfficiencyCurve
  /// Mean rate of dark counts in Hz, before dead times; 0 for none.
  public var darkCountRateHz: Double
  /// Non-paralysable dead time after each click, in nanoseconds.
  public var deadTimeNanoseconds: Double
  /// How often, and how long after the dead time, a click repeats itself.
  public var afterpulsing: Afterpulsing
  /// How far a click's edge strays from the photon's arrival; the electronics' jitter comes on top.
  public var jitter: Jitter
  /// Delay of its signal by fibre and cable, in nanoseconds.
  public var delayNanoseconds: Double

  /// A detector from its data sheet values: rates in Hz, times in nanoseconds; nothing is checked.
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
