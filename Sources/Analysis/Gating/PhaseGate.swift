/// A time gate in laser periods after the rising edge, for photons whose delay is known as such (T2).
struct PhaseGate {
  private let low, high: Double
  private let reachesRound: Bool

  /// - Throws: ``AnalysisError`` for a gate without length or one that begins after the next pulse.
  init(_ gate: TimeGate, periodPs: Double) throws(AnalysisError) {
    try gate.check(periodNs: periodPs / 1000)
    low = gate.startNs * 1000 / periodPs
    high = gate.stopNs * 1000 / periodPs
    reachesRound = gate.reachesRound
  }

  /// Whether a delay passes.
  @inline(__always)
  func contains(_ delay: Double) -> Bool {
    reachesRound ? delay >= low || delay < high : delay >= low && delay < high
  }
}
