/// A single light source with levels, and slow states between which it switches.
public struct Emitter: Sendable, Hashable {
  /// A state that lasts over many laser pulses: neutral, charged, …
  public struct SlowState: Sendable, Hashable {
    /// How truth and predictions call the state, for example "neutral".
    public var name: String
    /// Levels and transitions while the state lasts; the same levels in every state of one emitter.
    public var scheme: LevelScheme
    /// How long it lasts; `nil` in an emitter with a single state.
    public var dwell: DwellLaw?

    /// A state; `dwell` must be given when the emitter has more than one.
    public init(name: String, scheme: LevelScheme, dwell: DwellLaw?) {
      self.name = name
      self.scheme = scheme
      self.dwell = dwell
    }
  }
  /// How messages, tables and truth call it, for example "nanocrystal".
  public var name: String
  /// The states, visited in turn: 0, 1, …, 0, … With two states that is blinking.
  public var states: [SlowState]
  /// The mean number of photons absorbed per laser pulse, Poisson distributed (Ihara and Kanemitsu, Phys. Rev. B 92,
  /// 2015).
  public var meanAbsorbedPhotonsPerPulse: Double

  /// An emitter of one or more states with the same levels; its absorbed photons per pulse are 0 or more.
  public init(name: String, states: [SlowState], meanAbsorbedPhotonsPerPulse: Double) {
    self.name = name
    self.states = states
    self.meanAbsorbedPhotonsPerPulse = meanAbsorbedPhotonsPerPulse
  }
}
