/// What the detector does to photons that come in its dead time.
public enum DeadTimeKind: String, Sendable, CaseIterable {
  /// They are lost, and that is all: of Poisson light of rate R a share 1/(1 + R t) is counted, at most 1/t.
  case nonParalysable = "non-paralysable"
  /// They are lost, and each begins the dead time anew: a share e^(−R t) is counted.
  case paralysable
}

/// How a detector's efficiency comes back after its dead time, relative to its full value.
public enum EfficiencyRecovery: Sendable, Hashable {
  /// As 1 − e^(−t/τ) with the time t since the end of the dead time; τ in nanoseconds.
  case exponential(timeConstantNanoseconds: Double)
  /// A table against that time: rising times in nanoseconds, values 0 to 1, linear between them; full after the last row.
  case table(nanoseconds: [Double], efficiencies: [Double])
}

/// Twilight counts: a photon in the last moments of the dead time whose avalanche begins when the dead time ends, as the
/// bias is coming back (Straka et al. 2020, J. Lightwave Technol. 38, 4765).
///
/// Under Poisson light of rate R a share 1 − e^(−R p w) of the clicks is followed by another at the end of the dead time.
public struct TwilightCounts: Sendable, Hashable {
  /// How long before the end of the dead time it begins, w, in nanoseconds; at most the dead time.
  public var windowNanoseconds: Double
  /// The probability p that a photon in this window clicks, 0 to 1.
  public var probability: Double

  /// Twilight counts by their window in nanoseconds and the probability within it.
  public init(windowNanoseconds: Double, probability: Double) {
    self.windowNanoseconds = windowNanoseconds
    self.probability = probability
  }
}
