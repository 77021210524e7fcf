import RandomStreams

/// Photons of one emitter that reach a detector; the fast and the reference engine.
protocol PhotonSource: Sendable {
  /// Draws the steps (laser pulses) `start ..< end`.
  ///
  /// - Parameters:
  ///   - state: the hidden state at the beginning.
  ///   - changes: its changes within these steps.
  ///   - level: the level before the first step; on return the level after the last.
  ///   - arrivals: per detector; photons are appended in order of time.
  ///   - account: where every photon is written down, and its loss; the fast engine has none to write down.
  func draw(
    from start: Int64, to end: Int64, state: Int, changes: [SlowTrajectory.Change], level: inout Int,
    stream: inout RandomStream, ziggurat: Ziggurat, arrivals: inout ArrivalLists,
    account: LossAccount?)
  /// An upper bound of the detected photons per step, about: sets the length of blocks.
  var meanPerStepBound: Double { get }
  /// Steps after which a start from the ground level is forgotten.
  var warmUpSteps: Int64 { get }
}
