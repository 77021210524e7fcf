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
  /// How much light it absorbs.
  public enum Absorption: Sendable, Hashable {
    /// The mean number of photons absorbed per laser pulse, Poisson distributed for equal cross-sections (Ihara and
    /// Kanemitsu, Phys. Rev. B 92, 2015).
    case meanPhotonsPerPulse(Double)
    /// The rate of absorption under continuous excitation, in 1/ns.
    case ratePerNanosecond(Double)
  }
  /// For levels and cross-sections of weight 1.
  public var absorption: Absorption

  /// An emitter of one or more states with the same levels.
  public init(name: String, states: [SlowState], absorption: Absorption) {
    self.name = name
    self.states = states
    self.absorption = absorption
  }

  /// An emitter under pulsed excitation; the mean number of absorbed photons is 0 or more.
  public init(name: String, states: [SlowState], meanAbsorbedPhotonsPerPulse: Double) {
    self.init(name: name, states: states, absorption: .meanPhotonsPerPulse(meanAbsorbedPhotonsPerPulse))
  }
}
