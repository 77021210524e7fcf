/// The laser.
public struct Excitation: Sendable, Hashable {
  /// How it shines.
  public enum Mode: Sendable, Hashable {
    /// A train of pulses short against every lifetime, so many per second.
    case pulsed(repetitionRateHz: Double)
    /// Always on.
    case continuous
  }
  /// In nanometres.
  public var wavelengthNanometers: Double
  /// Pulses, or always on.
  public var mode: Mode

  /// A laser of one wavelength (nanometres).
  public init(wavelengthNanometers: Double, mode: Mode) {
    self.wavelengthNanometers = wavelengthNanometers
    self.mode = mode
  }

  /// A pulse train.
  public init(wavelengthNanometers: Double, repetitionRateHz: Double) {
    self.init(wavelengthNanometers: wavelengthNanometers, mode: .pulsed(repetitionRateHz: repetitionRateHz))
  }

  /// Pulses per second; `nil` under continuous excitation.
  public var repetitionRateHz: Double? {
    if case .pulsed(let rate) = mode { rate } else { nil }
  }

  /// The time between pulses, in nanoseconds; `nil` under continuous excitation.
  public var periodNanoseconds: Double? { repetitionRateHz.map { 1e9 / $0 } }
}
