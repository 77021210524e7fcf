import Emitters

/// The jumps of one slow state as the engines count them: rates per `FineTime` unit, photons split by where they end.
struct JumpList: Sendable {
  struct Jump: Sendable {
    var from, to: Int
    var rate: Double
    /// The detector that clicks; −1 if none does.
    var detector: Int
    var origin: Int
  }
  let levels: Int
  let jumps: [Jump]
  /// Rate of leaving each level.
  let exitRate: [Double]

  /// - Parameters:
  ///   - detection: per transition and detector, the probability that an emitted photon is detected.
  ///   - origin: per transition.
  ///   - absorption: the rate of absorption per `FineTime` unit while light shines; 0 in the dark.
  init(_ scheme: LevelScheme, detection: [[Double]], origin: [Int], absorption: Double) {
    var jumps: [Jump] = []
    for (k, transition) in scheme.transitions.enumerated() {
      let rate = transition.ratePerNanosecond / FineTime.perNanosecond
      var undetected = 1.0
      for (d, probability) in detection[k].enumerated() {
        let share = transition.quantumYield * probability
        undetected -= share
        jumps.append(
          Jump(from: transition.from, to: transition.to, rate: rate * share, detector: d, origin: origin[k]))
      }
      let light = transition.ratePerNanosecond(atAbsorptionRate: absorption * FineTime.perNanosecond)
      jumps.append(
        Jump(
          from: transition.from, to: transition.to,
          rate: rate * undetected + (light / FineTime.perNanosecond - rate), detector: -1, origin: origin[k]))
    }
    for way in scheme.absorptions {
      jumps.append(Jump(from: way.from, to: way.to, rate: absorption * way.weight, detector: -1, origin: 0))
    }
    jumps.removeAll { $0.rate <= 0 }
    self.jumps = jumps
    levels = scheme.levels.count
    exitRate = (0..<scheme.levels.count).map { level in jumps.reduce(0) { $1.from == level ? $0 + $1.rate : $0 } }
  }

  /// The generator of the chain while nothing is detected: detected jumps leave but do not arrive.
  var darkGenerator: SmallMatrix {
    var q = SmallMatrix(size: levels)
    for level in 0..<levels { q[level, level] = -exitRate[level] }
    for jump in jumps where jump.detector < 0 { q[jump.from, jump.to] += jump.rate }
    return q
  }

  /// Rate of detection in each level.
  var detectionRate: [Double] {
    (0..<levels).map { level in jumps.reduce(0) { $1.from == level && $1.detector >= 0 ? $0 + $1.rate : $0 } }
  }
}

extension LevelScheme {
  /// Where a laser pulse leads from each level: absorption as a Markov process whose "time" is the mean number of
  /// photons for a cross-section of weight 1. With equal weights that is the Poisson law.
  func pulseMatrix(meanAbsorbed: Double) -> SmallMatrix {
    var g = SmallMatrix(size: levels.count)
    for way in absorptions {
      g[way.from, way.from] -= way.weight
      g[way.from, way.to] += way.weight
    }
    return g.exponential(times: meanAbsorbed)
  }
}
