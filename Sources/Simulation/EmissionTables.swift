import Bench
import Emitters
import Light
import RandomStreams

/// Everything the fast engine needs to know of one emitter on one bench, as flat tables.
///
/// Time runs in steps: laser pulses, or short stretches of continuous excitation. Within a step the emitter is a
/// continuous-time Markov chain. Two ways lead from one detected photon to the next, both exact:
///
/// **Skipping** (pulses). A step that begins in level r is *uninteresting* if none of its photons will be detected and
/// it ends in level r again. Their number is geometric: drawn in one go. The step after them is drawn from its
/// conditional law: either a detection is still to come from the level that the pulse leads to (case A), or none is and
/// the next pulse finds another level (case B). In case A the chain's jumps are reweighted by the chance of a detection
/// after them (Doob's h-transform); the times spent in the levels keep their law, because whether a photon is detected
/// depends on the jumps alone. The conditioning looks at the endless chain without further pulses; the next pulse simply
/// cuts the drawn path, which is exact because what the path would have done after the cut was drawn and is thrown away.
///
/// **Dark runs** (``DarkRun``). Where case B is common (80 MHz and 20 ns, shelving, continuous excitation) or the pulse takes
/// time (``PulseWindow``), the number of steps without a detection is drawn at once whatever the levels do meanwhile, and
/// then the step of the detection.
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
    /// The level after a pulse that finds the emitter here, given a detection before the next pulse.
    var afterPulseDetected: Law
    /// Steps from this level until the next interesting one, where these are rare; `nil` where `interesting` counts them.
    var skip: GeometricLaw?
    /// The next interesting step, as an index into ``starts``.
    var interesting: Law
  }
  /// How an interesting step begins.
  struct Start: Sendable {
    /// Case A: mean time in the level that the pulse leads to, in `FineTime` units. Case B: 0.
    var meanTime: Double
    /// Case A: the first jump from there, packed, given that a detection is still to come.
    var jump: UInt32
    /// Case A: that level. Case B: the level at the end of the step.
    var level: UInt16
    /// Uninteresting steps before this one.
    var skipped: UInt16
  }
  struct State: Sendable {
    /// Index of the state's level 0 in `levels`.
    var firstLevel: Int
    /// Dark runs, where they are drawn instead of skipping.
    var darkRun: DarkRun?
    /// Continuous excitation only.
    var firstDetection: FirstDetection?
    /// Pulses that take time only.
    var window: PulseWindow?
    /// An upper bound of the mean number of detected photons per step.
    var meanBound: Double
  }
  /// A packed outcome: bits 0–7 the next level, bits 8–15 the detector plus one (0: not detected), bits 16–31 the origin.
  static func pack(level: Int, detector: Int = -1, origin: Int = 0) -> UInt32 {
    UInt32(level) | UInt32(detector + 1) << 8 | UInt32(origin) << 16
  }

  private(set) var cells: [Cell] = []
  private(set) var starts: [Start] = []
  private(set) var levels: [Level] = []
  private(set) var states: [State] = []
  /// What happens in a step, per entry of ``states``.
  private(set) var phases: [StepPhases] = []
  /// Per hidden state of the emitter, its entry of ``states``: hidden states with equal schemes share one.
  let table: [Int]
  /// Levels of the largest scheme.
  private(set) var levelCount = 0
  /// Steps after which a start from the ground level is forgotten.
  let warmUpSteps: Int64

  /// - Parameters:
  ///   - emitter: its levels and states.
  ///   - shape: the laser pulse; `nil` where it is short against everything.
  ///   - detection: the probability per detector that an emitted photon of a line is detected.
  ///   - origin: the origin numbers of a slow state's transitions, asked for once per distinct level scheme.
  ///   - step: a laser period, or a short stretch of continuous excitation, in `FineTime` units.
  init(
    emitter: Emitter, shape: PulseShape?, detection: (Spectrum) -> [Double],
    origin: (_ state: Int, LevelScheme) -> [Int], step: Double
  ) {
    warmUpSteps = warmUp(of: emitter, step: step)
    struct Key: Hashable {
      var base: Int
      var scheme: LevelScheme
    }
    var known: [Key: Int] = [:]
    var lines: [Spectrum: [Double]] = [:]
    var distinct: [StepPhases] = []
    table = emitter.hiddenStates.map { state in
      let key = Key(base: state.base, scheme: state.scheme)
      if let index = known[key] { return index }
      known[key] = distinct.count
      let probabilities = state.scheme.transitions.map { transition -> [Double] in
        guard let line = transition.line else { return [] }
        if let known = lines[line] { return known }
        lines[line] = detection(line)
        return lines[line]!
      }
      distinct.append(
        StepPhases(
          state.scheme, absorption: emitter.absorption, shape: shape, step: step, detection: probabilities,
          origin: origin(state.base, state.scheme)))
      return distinct.count - 1
    }
    phases = distinct
    for phases in distinct {
      levelCount = max(levelCount, phases.rest.jumps.levels)
      if case .ratePerNanosecond = emitter.absorption {
        addContinuous(phases.rest.jumps, step: step)
      } else {
        addPulsed(phases, period: step)
      }
    }
  }

  private mutating func addContinuous(_ list: JumpList, step: Double) {
    let n = list.levels
    let firstLevel = levels.count
    for level in 0..<n {
      let leaving = list.jumps.filter { $0.from == level }
      let none = Law(offset: 0, count: 0)
      levels.append(
        Level(
          meanTime: list.exitRate[level] > 0 ? 1 / list.exitRate[level] : .infinity, conditioned: none,
          free: law(leaving.map(\.rate), leaving.map(Self.outcome)), afterPulseDetected: none,
          skip: GeometricLaw(success: 0), interesting: none))
    }
    let dark = list.darkGenerator.exponential(times: step)
    states.append(
      State(
        firstLevel: firstLevel, darkRun: DarkRun(step: dark, canDetect: list.detectionRate.contains { $0 > 0 }),
        firstDetection: FirstDetection(list, step: step), window: nil,
        meanBound: (list.detectionRate.max() ?? 0) * step))
  }

  private static func outcome(_ jump: JumpList.Jump) -> UInt32 {
    pack(level: jump.to, detector: jump.detector, origin: jump.origin)
  }

  private mutating func addPulsed(_ phases: StepPhases, period: Double) {
    let list = phases.rest.jumps
    let rest = phases.rest.length
    let n = list.levels
    // h: probability of at least one detection from a level down, h_i = Σ p(detected) + Σ p(not detected) h_next.
    var system = SmallMatrix.identity(n)
    var detectedNow = [Double](repeating: 0, count: n)
    for jump in list.jumps {
      let p = jump.rate / list.exitRate[jump.from]
      if jump.detector >= 0 { detectedNow[jump.from] += p } else { system[jump.from, jump.to] -= p }
    }
    let h = system.solve(detectedNow)
    // The chain conditioned on no detection has the same level times, and jumps weighted with (1 − h_next)/(1 − h).
    var quiet = SmallMatrix(size: n)
    for level in 0..<n { quiet[level, level] = -list.exitRate[level] }
    for jump in list.jumps where jump.detector < 0 && h[jump.from] < 1 {
      quiet[jump.from, jump.to] += jump.rate * (1 - h[jump.to]) / (1 - h[jump.from])
    }
    let silent = quiet.exponential(times: rest)
    // No detection before the next pulse, whatever the endless chain would do.
    let dark = list.darkGenerator.exponential(times: rest)
    let detectedInRest = (0..<n).map { i in max(0, 1 - (0..<n).reduce(0) { $0 + dark[i, $1] }) }
    let window = phases.lit.isEmpty ? nil : PulseWindow(phases, detectionAfter: detectedInRest)
    let pulse = window?.dark ?? phases.pulse!
    let darkStep = pulse * dark

    let firstLevel = levels.count
    var sumA = 0.0
    var sumB = 0.0
    for level in 0..<n {
      let leaving = list.jumps.filter { $0.from == level }
      let start = (0..<n).map { max(0, pulse[level, $0]) }
      let caseA = zip(start, h).map { $0 * $1 }
      var caseB = [Double](repeating: 0, count: n)
      for i in 0..<n {
        for j in 0..<n where j != level { caseB[j] += start[i] * max(0, 1 - h[i]) * max(0, silent[i, j]) }
      }
      if level == 0 {
        sumA = caseA.reduce(0, +)
        sumB = caseB.reduce(0, +)
      }
      let (skip, interesting) = interesting(list, h, from: level, caseA: caseA, caseB: caseB)
      levels.append(
        Level(
          meanTime: list.exitRate[level] > 0 ? 1 / list.exitRate[level] : .infinity,
          conditioned: law(
            leaving.map { $0.rate * ($0.detector >= 0 ? 1 : h[$0.to]) }, leaving.map(Self.outcome)),
          free: law(leaving.map(\.rate), leaving.map(Self.outcome)),
          afterPulseDetected: law(
            zip(start, detectedInRest).map { $0 * $1 }, (0..<n).map { Self.pack(level: $0) }),
          skip: skip, interesting: interesting))
    }
    states.append(
      State(
        // A dark run costs about as much as half a dozen skips.
        firstLevel: firstLevel,
        darkRun: window != nil || sumB > 3 * sumA ? DarkRun(step: darkStep, canDetect: h.contains { $0 > 0 }) : nil,
        firstDetection: nil, window: window, meanBound: min(1, sumA + sumB)))
  }

  /// The joint law of case, level and first jump of the next interesting step: one draw decides them all.
  ///
  /// Where interesting steps are frequent, the draw decides also how many uninteresting ones come before, or that it is
  /// the largest number in the table and one more draw is needed: geometric waits have no memory.
  private mutating func interesting(
    _ list: JumpList, _ h: [Double], from before: Int, caseA: [Double], caseB: [Double]
  ) -> (skip: GeometricLaw?, law: Law) {
    var single: [(weight: Double, start: Start)] = []
    for level in caseA.indices where caseA[level] > 0 {
      let leaving = list.jumps.filter { $0.from == level }
      let odds = leaving.map { $0.rate * ($0.detector >= 0 ? 1 : h[$0.to]) }
      let total = odds.reduce(0, +)
      for (jump, odd) in zip(leaving, odds) where odd > 0 {
        single.append(
          (
            caseA[level] * odd / total,
            Start(meanTime: 1 / list.exitRate[level], jump: Self.outcome(jump), level: UInt16(level), skipped: 0)
          ))
      }
    }
    for level in caseB.indices where caseB[level] > 0 {
      single.append((caseB[level], Start(meanTime: 0, jump: 0, level: UInt16(level), skipped: 0)))
    }
    let success = single.reduce(0) { $0 + $1.weight }
    let first = starts.count
    // Emitters with many hidden states make do with shorter tables.
    let longest = max(1, min(64, 1_024 / max(1, single.count), 4_096 / phases.count))
    var weights = single.map(\.weight)
    starts += single.map(\.start)
    let isFrequent = success * Double(longest) > 0.7
    if isFrequent {
      var left = max(0, 1 - success)
      for skipped in 1..<longest {
        weights += single.map { left * $0.weight }
        starts += single.map {
          Start(meanTime: $0.start.meanTime, jump: $0.start.jump, level: $0.start.level, skipped: UInt16(skipped))
        }
        left *= max(0, 1 - success)
      }
      weights.append(max(0, left))
      starts.append(Start(meanTime: 0, jump: 0, level: UInt16(before), skipped: UInt16(longest - 1)))
    }
    return (
      isFrequent ? nil : GeometricLaw(success: success), law(weights, weights.indices.map { UInt32(first + $0) })
    )
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
