public import Light

/// Luminescence of everything that is not the emitter: independent, Poisson-distributed photons.
public struct BackgroundComponent: Sendable, Hashable {
  /// One share of the decay after a laser pulse.
  public struct Decay: Sendable, Hashable {
    /// Share of the photons, 0 to 1; the shares sum to 1.
    public var share: Double
    /// How this share decays.
    public var law: Law

    /// How light decays.
    public enum Law: Sendable, Hashable {
      /// e^(−t/lifetime); a lifetime of 0 is prompt light.
      case exponential(lifetimeNanoseconds: Double)
      /// t^(−exponent) between two delays, as trapped carriers recombine (for TiO2: Wang et al., PCCP 12, 7083, 2010).
      case powerLaw(exponent: Double, fromNanoseconds: Double, toNanoseconds: Double)

      /// The delay after which all of the light but e⁻⁴⁰ has come, in nanoseconds.
      public var extentNanoseconds: Double {
        switch self {
        case .exponential(let lifetime): 40 * lifetime
        case .powerLaw(_, _, let end): end
        }
      }
    }

    /// The shares of a component sum to 1.
    public init(share: Double, law: Law) {
      self.share = share
      self.law = law
    }

    /// An exponential share; lifetime in nanoseconds, 0 for prompt light.
    public init(share: Double, lifetimeNanoseconds: Double) {
      self.init(share: share, law: .exponential(lifetimeNanoseconds: lifetimeNanoseconds))
    }
  }
  /// How predictions and truth call it, for example "silver band 617 nm".
  public var name: String
  /// Its emission band, normalised to 1 over wavelength; decides how much passes the filter.
  public var spectrum: Spectrum
  /// Mean number of photons per second that arrive at the first filter.
  public var rateAtFilterHz: Double
  /// The decay after each pulse, a mixture of exponentials and power laws. What does not decay within a period spills into the next.
  public var decays: [Decay]

  /// A component by its rate at the filter, in Hz; `decays` holds at least one share, and all sum to 1.
  public init(name: String, spectrum: Spectrum, rateAtFilterHz: Double, decays: [Decay]) {
    self.name = name
    self.spectrum = spectrum
    self.rateAtFilterHz = rateAtFilterHz
    self.decays = decays
  }
}
