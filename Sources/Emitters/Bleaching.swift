/// Photobleaching: after a time the emitter is dark for good, on the way there its lines may shift.
///
/// The way consists of stages with exponential times of equal mean: one stage gives an exponential survival, many a
/// sharper one (Erlang's law). The shift grows from stage to stage. Nanocrystals in air shift to the blue by 30 to 40 nm and
/// go dark after 2 to 3 minutes (van Sark et al., J. Phys. Chem. B 105, 8281, 2001).
public struct Bleaching: Sendable, Hashable {
  /// The mean time from the start of the recording until the emitter is dark, in seconds.
  public var meanSeconds: Double
  /// The number of stages, at least 1.
  public var stages: Int
  /// The shift of the lines in the last stage, in meV; positive is to the blue.
  public var shiftMillielectronvolts: Double

  /// Bleaching by `stages` stages in `meanSeconds` on average.
  public init(meanSeconds: Double, stages: Int = 1, shiftMillielectronvolts: Double = 0) {
    self.meanSeconds = meanSeconds
    self.stages = stages
    self.shiftMillielectronvolts = shiftMillielectronvolts
  }

  /// The shift in a stage, in meV: none in the first, all of it in the last.
  func shift(inStage stage: Int) -> Double {
    stages > 1 ? shiftMillielectronvolts * Double(stage) / Double(stages - 1) : 0
  }
}
