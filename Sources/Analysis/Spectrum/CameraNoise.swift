/// What a camera's counts scatter by, as its test sheet or a photon transfer curve gives it.
public struct CameraNoise: Sendable, Hashable {
  /// Gain: counts per electron; 1 for counts that are photons.
  public var countsPerElectron: Double
  /// What the counts hold that is not light or dark current, in counts.
  public var offsetCounts: Double
  /// The variance that does not depend on the light, in counts squared: read noise of all readings that were added up.
  public var readingVariance: Double

  /// Noise of a camera; without values that of counted photons.
  public init(countsPerElectron: Double = 1, offsetCounts: Double = 0, readingVariance: Double = 0) {
    self.countsPerElectron = countsPerElectron
    self.offsetCounts = offsetCounts
    self.readingVariance = readingVariance
  }

  /// The variance of counts of this mean: Poisson-distributed electrons and the noise of the reading, never less than
  /// what one electron gives.
  public func variance(ofMean counts: Double) -> Double {
    max(
      countsPerElectron * (counts - offsetCounts) + readingVariance, countsPerElectron * countsPerElectron)
  }
}
