public import Light

/// The levels of an emitter in one slow state (one charge state, say), and what happens between them.
///
/// Level 0 is the ground level of the state: nothing leaves it but by absorption. The levels of all slow states of one
/// emitter correspond by their index, so that an excitation that survives a change of charge keeps its rung.
public struct LevelScheme: Sendable, Hashable {
  /// One way down (or across).
  public struct Transition: Sendable, Hashable {
    /// Index of the level it leaves; never 0, which only light leaves.
    public var from: Int
    /// Index of the level it reaches, another than `from`.
    public var to: Int
    /// Total rate without light, in 1/ns.
    public var ratePerNanosecond: Double
    /// The share of it that gives a photon, 0 to 1: the quantum yield of this transition.
    public var quantumYield: Double
    /// The line of the photon; `nil` for a transition that never radiates.
    public var line: Spectrum?
    /// What light adds to the rate; `nil` for nothing.
    public var lightInduced: LightInduced?

    /// A further, dark rate while light shines: d a/(a + c) at the absorption rate a, as for the de-shelving of the silicon
    /// vacancy (Neu, Agio and Becher, Opt. Express 20, 19956, 2012).
    public struct LightInduced: Sendable, Hashable {
      /// The rate d in the limit of strong light, 1/ns.
      public var limitPerNanosecond: Double
      /// The absorption rate c (for weight 1) at which half of it is reached, 1/ns.
      public var halfAbsorptionPerNanosecond: Double

      /// Both rates in 1/ns; c above 0.
      public init(limitPerNanosecond: Double, halfAbsorptionPerNanosecond: Double) {
        self.limitPerNanosecond = limitPerNanosecond
        self.halfAbsorptionPerNanosecond = halfAbsorptionPerNanosecond
      }
    }

    /// The total rate in light that is absorbed at a rate (for weight 1); both in 1/ns.
    public func ratePerNanosecond(atAbsorptionRate absorption: Double) -> Double {
      guard let lightInduced, absorption > 0 else { return ratePerNanosecond }
      return ratePerNanosecond
        + lightInduced.limitPerNanosecond * absorption / (absorption + lightInduced.halfAbsorptionPerNanosecond)
    }

    /// The rate of photons, 1/ns; light adds to the dark ways only.
    public var photonRatePerNanosecond: Double { line == nil ? 0 : ratePerNanosecond * quantumYield }

    /// A transition between two levels by index; `ratePerNanosecond` is 1/lifetime in 1/ns, the yield 0 to 1.
    public init(
      from: Int, to: Int, ratePerNanosecond: Double, quantumYield: Double, line: Spectrum?,
      lightInduced: LightInduced? = nil
    ) {
      self.from = from
      self.to = to
      self.ratePerNanosecond = ratePerNanosecond
      self.quantumYield = quantumYield
      self.line = line
      self.lightInduced = lightInduced
    }
  }

  /// One way up.
  public struct Absorption: Sendable, Hashable {
    /// The level that absorbs.
    public var from: Int
    /// The level the photon leads to.
    public var to: Int
    /// The absorption cross-section relative to the one that the emitter's mean number (or rate) of absorbed photons is
    /// stated for.
    public var weight: Double

    /// A way up; weights are not negative.
    public init(from: Int, to: Int, weight: Double = 1) {
      self.from = from
      self.to = to
      self.weight = weight
    }
  }

  /// Names, for example ["0", "X", "XX"].
  public var levels: [String]
  /// What leaves the levels without light.
  public var transitions: [Transition]
  /// What light does to the levels.
  public var absorptions: [Absorption]

  /// - Parameter absorptions: a ladder if `nil`: each photon leads one level up, with the same cross-section. Excitons
  ///   beyond the top rung recombine by Auger processes within picoseconds and leave the top rung occupied.
  public init(levels: [String], transitions: [Transition], absorptions: [Absorption]? = nil) {
    self.levels = levels
    self.transitions = transitions
    self.absorptions = absorptions ?? levels.indices.dropLast().map { Absorption(from: $0, to: $0 + 1) }
  }
}
