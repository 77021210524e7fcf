import Bench
import Emitters
import RandomStreams

/// Everything the fast engine needs to know of one emitter on one bench, as flat tables.
///
/// The idea. Between two pulses the emitter is a continuous-time Markov chain that runs down to the ground level. Call a
/// pulse *interesting* if at least one of its photons would be detected (case A) or if something is left excited when
/// the next pulse comes although nothing was detected (case B). From the ground level the number of uninteresting pulses
/// before an interesting one is geometric: drawn in one go. Then the interesting pulse is drawn from its conditional
/// law. In case A that is the same chain with reweighted jumps (Doob's h-transform: each jump's probability is multiplied
/// by the chance of a detection after it); the times spent in the levels keep their law, because whether a photon is
/// detected depends on the jumps alone. In case B only the level that is left over matters.
///
/// The conditioning looks at the endless chain; the next pulse simply cuts the drawn path at the period's end, which is
/// exact because what the path would have done after the cut was drawn and is thrown away.
struct EmissionTables: Sendable {
  /// One column of an alias table (Vose 1991) whose two outcomes are packed values.
  struct Cell: Sendable {
    var threshold: UInt64
    var first: UInt32
    var second: UInt32
  }
  /// A law: a run of cells.
  struct Law: Sendable {
    var offset: Int
    var count: UInt64
  }
  struct Level: Sendable {
    /// Mean time in the level in `FineTime` units; infinite for levels nothing leaves.
    var meanTime: Double
    /// Jumps, given that a detection is still to come.
    var conditioned: Law
    /// Jumps without condition.
    var free: Law
    /// The level after a pulse that finds the emitter here.
    var afterPulse: Law
  }
  struct State: Sendable {
    /// Pulses until the next interesting one, from the ground level.
    var skip: GeometricLaw
    /// What the interesting pulse is: the level it excites (case A), or the level left over at its end (case B).
    var interesting: Law
    /// Index of the state's level 0 in `levels`.
    var firstLevel: Int
    /// Probability that a pulse from the ground level is interesting.
    var interestingProbability: Double
  }
  /// A packed outcome: bits 0–7 the next level, bits 8–15 the detector plus one (0: not detected) or, for
  /// `interesting`, 1 in case B; bits 16–31 the origin.
  static func pack(level: Int, detector: Int = -1, origin: Int = 0) -> UInt32 {
    UInt32(level) | UInt32(detector + 1) << 8 | UInt32(origin) << 16
  }

  private(set) var cells: [Cell] = []
  private(set) var levels: [Level] = []
  private(set) var states: [State] = []
  /// Pulses after which a start from the ground level is forgotten.
  let warmUpPulses: Int64

  /// - Parameters:
  ///   - emitter: its levels and states.
  ///   - detection: for each state and transition the probability per detector that an emitted photon is detected.
  ///   - origin: the origin number of each state's transitions.
  ///   - period: the laser period in `FineTime` units.
  init(emitter: Emitter, detection: [[[Double]]], origin: [[Int]], period: Double) {
    warmUpPulses = warmUp(of: emitter, period: period)
    for (s, state) in emitter.states.enumerated() {
      addState(
        state.scheme, absorbed: emitter.meanAbsorbedPhotonsPerPulse, detection: detection[s], origin: origin[s],
        period: period)
    }
  }

  private mutating func addState(
    _ scheme: LevelScheme, absorbed: Double, detection: [[Double]], origin: [Int], period: Double
  ) {
    struct Jump {
      var from, to: Int
      var rate: Double  // per FineTime unit
      var outcome: UInt32
      var detected: Bool
    }
    let n = scheme.levels.count
    var jumps: [Jump] = []
    for (k, transition) in scheme.transitions.enumerated() {
      let rate = transition.ratePerNanosecond / FineTime.perNanosecond
      var undetected = 1.0
      for (d, probability) in detection[k].enumerated() {
        let share = transition.quantumYield * probability
        undetected -= share
        jumps.append(
          Jump(
            from: transition.from, to: transition.to, rate: rate * share,
            outcome: Self.pack(level: transition.to, detector: d, origin: origin[k]), detected: true))
      }
      jumps.append(
        Jump(
          from: transition.from, to: transition.to, rate: rate * undetected,
          outcome: Self.pack(level: transition.to), detected: false))
    }
    jumps.removeAll { $0.rate <= 0 }
    let exitRate = (0..<n).map { level in jumps.reduce(0) { $1.from == level ? $0 + $1.rate : $0 } }

    // h: probability of at least one detection from a level down, h_i = Σ p(detected) + Σ p(not detected) h_next.
    var system = SmallMatrix.identity(n)
    var detectedNow = [Double](repeating: 0, count: n)
    for jump in jumps {
      let p = jump.rate / exitRate[jump.from]
      if jump.detected { detectedNow[jump.from] += p } else { system[jump.from, jump.to] -= p }
    }
    let h = system.solve(detectedNow)

    let firstLevel = levels.count
    for level in 0..<n {
      let leaving = jumps.filter { $0.from == level }
      let conditionedWeights = leaving.map { $0.rate * ($0.detected ? 1 : h[$0.to]) }
      let afterPulse = levelsAfterPulse(from: level, scheme: scheme, absorbed: absorbed)
      levels.append(
        Level(
          meanTime: exitRate[level] > 0 ? 1 / exitRate[level] : .infinity,
          conditioned: law(conditionedWeights, leaving.map(\.outcome)),
          free: law(leaving.map(\.rate), leaving.map(\.outcome)),
          afterPulse: law(afterPulse, (0..<n).map { Self.pack(level: $0) })))
    }

    let start = levelsAfterPulse(from: 0, scheme: scheme, absorbed: absorbed)
    let caseA = zip(start, h).map { $0 * $1 }
    // Case B: never detected, and not yet in the ground level when the next pulse comes. The chain conditioned on no
    // detection has the same level times and jumps weighted with (1 − h_next)/(1 − h).
    var quiet = SmallMatrix(size: n)
    for level in 0..<n where exitRate[level] > 0 { quiet[level, level] = -exitRate[level] }
    for jump in jumps where !jump.detected && h[jump.from] < 1 {
      quiet[jump.from, jump.to] += jump.rate * (1 - h[jump.to]) / (1 - h[jump.from])
    }
    let propagator = quiet.exponential(times: period)
    var caseB = [Double](repeating: 0, count: n)
    for i in 0..<n {
      for j in 1..<n { caseB[j] += start[i] * (1 - h[i]) * propagator[i, j] }
    }
    let probability = (caseA + caseB).reduce(0, +)
    states.append(
      State(
        skip: GeometricLaw(success: probability),
        interesting: law(
          caseA + caseB,
          (0..<n).map { Self.pack(level: $0) } + (0..<n).map { Self.pack(level: $0, detector: 0) }),
        firstLevel: firstLevel, interestingProbability: probability))
  }

  /// The distribution of the level after a pulse: as many rungs up as photons absorbed, Poisson distributed.
  private func levelsAfterPulse(from level: Int, scheme: LevelScheme, absorbed: Double) -> [Double] {
    var result = [Double](repeating: 0, count: scheme.levels.count)
    var here = level
    var probability = PortableMath.exp(-absorbed)
    var left = 1.0
    var photons = 0.0
    while true {
      let above = scheme.levelAfterAbsorption(from: here)
      if above == here {
        result[here] += left
        return result
      }
      result[here] += probability
      left -= probability
      photons += 1
      probability *= absorbed / photons
      here = above
    }
  }

  /// Adds an alias table for some outcomes.
  private mutating func law(_ weights: [Double], _ outcomes: [UInt32]) -> Law {
    guard weights.contains(where: { $0 > 0 }) else { return Law(offset: 0, count: 0) }
    let discrete = DiscreteLaw(weights: weights)
    let offset = cells.count
    for (i, outcome) in outcomes.enumerated() {
      cells.append(
        Cell(threshold: discrete.threshold(i), first: outcome, second: outcomes[discrete.alias(i)]))
    }
    return Law(offset: offset, count: UInt64(outcomes.count))
  }
}
