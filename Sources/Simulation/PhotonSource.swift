import RandomStreams

/// Photons of one emitter that reach a detector; the fast and the reference engine.
protocol PhotonSource: Sendable {
  /// Draws the steps (laser pulses) of some segments; see ``FastEmission``.
  func draw(
    _ segments: [FastEmission.Segment], level: inout Int, stream: inout RandomStream,
    ziggurat: Ziggurat, arrivals: inout ArrivalLists)
  /// An upper bound of the detected photons per step, about: sets the length of blocks.
  var meanPerStepBound: Double { get }
  /// Steps after which a start from the ground level is forgotten.
  var warmUpSteps: Int64 { get }
}
