public import Bench
import Detectors
import Emitters
import RandomStreams
public import TimeTags

/// Draws the time tags that a bench records.
///
/// Simulated time is cut into blocks whose length follows from the bench alone. Every block of every source has its own
/// random stream, addressed by (seed, purpose, source, block); detectors and electronics are one causal pass. So the
/// records depend on the bench and the seed, and not on the number of threads or on how many blocks are worked on at
/// once. Memory is bounded by the blocks in work.
public struct Simulator: Sendable {
  /// How photons are drawn.
  public enum Engine: String, Sendable, CaseIterable {
    /// Skips from one detected photon to the next.
    case fast
    /// Steps every pulse, every absorbed photon and every emitted photon.
    case reference
  }

  /// What is simulated.
  public let bench: Bench
  /// The run's seed; with the bench and the engine it determines every record.
  public let seed: UInt64
  /// How photons are drawn: one by one as detected, or step by step as a check.
  public let engine: Engine
  /// What the origin numbers of the records mean.
  public var origins: OriginTable { originNumbers.table }
  /// Names of the hidden states, per emitter.
  public var stateNames: [[String]] { hiddenStates.map { $0.map(\.name) } }

  let originNumbers: Origins
  let clock: PulseClock
  /// Per emitter.
  private let hiddenStates: [[HiddenState]]
  private let sources: [any PhotonSource]
  private let backgrounds: [(detector: Int, source: BackgroundSource)]
  /// Laser pulses per second, or steps of continuous excitation.
  private let stepsPerSecond: Double
  private let stepsPerBlock: Int64
  private let totalSteps: Int64

  /// Prepares the tables of every source; nothing is drawn before ``run(threads:blocksPerBatch:withTruth:take:)``.
  ///
  /// - Parameters:
  ///   - bench: what to simulate.
  ///   - seed: the run's seed; equal seeds give equal records.
  ///   - engine: `fast` unless you want to check it.
  public init(bench: Bench, seed: UInt64, engine: Engine = .fast) {
    self.bench = bench
    self.seed = seed
    self.engine = engine
    let origins = Origins(bench: bench)
    originNumbers = origins
    let stepsPerSecond = bench.excitation.repetitionRateHz ?? Self.stepsPerSecond(continuous: bench)
    self.stepsPerSecond = stepsPerSecond
    let clock = PulseClock(stepsPerSecond: stepsPerSecond)
    self.clock = clock

    let hiddenStates = bench.emitters.map(\.hiddenStates)
    self.hiddenStates = hiddenStates
    sources = bench.emitters.enumerated().map { e, emitter in
      switch engine {
      case .fast:
        return FastEmission(
          tables: EmissionTables(
            emitter: emitter, shape: bench.excitation.pulseShape, detection: bench.detectionProbabilities(ofEmitted:),
            origin: origins.emission[e], step: clock.periodFineTime),
          clock: clock, burst: bench.excitation.burst)
      case .reference:
        return ReferenceEmission(
          bench: bench, emitter: emitter, hiddenStates: hiddenStates[e], origin: origins.emission[e], clock: clock)
      }
    }
    var backgrounds: [(detector: Int, source: BackgroundSource)] = []
    var meanPerStep = sources.reduce(0) { $0 + $1.meanPerStepBound }
    for (c, component) in bench.background.enumerated() {
      for (d, share) in bench.detectionShares(of: component.spectrum).enumerated() {
        let mean = component.rateAtFilterHz * share / stepsPerSecond
        meanPerStep += mean
        backgrounds.append(
          (
            d,
            BackgroundSource(
              meanPerStep: mean, decays: bench.excitation.repetitionRateHz == nil ? nil : component.decays,
              shape: bench.excitation.pulseShape, burst: bench.excitation.burst,
              origin: UInt16(origins.background[c]),
              entity: UInt32(c * bench.detectors.count + d))
          ))
      }
    }
    self.backgrounds = backgrounds
    // About four thousand photons (they stay in a processor's cache), at most two seconds.
    let wanted = min(4_096 / max(meanPerStep, 1e-12), 2 * stepsPerSecond)
    stepsPerBlock = max(64, Int64(wanted))
    totalSteps = Int64((bench.durationSeconds * stepsPerSecond).rounded(.up))
  }

  /// Steps of continuous excitation: short against the fastest level of all emitters (see ``FirstDetection``).
  private static func stepsPerSecond(continuous bench: Bench) -> Double {
    var fastest = 1e-3  // 1/ns
    for emitter in bench.emitters {
      guard case .ratePerNanosecond(let absorption) = emitter.absorption else { continue }
      for state in emitter.hiddenStates {
        for level in state.scheme.levels.indices {
          let down = state.scheme.transitions.reduce(0) {
            $1.from == level ? $0 + $1.ratePerNanosecond(atAbsorptionRate: absorption) : $0
          }
          let up = state.scheme.absorptions.reduce(0) { $1.from == level ? $0 + $1.weight : $0 } * absorption
          fastest = max(fastest, down + up)
        }
      }
    }
    return 4 * fastest * 1e9
  }

  /// What a batch of simulated time holds.
  public struct Batch {
    /// Records in order of time.
    public var tags: [TimeTag] = []
    /// The cause of each record; empty if the run leaves truth out.
    public var truths: [RecordTruth] = []
    /// Changes of hidden states that begin in this batch's blocks, the initial states first of all.
    public var stateChanges: [StateChange] = []
    /// How far the recording is complete, 0 to 1.
    public var fraction = 0.0
    /// The simulated time up to which it is complete, in seconds.
    public var secondsDone = 0.0
  }

  /// What was lost on the way, by cause.
  public struct Losses: Sendable {
    /// Clicks that a detector's dead time swallowed.
    public var detectorDead: Int64 = 0
    /// Clicks that the electronics' dead time swallowed.
    public var electronicsDead: Int64 = 0
  }

  /// Simulates the whole recording and hands it over batch by batch.
  ///
  /// With more than one thread the next batch is drawn while the detectors, the electronics and `take` work on this one.
  ///
  /// - Parameters:
  ///   - threads: how many threads may work at the same time; does not change a byte.
  ///   - blocksPerBatch: how many blocks are drawn before their records are handed over; does not change a byte.
  ///   - withTruth: whether batches carry the cause of each record; leaving it out saves time.
  ///   - take: receives each batch; returns `false` to stop early.
  /// - Returns: what was lost.
  /// - Throws: what `take` throws.
  @discardableResult
  public func run<Failure: Error>(
    threads: Int = 1, blocksPerBatch: Int = 8, withTruth: Bool = true, take: (borrowing Batch) throws(Failure) -> Bool
  ) throws(Failure) -> Losses {
    var drawing = Drawing(
      trajectories: bench.emitters.indices.map {
        SlowTrajectory(emitter: bench.emitters[$0], seed: seed, index: UInt32($0))
      }, levels: [Int](repeating: 0, count: bench.emitters.count))
    var receiving = Receiving(
      detectors: bench.detectors.indices.map { d in
        DetectorStage(
          detector: bench.detectors[d], electronicsJitter: bench.electronics.jitterNanoseconds, seed: seed,
          index: UInt32(d), darkOrigin: UInt16(originNumbers.dark[d]),
          afterpulseOrigin: UInt16(originNumbers.afterpulse[d]))
      },
      electronics: ElectronicsStage(
        electronics: bench.electronics, detectors: bench.detectors.count, clock: clock,
        duration: FineTime.fromSeconds(bench.durationSeconds), withTruth: withTruth),
      spill: [[Arrival]](repeating: [], count: bench.detectors.count))
    var drawn = draw(&drawing, blocks: blocksPerBatch, threads: threads)
    while let current = drawn {
      let goOn: Bool
      if threads > 1 {
        let outcome: Result<Bool, Failure>
        (outcome, drawn) = both {
          Result { () throws(Failure) in try take(receive(current, &receiving)) }
        } and: {
          draw(&drawing, blocks: blocksPerBatch, threads: threads - 1)
        }
        goOn = try outcome.get()
      } else {
        goOn = try take(receive(current, &receiving))
        if goOn { drawn = draw(&drawing, blocks: blocksPerBatch, threads: 1) }
      }
      if !goOn { break }
    }
    return Losses(
      detectorDead: receiving.detectors.reduce(0) { $0 + $1.lostInDeadTime },
      electronicsDead: receiving.electronics.lostInDeadTime)
  }

  /// What passes from batch to batch while photons are drawn.
  private struct Drawing {
    var trajectories: [SlowTrajectory]
    /// Levels left over, per emitter.
    var levels: [Int]
    /// The next block.
    var block: Int64 = 0
  }

  /// What passes from batch to batch behind the light path.
  private struct Receiving {
    var detectors: [DetectorStage]
    var electronics: ElectronicsStage
    /// Photons of earlier blocks that arrive later, per detector.
    var spill: [[Arrival]]
  }

  /// The photons of some blocks.
  private struct DrawnBatch: Sendable {
    var plans: [BlockPlan]
    /// Per block and detector.
    var arrivals: [[[Arrival]]]
    var stateChanges: [StateChange]
    var isLast: Bool
  }

  /// Draws the next blocks; `nil` after the last. Light of the last pulses may arrive after the end of the recording and
  /// is simply not recorded.
  private func draw(_ drawing: inout Drawing, blocks count: Int, threads: Int) -> DrawnBatch? {
    let blocks = (totalSteps + stepsPerBlock - 1) / stepsPerBlock
    guard drawing.block < blocks else { return nil }
    var changes: [StateChange] = []
    if drawing.block == 0 {
      changes = drawing.trajectories.enumerated().map {
        StateChange(time: 0, emitter: UInt16($0), state: UInt16($1.state))
      }
    }
    let upper = min(blocks, drawing.block + Int64(count))
    let plans = (drawing.block..<upper).map { b in
      let end = min((b + 1) * stepsPerBlock, totalSteps)
      var plan = BlockPlan(block: b, start: b * stepsPerBlock, end: end, states: [], changes: [])
      for e in drawing.trajectories.indices {
        plan.states.append(drawing.trajectories[e].state)
        let coming = drawing.trajectories[e].changes(before: clock.time(ofPulse: end))
        plan.changes.append(coming)
        changes += coming.map { StateChange(time: $0.time, emitter: UInt16(e), state: UInt16($0.state)) }
      }
      return plan
    }
    drawing.block = upper
    let arrivals = draw(plans, levels: &drawing.levels, threads: threads)
    return DrawnBatch(plans: plans, arrivals: arrivals, stateChanges: changes, isLast: upper == blocks)
  }

  /// Detectors and electronics: photons in, records out.
  private func receive(_ drawn: DrawnBatch, _ receiving: inout Receiving) -> Batch {
    var safe = Int64.max
    for d in receiving.detectors.indices {
      var pieces: [(arrivals: ArraySlice<Arrival>, end: Int64)] = []
      for (plan, photons) in zip(drawn.plans, drawn.arrivals) {
        let blockEnd = clock.time(ofPulse: plan.end)
        let arrivals = merged(receiving.spill[d], photons[d])
        let split = arrivals.partitionPoint { $0.time >= blockEnd }
        pieces.append((arrivals[..<split], blockEnd))
        receiving.spill[d] = Array(arrivals[split...])
      }
      safe = min(safe, receiving.detectors[d].take(pieces))
    }
    var batch = Batch()
    (batch.tags, batch.truths) = receiving.electronics.take(
      from: &receiving.detectors, before: drawn.isLast ? .max : safe)
    batch.stateChanges = drawn.stateChanges
    let end = drawn.plans.last!.end
    batch.fraction = Double(end) / Double(totalSteps)
    batch.secondsDone =
      drawn.isLast ? bench.durationSeconds : Double(clock.time(ofPulse: end)) / FineTime.perSecond
    return batch
  }

  /// One block of pulses and the hidden states within it.
  private struct BlockPlan: Sendable {
    var block: Int64
    var start: Int64
    var end: Int64
    /// The hidden state at the beginning, per emitter.
    var states: [Int]
    /// Its changes, per emitter.
    var changes: [[SlowTrajectory.Change]]
  }

  /// Draws blocks, several at a time: photons per block and detector.
  ///
  /// An excitation that is left over at the end of a block belongs to the next. All blocks are drawn at once as if none
  /// were; then, in order, a block that turns out to inherit one is drawn again from its own stream. The result is that
  /// of drawing one block after the other.
  private func draw(_ plans: [BlockPlan], levels: inout [Int], threads: Int) -> [[[Arrival]]] {
    let initial = levels
    var results = [BlockResult](repeating: BlockResult(), count: plans.count)
    _ = concurrent(plans.count, threads: threads, over: &results) { i, result in
      result = drawBlock(plans[i], levels: i == 0 ? initial : [Int](repeating: 0, count: initial.count))
    }
    for i in plans.indices.dropFirst() where results[i - 1].levels.contains(where: { $0 != 0 }) {
      results[i] = drawBlock(plans[i], levels: results[i - 1].levels)
    }
    levels = results.last!.levels
    return results.map(\.arrivals)
  }

  private struct BlockResult: Sendable {
    var arrivals: [[Arrival]] = []
    var levels: [Int] = []
  }

  private func drawBlock(_ plan: BlockPlan, levels: [Int]) -> BlockResult {
    let ziggurat = Ziggurat()
    var result = BlockResult(arrivals: Array(repeating: [], count: bench.detectors.count), levels: levels)
    for (e, source) in sources.enumerated() {
      var arrivals = ArrivalLists(detectors: bench.detectors.count)
      var stream = RandomStream(
        seed: seed, purpose: engine == .fast ? .emission : .referenceEngine, entity: UInt32(e),
        block: UInt64(plan.block))
      source.draw(
        // The laser has been on before the recording begins.
        from: plan.block == 0 ? -source.warmUpSteps : plan.start, to: plan.end, state: plan.states[e],
        changes: plan.changes[e], level: &result.levels[e], stream: &stream, ziggurat: ziggurat, arrivals: &arrivals)
      for d in bench.detectors.indices { result.arrivals[d] = merged(result.arrivals[d], arrivals.list(d)) }
    }
    for (d, source) in backgrounds {
      var arrivals: [Arrival] = []
      var stream = RandomStream(
        seed: seed, purpose: .background, entity: source.entity, block: UInt64(plan.block))
      let start = plan.block == 0 ? -source.warmUpPulses(periodFineTime: clock.periodFineTime) : plan.start
      source.draw(from: start, to: plan.end, clock: clock, stream: &stream, ziggurat: ziggurat, into: &arrivals)
      result.arrivals[d] = merged(result.arrivals[d], arrivals)
    }
    if plan.block == 0 {
      for d in result.arrivals.indices {
        let start = result.arrivals[d].partitionPoint { $0.time >= 0 }
        result.arrivals[d].removeFirst(start)
      }
    }
    return result
  }
}
