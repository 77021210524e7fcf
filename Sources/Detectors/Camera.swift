/// A cooled charge-coupled device behind a spectrometer, its rows added up on the chip: one reading per column.
///
/// A reading is the electrons of one exposure (light, dark current, cosmic rays) plus read noise, times the gain, plus the
/// offset, rounded to whole counts and held between 0 and the converter's largest number. The noise of such a reading
/// (the photon transfer curve) is after Janesick, "Photon transfer", SPIE Press 2007, chapter 4.
public struct Camera: Sendable, Hashable {
  /// Cosmic-ray muons and decays in the chip: each leaves its charge in one column.
  public struct CosmicRays: Sendable, Hashable {
    /// Mean number of hits per second of exposure on all columns together.
    public var rateHz: Double
    /// Mean charge of a hit in electrons, exponentially distributed.
    public var meanElectrons: Double

    /// Hits per second on the whole of the sensor, and their mean charge in electrons.
    public init(rateHz: Double, meanElectrons: Double) {
      self.rateHz = rateHz
      self.meanElectrons = meanElectrons
    }
  }
  /// Mean dark current of a column, in electrons per second.
  public var darkElectronsPerSecond: Double
  /// Standard deviation of the read noise of one reading, in electrons.
  public var readNoiseElectrons: Double
  /// Gain: counts (analog-to-digital units) per electron.
  public var countsPerElectron: Double
  /// What is added to each reading, in counts.
  public var offsetCounts: Double
  /// `nil` where they are left out, as if filtered from the data.
  public var cosmicRays: CosmicRays?

  /// The largest number of a 16-bit converter: a reading above it is cut off there.
  public static let largestReading = 65_535

  /// A camera from its data sheet values; nothing is checked.
  public init(
    darkElectronsPerSecond: Double, readNoiseElectrons: Double, countsPerElectron: Double, offsetCounts: Double,
    cosmicRays: CosmicRays? = nil
  ) {
    self.darkElectronsPerSecond = darkElectronsPerSecond
    self.readNoiseElectrons = readNoiseElectrons
    self.countsPerElectron = countsPerElectron
    self.offsetCounts = offsetCounts
    self.cosmicRays = cosmicRays
  }

  /// The variance of the readings' noise that does not depend on the light, in counts squared: read noise, and the 1/12
  /// of rounding to whole counts.
  public var readingVariance: Double {
    let read = countsPerElectron * readNoiseElectrons
    return read * read + 1 / 12.0
  }
}
