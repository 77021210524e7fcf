/// The laser: a train of pulses short against every lifetime.
public struct Excitation: Sendable, Hashable {
  /// Wavelength in nanometres; noted in Photon-HDF5 files, while simulation and prediction do not depend on it.
  public var wavelengthNanometers: Double
  /// Pulses per second in Hz; scenarios accept 10 kHz to 84 MHz.
  public var repetitionRateHz: Double

  /// A pulse train; `repetitionRateHz` is above 0.
  public init(wavelengthNanometers: Double, repetitionRateHz: Double) {
    self.wavelengthNanometers = wavelengthNanometers
    self.repetitionRateHz = repetitionRateHz
  }

  /// The time between pulses, in nanoseconds.
  public var periodNanoseconds: Double { 1e9 / repetitionRateHz }
}
