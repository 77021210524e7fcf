public import Light

/// Luminescence of everything that is not the emitter: independent, Poisson-distributed photons.
public struct BackgroundComponent: Sendable, Hashable {
  /// One exponential share of the decay after a laser pulse.
  public struct Decay: Sendable, Hashable {
    /// Share of the photons, 0 to 1; the shares sum to 1.
    public var share: Double
    /// Lifetime in nanoseconds; 0 for prompt light.
    public var lifetimeNanoseconds: Double

    /// A decay share; the shares of a component sum to 1.
    public init(share: Double, lifetimeNanoseconds: Double) {
      self.share = share
      self.lifetimeNanoseconds = lifetimeNanoseconds
    }
  }
  /// How predictions and truth call it, for example "silver band 617 nm".
  public var name: String
  /// Its emission band, normalised to 1 over wavelength; decides how much passes the filter.
  public var spectrum: Spectrum
  /// Mean number of photons per second that arrive at the first filter.
  public var rateAtFilterHz: Double
  /// The decay after each pulse, an exponential mixture. What does not decay within a period spills into the next.
  public var decays: [Decay]

  /// A component by its rate at the filter, in Hz; `decays` holds at least one share, and all sum to 1.
  public init(name: String, spectrum: Spectrum, rateAtFilterHz: Double, decays: [Decay]) {
    self.name = name
    self.spectrum = spectrum
    self.rateAtFilterHz = rateAtFilterHz
    self.decays = decays
  }
}
