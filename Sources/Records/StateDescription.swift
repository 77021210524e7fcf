/// What the hidden variables of an emitter are in one of its hidden states, each told apart from the others.
public struct StateDescription: Sendable, Hashable, Codable {
  /// All of them in one text, for people; no key, since it rounds.
  public var name: String
  /// The slow state (blinking level, charge), for example "charged".
  public var slowState: String
  /// Of each recombination centre, in order, "1" while it is active and "0" while it is not; empty without any.
  public var centres: String
  /// How far the lines are shifted in photon energy, in meV; positive is to the blue.
  public var shiftMillielectronvolts: Double
  /// Stages of bleaching passed.
  public var bleachingStage: Int
  /// Whether it is dark for good.
  public var isBleached: Bool

  /// A state by its parts; no centres, no shift and no bleaching unless told.
  public init(
    name: String, slowState: String, centres: String = "", shiftMillielectronvolts: Double = 0, bleachingStage: Int = 0,
    isBleached: Bool = false
  ) {
    self.name = name
    self.slowState = slowState
    self.centres = centres
    self.shiftMillielectronvolts = shiftMillielectronvolts
    self.bleachingStage = bleachingStage
    self.isBleached = isBleached
  }
}
