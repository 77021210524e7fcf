public import Light

/// The levels of an emitter in one slow state (one charge state, say), and what happens between them.
///
/// Level 0 is the ground level of the state: nothing leaves it but by excitation. The levels of all slow states of one
/// emitter correspond by their index, so that an excitation that survives a change of charge keeps its rung.
public struct LevelScheme: Sendable, Hashable {
  /// One way down (or across).
  public struct Transition: Sendable, Hashable {
    /// Index of the level it leaves; never 0, which only light leaves.
    public var from: Int
    /// Index of the level it reaches, another than `from`.
    public var to: Int
    /// Total rate, in 1/ns.
    public var ratePerNanosecond: Double
    /// The share of it that gives a photon, 0 to 1: the quantum yield of this transition.
    public var quantumYield: Double
    /// The line of the photon; `nil` for a transition that never radiates.
    public var line: Spectrum?

    /// A transition between two levels by index; `ratePerNanosecond` is 1/lifetime in 1/ns, the yield 0 to 1.
    public init(from: Int, to: Int, ratePerNanosecond: Double, quantumYield: Double, line: Spectrum?) {
      self.from = from
      self.to = to
      self.ratePerNanosecond = ratePerNanosecond
      self.quantumYield = quantumYield
      self.line = line
    }
  }

  /// Names, for example ["0", "X", "XX"].
  public var levels: [String]
  /// Every way down or across; scenarios must let at least one leave each level but the ground level.
  public var transitions: [Transition]

  /// A scheme over `levels`, ground level first, at least two; `transitions` index into them.
  public init(levels: [String], transitions: [Transition]) {
    self.levels = levels
    self.transitions = transitions
  }

  /// The level after one more absorbed photon: one rung up, or the same at the top.
  ///
  /// Excitons beyond the top rung recombine by Auger processes within picoseconds and leave the top rung occupied.
  public func levelAfterAbsorption(from level: Int) -> Int {
    min(level + 1, levels.count - 1)
  }
}
