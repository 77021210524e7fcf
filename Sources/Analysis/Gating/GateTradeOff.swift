/// A gate with what speaks for it and against it, measured or predicted.
public protocol GateTradeOff {
  /// The centre peak over the mean of the side peaks.
  var g2Zero: Double { get }
  /// The share of the signal inside the gate.
  var signalKept: Double { get }
  /// (1 − g2(0))/(σ √T) in 1/√s.
  var purityPerRootSecond: Double { get }
  /// Whether no other gate keeps more signal at a g2(0) as low, or has a lower g2(0) at as much signal.
  var isOnFront: Bool { get set }
}

extension GateScanResult.Gate: GateTradeOff {}

extension GateCriterion {
  /// In words, as reports tell it.
  public var sentence: String {
    switch self {
    case .lowestG2(let keep): "lowest g2(0) among gates that keep at least \(keep) of the signal"
    case .purity: "highest single-photon purity per root time, (1 - g2(0))/(sigma sqrt(T))"
    }
  }

  /// The gate that meets the criterion best; `nil` if none keeps enough.
  public func best<Gate: GateTradeOff>(of gates: [Gate]) -> Gate? {
    switch self {
    case .lowestG2(let keep):
      gates.filter { $0.signalKept >= keep }.min { ($0.g2Zero, -$0.signalKept) < ($1.g2Zero, -$1.signalKept) }
    case .purity: gates.max { $0.purityPerRootSecond < $1.purityPerRootSecond }
    }
  }
}

/// Marks the gates that no other beats in both signal kept and g2(0) (Pareto's front).
public func markFront<Gate: GateTradeOff>(_ gates: inout [Gate]) {
  let order = gates.indices.sorted {
    (-gates[$0].signalKept, gates[$0].g2Zero) < (-gates[$1].signalKept, gates[$1].g2Zero)
  }
  var lowest = Double.infinity
  for i in order where gates[i].g2Zero < lowest {
    gates[i].isOnFront = true
    lowest = gates[i].g2Zero
  }
}
