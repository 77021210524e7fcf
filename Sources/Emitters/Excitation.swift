/// The laser.
public struct Excitation: Sendable, Hashable {
  /// How it shines.
  public enum Mode: Sendable, Hashable {
    /// A train of pulses, so many per second.
    case pulsed(repetitionRateHz: Double)
    /// Always on.
    case continuous
  }

  /// Which pulses of the train are let through, over and over.
  public struct Burst: Sendable, Hashable {
    /// So many pulses pass, at least one,
    public var pulses: Int
    /// out of so many.
    public var outOf: Int

    /// The first `pulses` of every `outOf` pass, counted from the start of the recording.
    public init(pulses: Int, outOf: Int) {
      self.pulses = pulses
      self.outOf = outOf
    }
  }
  /// In nanometres.
  public var wavelengthNanometers: Double
  /// Pulses, or always on.
  public var mode: Mode
  /// The course of each pulse; `nil` where it is short against everything.
  public var pulseShape: PulseShape?
  /// Bursts of pulses; `nil` for a steady train. The sync signal of the laser goes on between bursts.
  public var burst: Burst?

  /// A laser of one wavelength (nanometres).
  public init(wavelengthNanometers: Double, mode: Mode, pulseShape: PulseShape? = nil, burst: Burst? = nil) {
    self.wavelengthNanometers = wavelengthNanometers
    self.mode = mode
    self.pulseShape = pulseShape
    self.burst = burst
  }

  /// A train of short pulses.
  public init(wavelengthNanometers: Double, repetitionRateHz: Double) {
    self.init(wavelengthNanometers: wavelengthNanometers, mode: .pulsed(repetitionRateHz: repetitionRateHz))
  }

  /// Pulses per second; `nil` under continuous excitation.
  public var repetitionRateHz: Double? {
    if case .pulsed(let rate) = mode { rate } else { nil }
  }

  /// The time between pulses, in nanoseconds; `nil` under continuous excitation.
  public var periodNanoseconds: Double? { repetitionRateHz.map { 1e9 / $0 } }

  /// The share of the train's pulses that pass: 1 but for bursts.
  public var pulseShare: Double { burst.map { Double($0.pulses) / Double($0.outOf) } ?? 1 }
}
