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
  /// Where a component's rate is stated.
  public enum Place: Sendable, Hashable {
    /// At the first filter: losses up to there are in the rate.
    case filter
    /// At the sample, as emitted: this share of it is collected, against wavelength, and then passes what the emitters'
    /// light passes.
    case sample(coupling: Transmission)
  }
  /// Mean number of photons per second, at the place it is stated for.
  public var rateHz: Double
  /// Where ``rateHz`` is stated.
  public var place: Place
  /// The decay after each pulse, a mixture of exponentials and power laws. What does not decay within a period spills into the next.
  public var decays: [Decay]
  /// Whether it is light of the laser itself. Its rate is then that of all the laser's photons, of which only the share that
  /// its coupling scatters into the path belongs to the bench.
  public var isLaserLeak = false

  /// A component by its rate in Hz at some place; `decays` holds at least one share, and all sum to 1.
  public init(name: String, spectrum: Spectrum, rateHz: Double, at place: Place, decays: [Decay]) {
    self.name = name
    self.spectrum = spectrum
    self.rateHz = rateHz
    self.place = place
    self.decays = decays
  }

  /// A component by its rate at the filter, in Hz.
  public init(name: String, spectrum: Spectrum, rateAtFilterHz: Double, decays: [Decay]) {
    self.init(name: name, spectrum: spectrum, rateHz: rateAtFilterHz, at: .filter, decays: decays)
  }
}
