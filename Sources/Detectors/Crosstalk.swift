public import Light

/// Crosstalk by breakdown flashes: an avalanche shines, and its light finds its way to the other detectors (Kurtsiefer et
/// al. 2001, J. Mod. Opt. 48, 2039).
public struct Crosstalk: Sendable, Hashable {
  /// How strong it is.
  public enum Strength: Sendable, Hashable {
    /// The probability that a click of one detector makes a ready other one click, 0 to below 1, the same for each.
    case probability(Double)
    /// What is known of the flash: it leaves the detector through its arm, is thrown back in front of the first
    /// beamsplitter, and meets the other arm and the other detector's efficiency.
    case flash(Flash)
  }

  /// The light of one avalanche.
  public struct Flash: Sendable, Hashable {
    /// The mean number of photons that one avalanche sends back into its arm.
    public var photons: Double
    /// Their spectrum.
    public var spectrum: Spectrum
    /// The share that is thrown back in front of the first beamsplitter, 0 to 1, against wavelength.
    public var reflection: Transmission

    /// A flash by its mean number of photons, their spectrum, and the share thrown back.
    public init(photons: Double, spectrum: Spectrum, reflection: Transmission) {
      self.photons = photons
      self.spectrum = spectrum
      self.reflection = reflection
    }
  }

  /// How strong it is.
  public var strength: Strength
  /// How long light takes from one detector to another, in nanoseconds.
  public var delayNanoseconds: Double

  /// Crosstalk by its strength and the delay of its path in nanoseconds.
  public init(strength: Strength, delayNanoseconds: Double) {
    self.strength = strength
    self.delayNanoseconds = delayNanoseconds
  }
}
