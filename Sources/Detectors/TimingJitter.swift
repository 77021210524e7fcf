/// How far a click's edge strays from the photon's arrival: a Gaussian, for a share of the clicks an exponential diffusion
/// tail on top, or a measured response in place of both; and a shift with the time since the last click.
public struct TimingJitter: Sendable, Hashable {
  /// A shift of the edge while the detector recovers: it falls as e^(−t/τ) with the time t since the last click.
  public struct Walk: Sendable, Hashable {
    /// The shift just after a click, in nanoseconds; positive is later.
    public var shiftNanoseconds: Double
    /// Its time constant τ, in nanoseconds.
    public var timeConstantNanoseconds: Double

    /// A walk by its greatest shift and its time constant, in nanoseconds.
    public init(shiftNanoseconds: Double, timeConstantNanoseconds: Double) {
      self.shiftNanoseconds = shiftNanoseconds
      self.timeConstantNanoseconds = timeConstantNanoseconds
    }
  }

  /// Full width at half maximum of the Gaussian, in nanoseconds.
  public var fwhmNanoseconds: Double
  /// Share of the clicks that are delayed by diffusion, 0 to 1.
  public var tailShare: Double
  /// Mean of that delay, in nanoseconds.
  public var tailNanoseconds: Double
  /// A measured response to short pulses, in place of Gaussian and tail; its times are shifts of the edge.
  public var response: TabulatedDensity?
  /// The shift at high rates; `nil` for none.
  public var walk: Walk?

  /// Jitter of a Gaussian FWHM, with a diffusion tail for a share (0 to 1) of the clicks; all zero means none.
  public init(fwhmNanoseconds: Double, tailShare: Double, tailNanoseconds: Double, walk: Walk? = nil) {
    self.fwhmNanoseconds = fwhmNanoseconds
    self.tailShare = tailShare
    self.tailNanoseconds = tailNanoseconds
    self.walk = walk
  }

  /// Jitter as measured.
  public init(response: TabulatedDensity, walk: Walk? = nil) {
    self.init(fwhmNanoseconds: 0, tailShare: 0, tailNanoseconds: 0, walk: walk)
    self.response = response
  }

  /// Standard deviation of the Gaussian, in nanoseconds.
  public var sigmaNanoseconds: Double { fwhmNanoseconds / 2.3548200450309493 }
}
