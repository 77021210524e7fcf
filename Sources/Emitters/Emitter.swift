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
    /// The weights of the states that may follow, one for each state of the emitter; `nil` for the next in the list (after
    /// the last the first).
    public var next: [Double]?

    /// A state; `dwell` must be given when the emitter has more than one.
    public init(name: String, scheme: LevelScheme, dwell: DwellLaw?, next: [Double]? = nil) {
      self.name = name
      self.scheme = scheme
      self.dwell = dwell
      self.next = next
    }
  }

  /// How much light an emitter absorbs.
  public enum Absorption: Sendable, Hashable {
    /// The mean number of photons absorbed per laser pulse, Poisson distributed for equal cross-sections (Ihara and
    /// Kanemitsu, Phys. Rev. B 92, 2015).
    case meanPhotonsPerPulse(Double)
    /// The rate of absorption under continuous excitation, in 1/ns.
    case ratePerNanosecond(Double)
    /// A resonant laser pulse that turns the two levels of the emitter's only way up about each other by an angle (its
    /// area): π excites for sure. The coherence is lost before the next pulse.
    case coherentPulse(areaRadians: Double)

    /// The same in light of another intensity; the field of a pulse goes with its root.
    public func scaled(by intensity: Double) -> Absorption {
      switch self {
      case .meanPhotonsPerPulse(let mean): .meanPhotonsPerPulse(mean * intensity)
      case .ratePerNanosecond(let rate): .ratePerNanosecond(rate * intensity)
      case .coherentPulse(let area): .coherentPulse(areaRadians: area * intensity.squareRoot())
      }
    }
  }

  /// How messages, tables and truth call it, for example "nanocrystal".
  public var name: String
  /// The states. With two states that is blinking.
  public var states: [SlowState]
  /// Traps that come and go, independent of the states and of each other.
  public var centres: [RecombinationCentre] = []
  /// The wandering of the lines; `nil` for none.
  public var spectralDiffusion: SpectralDiffusion?
  /// Photobleaching; `nil` for none.
  public var bleaching: Bleaching?
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
