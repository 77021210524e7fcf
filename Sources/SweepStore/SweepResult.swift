/// What is known of one point of a sweep, calculated or measured on its simulated recording.
public struct SweepResult: Sendable, Hashable {
  /// Where the numbers come from.
  public enum Method: String, Sendable, CaseIterable {
    /// Expectation values.
    case predict
    /// A simulated recording, analysed like a recorded one.
    case simulate
  }

  /// g2(0) as measured; `nil` where there is none, such as with a single detector or without coincidences.
  public var g2Zero: Double?
  /// Its standard deviation; `nil` for a prediction.
  public var g2ZeroUncertainty: Double?
  /// g2(0) corrected for background; of a prediction, that of the emitters alone.
  public var g2ZeroCorrected: Double?
  /// Its standard deviation; `nil` for a prediction.
  public var g2ZeroCorrectedUncertainty: Double?
  /// Records per second, all detectors together.
  public var rateHz: Double
  /// Its standard deviation; `nil` for a prediction.
  public var rateHzUncertainty: Double?
  /// The share of records that the emitters caused.
  public var signalFraction: Double
  /// How long a recording takes that tells g2(0) to ± 0.01, in seconds; `nil` where there is no g2(0).
  public var timeNeededSeconds: Double?
  /// How long the simulated recording lasted, in seconds; `nil` for a prediction.
  public var durationSeconds: Double?
  /// Whether the point's photons are those of other points; `nil` for a prediction.
  public var sharesPhotons: Bool?
  /// Why something could not be measured; empty if all could.
  public var note: String

  /// A result; what is not given is not known.
  public init(
    g2Zero: Double? = nil, g2ZeroUncertainty: Double? = nil, g2ZeroCorrected: Double? = nil,
    g2ZeroCorrectedUncertainty: Double? = nil, rateHz: Double, rateHzUncertainty: Double? = nil,
    signalFraction: Double, timeNeededSeconds: Double? = nil, durationSeconds: Double? = nil,
    sharesPhotons: Bool? = nil, note: String = ""
  ) {
    self.g2Zero = g2Zero
    self.g2ZeroUncertainty = g2ZeroUncertainty
    self.g2ZeroCorrected = g2ZeroCorrected
    self.g2ZeroCorrectedUncertainty = g2ZeroCorrectedUncertainty
    self.rateHz = rateHz
    self.rateHzUncertainty = rateHzUncertainty
    self.signalFraction = signalFraction
    self.timeNeededSeconds = timeNeededSeconds
    self.durationSeconds = durationSeconds
    self.sharesPhotons = sharesPhotons
    self.note = note
  }
}
