/// What makes a gate the best one.
public enum GateCriterion: Sendable, Hashable {
  /// The lowest g2(0) among the gates that keep at least this share of the signal, above 0 and at most 1; of equal ones the
  /// gate that keeps more.
  case lowestG2(keep: Double)
  /// The highest single-photon purity per root time, (1 − g2(0))/(σ √T): how surely the light is seen to be antibunched
  /// after a given time T of recording, with σ half the width of the 68 % interval.
  case purity
}

/// What to do in ``scanGates(header:options:replay:)``.
public struct GateScanOptions: Sendable {
  /// Channels, period, peaks, centre, laser and background level as for g2; its gate is not used.
  public var correlation: CorrelationOptions
  /// Whether a start and an earlier stop are a gate, which reaches round the end of the period: unless said otherwise where delays
  /// are given.
  public var reachesRound: Bool
  /// The delays at which gates start, in nanoseconds; nil: 0 and twelve per decade from the rise time on.
  public var startsNs: [Double]?
  /// The delays at which gates stop, in nanoseconds; nil: those of the starts, and the end of the period.
  public var stopsNs: [Double]?
  /// What the delays are counted from in T3; T2 always takes the rising edge.
  public var reference: TimeGate.Reference
  /// How the best gate is chosen.
  public var criterion: GateCriterion

  /// Options for one scan, unchecked here.
  public init(
    correlation: CorrelationOptions = CorrelationOptions(), startsNs: [Double]? = nil, stopsNs: [Double]? = nil,
    reachesRound: Bool? = nil, reference: TimeGate.Reference = .risingEdge,
    criterion: GateCriterion = .lowestG2(keep: 0.5)
  ) {
    self.reachesRound = reachesRound ?? (startsNs != nil || stopsNs != nil)
    self.correlation = correlation
    self.startsNs = startsNs
    self.stopsNs = stopsNs
    self.reference = reference
    self.criterion = criterion
  }
}
