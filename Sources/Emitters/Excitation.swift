/// The laser: a train of pulses short against every lifetime.
public struct Excitation: Sendable, Hashable {
  public var wavelengthNanometers: Double
  public var repetitionRateHz: Double

  public init(wavelengthNanometers: Double, repetitionRateHz: Double) {
    self.wavelengthNanometers = wavelengthNanometers
    self.repetitionRateHz = repetitionRateHz
  }

  /// The time between pulses, in nanoseconds.
  public var periodNanoseconds: Double { 1e9 / repetitionRateHz }
}
