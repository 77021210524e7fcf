public import Light

/// A detector of single photons: an avalanche diode, a superconducting nanowire, a hybrid photomultiplier.
public struct SinglePhotonDetector: Sendable, Hashable {
  /// How reports and the truth's origins call it, for example "transmitted arm".
  public var name: String
  /// Photon detection efficiency against wavelength.
  public var efficiency: EfficiencyCurve
  /// Mean rate of dark counts in Hz, before dead times; 0 for none. At the start of the recording, if it drifts.
  public var darkCountRateHz: Double
  /// How that rate changes; `nil` if it does not.
  public var darkCountDrift: DarkCountDrift?
  /// Dead time after each click, in nanoseconds.
  public var deadTimeNanoseconds: Double
  /// What photons do that come within it.
  public var deadTimeKind: DeadTimeKind
  /// How efficiency comes back after the dead time; `nil` if at once. It holds for whatever may make it click.
  public var recovery: EfficiencyRecovery?
  /// Photons at the end of the dead time that still make it click; `nil` if none do.
  public var twilight: TwilightCounts?
  /// How often, and how long after, a click repeats itself.
  public var afterpulsing: Afterpulsing
  /// How far a click's edge strays from the photon's arrival; the electronics' jitter comes on top.
  public var jitter: TimingJitter
  /// Delay of its signal by fibre and cable, in nanoseconds.
  public var delayNanoseconds: Double

  /// A detector from its data sheet values: rates in Hz, times in nanoseconds; nothing is checked.
  public init(
    name: String, efficiency: EfficiencyCurve, darkCountRateHz: Double, darkCountDrift: DarkCountDrift? = nil,
    deadTimeNanoseconds: Double, deadTimeKind: DeadTimeKind = .nonParalysable, recovery: EfficiencyRecovery? = nil,
    twilight: TwilightCounts? = nil, afterpulsing: Afterpulsing, jitter: TimingJitter, delayNanoseconds: Double
  ) {
    self.name = name
    self.efficiency = efficiency
    self.darkCountRateHz = darkCountRateHz
    self.darkCountDrift = darkCountDrift
    self.deadTimeNanoseconds = deadTimeNanoseconds
    self.deadTimeKind = deadTimeKind
    self.recovery = recovery
    self.twilight = twilight
    self.afterpulsing = afterpulsing
    self.jitter = jitter
    self.delayNanoseconds = delayNanoseconds
  }

  /// The mean rate of dark counts over a recording of so many seconds, in Hz, before dead times.
  public func meanDarkCountRateHz(seconds: Double) -> Double {
    darkCountDrift?.meanRateHz(initial: darkCountRateHz, seconds: seconds) ?? darkCountRateHz
  }
}
