public import Bench
import Detectors
import Emitters
import Light
import Optics
import RandomStreams
public import Records
import Threads

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
  /// What the numbers of places of loss mean.
  public var lossPlaces: LossPlaceTable { LossPlaces(bench: bench).table }
  /// What the hidden states of each emitter are.
  public var stateDescriptions: [[StateDescription]] {
    zip(bench.emitters, hiddenStates).map { emitter, states in
      states.map { state in
        StateDescription(
          name: state.name, slowState: emitter.states[state.base].name,
          centres: state.areCentresActive.map { $0 ? "1" : "0" }.joined(),
          shiftMillielectronvolts: state.shiftMillielectronvolts, bleachingStage: state.bleachingStage,
          isBleached: state.isBleached)
      }
    }
  }

  let originNumbers: Origins
  let clock: PulseClock
  /// Per emitter.
  private let hiddenStates: [[HiddenState]]
  private let sources: [any PhotonSource]
  /// In the fast engine: photons that reach a detector.
  private let backgrounds: [(detector: Int, source: BackgroundSource)]
  /// Of each source, which photons of a shared light are this bench's; empty where the light is not shared.
  private let emissionThinning: [Thinning]
  private let backgroundThinning: [Thinning]
  /// In the reference engine: all photons.
  private let referenceBackgrounds: [ReferenceBackground]
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
  ///   - sharedLight: the light that this bench has in common with others, of the fast engine: with the same seed all of
  ///     them see the same photons. Other photons than without it, of the same law.
  public init(bench: Bench, seed: UInt64, engine: Engine = .fast, sharedLight: SharedLight? = nil) {
    precondition(sharedLight == nil || engine == .fast, "only the fast engine shares light")
    self.bench = bench
    self.seed = seed
    self.engine = engine
    let origins = Origins(bench: bench)
    originNumbers = origins
    let stepsPerSecond = bench.excitation.repetitionRateHz ?? Self.stepsPerSecond(continuous: bench)
    self.stepsPerSecond = stepsPerSecond
    let clock = PulseClock(stepsPerSecond: stepsPerSecond)
    self.clock = clock

    let places = LossPlaces(bench: bench)
    let hiddenStates = bench.emitters.map(\.hiddenStates)
    self.hiddenStates = hiddenStates
    var emissionThinning: [Thinning] = []
    sources = bench.emitters.enumerated().map { e, emitter in
      switch engine {
      case .fast:
        var thinning = Thinning(entity: UInt32(e))
        var own: [Spectrum: [Double]] = [:]
        func ownProbabilities(_ line: Spectrum) -> [Double] {
          if own[line] == nil { own[line] = bench.detectionProbabilities(ofEmitted: line) }
          return own[line]!
        }
        let tables = EmissionTables(
          emitter: emitter, shape: bench.excitation.pulseShape,
          detection: { sharedLight?.emitted[$0] ?? ownProbabilities($0) },
          origin: { state, scheme in
            guard let sharedLight else { return origins.emission[e][state] }
            return zip(origins.emission[e][state], scheme.transitions).map { origin, transition in
              thinning.add(
                origin: origin, own: transition.line.map(ownProbabilities) ?? [],
                envelope: transition.line.flatMap { sharedLight.emitted[$0] } ?? [])
            }
          }, step: clock.periodFineTime)
        if sharedLight != nil { emissionThinning.append(thinning) }
        return FastEmission(tables: tables, clock: clock, burst: bench.excitation.burst)
      case .reference:
        return ReferenceEmission(
          bench: bench, emitter: emitter, hiddenStates: hiddenStates[e], origin: origins.emission[e], clock: clock,
          travel: PhotonTravel(bench: bench, places: places, before: places.way(bench.path, from: .emitter)))
      }
    }
    self.emissionThinning = emissionThinning
    var backgrounds: [(detector: Int, source: BackgroundSource)] = []
    var backgroundThinning: [Thinning] = []
    var meanPerStep = sources.reduce(0) { $0 + $1.meanPerStepBound }
    var referenceBackgrounds: [ReferenceBackground] = []
    for (c, component) in bench.background.enumerated() {
      if engine == .reference {
        let background = ReferenceBackground(
          bench: bench, component: component, places: places, stepsPerSecond: stepsPerSecond,
          origin: UInt16(origins.background[c]), entity: UInt32(c * bench.detectors.count))
        meanPerStep += background.source.meanPerStep
        referenceBackgrounds.append(background)
        continue
      }
      let rates = bench.detectionShares(of: component).map { $0 * component.rateHz }
      let drawn = sharedLight?.backgroundRatesHz[c] ?? rates
      var thinning = Thinning(entity: UInt32(bench.emitters.count + c))
      _ = thinning.add(origin: origins.background[c], own: rates, envelope: drawn)
      for (d, rate) in drawn.enumerated() {
        let mean = rate / stepsPerSecond
        meanPerStep += mean
        if sharedLight != nil { backgroundThinning.append(thinning) }
        backgrounds.append(
          (
            d,
            BackgroundSource(
              meanPerStep: mean, decays: bench.excitation.repetitionRateHz == nil ? nil : component.decays,
              shape: bench.excitation.pulseShape, burst: bench.excitation.burst,
              // Thinning knows its causes by its own numbers.
              origin: sharedLight == nil ? UInt16(origins.background[c]) : 0,
              entity: UInt32(c * bench.detectors.count + d))
          ))
      }
    }
    self.backgrounds = backgrounds
    self.backgroundThinning = backgroundThinning
    self.referenceBackgrounds = referenceBackgrounds
    // About four thousand photons (they stay in a processor's cache), at most two seconds.
    let wanted = min(4_096 / max(meanPerStep, 1e-12), 2 * stepsPerSecond)
    stepsPerBlock = max(64, Int64(wanted))
    totalSteps = Int64((bench.durationSeconds * stepsPerSecond).rounded(.up))
  }

  /// Steps of continuous excitation: short against the fastest level of all emitters (see ``FirstDetection``).
  static func stepsPerSecond(continuous bench: Bench) -> Double {
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
    /// Records in order of time: photons, and the markers and sync events that the electronics are asked for.
    public var tags: [TimeTag] = []
    /// The cause of each photon; empty if the run leaves truth out.
    public var truths: [RecordTruth] = []
    /// What was lost, in order of time, as far as nothing earlier can follow; empty unless losses are asked for.
    public var lost: [LostEvent] = []
    /// How many photons, dark counts, afterpulses and flashes came into being in this batch's blocks, per origin; empty
    /// unless losses are asked for.
    public var emitted: [Int64] = []
    /// Changes of hidden states that begin in this batch's blocks, the initial states first of all.
    public var stateChanges: [StateChange] = []
    /// How far the recording is complete, 0 to 1.
    public var fraction = 0.0
    /// The simulated time up to which it is complete, in seconds.
    public var secondsDone = 0.0
    /// Whether the buffer of the electronics overran at ``secondsDone``, which ends the recording.
    public var isOverrun = false
    /// Where a run may go on behind this batch, if one was due and the buffer did not overrun.
    public var checkpoint: Checkpoint?
  }

  /// What was lost on the way, by cause.
  public struct Losses: Sendable {
    /// Clicks that a detector's dead time, or an efficiency still low after it, swallowed; `nil` where a buffer overran, which
    /// is not where a batch ends.
    public var detectorDead: Int64? = 0
    /// Clicks that the electronics' dead time swallowed; `nil` where a buffer overran.
    public var electronicsDead: Int64? = 0
    /// What was lost and not yet handed over, in order of time; empty unless losses are asked for.
    public var rest: [LostEvent] = []
    /// Per detector, how long it was ready in the time that was recorded, in seconds; empty where a buffer overran.
    public var detectorLiveSeconds: [Double] = []

    /// Nothing lost.
    public init() {}
  }

  /// Simulates the whole recording and hands it over batch by batch.
  ///
  /// With more than one thread three batches are in work at a time: one batch's records are made and taken, the next's
  /// photons detected, the third's drawn.
  ///
  /// - Parameters:
  ///   - threads: how many threads may work at the same time; does not change a byte.
  ///   - blocksPerBatch: how many blocks are drawn before their records are handed over; does not change a byte. Without
  ///     a number, few for one thread, so that they stay in its cache, and more for several, which wait for each other
  ///     after every batch.
  ///   - withTruth: whether batches carry the cause of each record; leaving it out saves time.
  ///   - withLosses: whether batches also carry everything that was lost: the reference engine only, which visits every
  ///     photon, and no checkpoints. Records stay what they are.
  ///   - checkpoint: where to go on, of a run of the same bench, seed, engine and `withTruth`; `nil` for the beginning.
  ///   - isCheckpointDue: asked for each batch as it is planned; if so, it comes with a ``Batch/checkpoint``, unless it is
  ///     the last. Does not change a byte.
  ///   - take: receives each batch; returns `false` to stop early.
  /// - Returns: what was lost, before the checkpoint too.
  /// - Throws: what `take` throws.
  @discardableResult
  public func run<Failure: Error>(
    threads: Int = 1, blocksPerBatch: Int? = nil, withTruth: Bool = true, withLosses: Bool = false,
    from checkpoint: Checkpoint? = nil, isCheckpointDue: () -> Bool = { false },
    take: (borrowing Batch) throws(Failure) -> Bool
  ) throws(Failure) -> Losses {
    let batches = threads > 1 ? 3 : 1
    precondition(!withLosses || (engine == .reference && withTruth), "the fast engine draws no photon that is lost")
    precondition(!withLosses || checkpoint == nil, "checkpoints hold nothing of what waits to be handed over as lost")
    // Losses are many, and a recording that ends early is cut where a batch ends: the same for any number of threads.
    let blocksPerBatch = blocksPerBatch ?? (withLosses ? 4 : threads > 1 ? 32 : 8)
    let receiver: Receiver =
      withTruth
      ? .traced(
        ReceiverOf(
          bench: bench, origins: originNumbers, clock: clock, seed: seed, batches: batches, withLosses: withLosses))
      : .bare(ReceiverOf(bench: bench, origins: originNumbers, clock: clock, seed: seed, batches: batches))
    var drawing = Drawing(
      trajectories: bench.emitters.indices.map {
        SlowTrajectory(emitter: bench.emitters[$0], seed: seed, index: UInt32($0))
      }, levels: [Int](repeating: 0, count: bench.emitters.count))
    if let checkpoint {
      drawing.block = checkpoint.block
      drawing.levels = checkpoint.levels
      for (e, progress) in checkpoint.trajectories.enumerated() { drawing.trajectories[e].progress = progress }
      receiver.restore(checkpoint)
    }
    var batch = Batch()
    func account() -> LossAccount? { withLosses ? LossAccount(originNumbers) : nil }
    var collector = withLosses ? LossCollector() : nil
    if withLosses { batch.emitted = Array(repeating: 0, count: origins.origins.count) }
    var spare = (0..<batches).map {
      BatchInWork(number: $0, reports: bench.detectors.map { _ in DetectorReport(account: account()) })
    }
    func planNext(_ work: BatchInWork) -> Bool {
      guard plan(&drawing, blocks: blocksPerBatch, into: work, account) else { return false }
      let isDue = !work.isLast && !withLosses && isCheckpointDue()
      work.checkpointTrajectories = isDue ? drawing.trajectories.map(\.progress) : nil
      return true
    }
    var losses = Losses()
    func record(_ work: BatchInWork, into batch: inout Batch) {
      self.record(work, receiver, into: &batch)
      if let lost = receiver.account { collector?.take(work, electronics: lost, into: &batch) }
      // Detectors are ahead of the records: what counts is what they reported of this batch. Where a buffer overran is not
      // where the batch ends.
      losses.detectorDead = batch.isOverrun ? nil : work.reports.reduce(0) { $0 + $1.lostInDeadTime }
      losses.electronicsDead = batch.isOverrun ? nil : receiver.lostInDeadTime
      losses.detectorLiveSeconds =
        batch.isOverrun
        ? [] : work.reports.map { batch.secondsDone - Double($0.deadTime) / FineTime.perSecond }
    }
    func outcome() -> Losses {
      losses.rest = collector?.rest() ?? []
      return losses
    }
    if threads <= 1 {
      let work = spare[0]
      while planNext(work) {
        for i in work.plans.indices { drawBlock(i, of: work, levels: &drawing.levels) }
        for d in bench.detectors.indices { receiver.detect(work, detector: d) }
        record(work, into: &batch)
        if try !take(batch) || batch.isOverrun { break }
      }
      return outcome()
    }
    // At the same time: the records of one batch are made and taken, the next's photons detected, the third's drawn.
    var detected: BatchInWork?
    var drawn: BatchInWork?
    while true {
      let recording = detected
      detected = drawn
      drawn = spare.popLast().flatMap { planNext($0) ? $0 : nil }
      guard recording != nil || detected != nil || drawn != nil else { break }
      drawn?.guessLevels(first: drawing.levels)
      var outcome = Result<Bool, Failure>.success(true)
      let detectors = bench.detectors.count
      concurrently(1 + detectors + (drawn?.plans.count ?? 0), threads: threads) { i in
        if i == 0, let recording {
          record(recording, into: &batch)
          outcome = Result { () throws(Failure) in try take(batch) && !batch.isOverrun }
        } else if 1...detectors ~= i, let detected {
          receiver.detect(detected, detector: i - 1)
        } else if i > detectors, let drawn {
          drawBlock(i - 1 - detectors, of: drawn)
        }
      }
      if try !outcome.get() { break }
      if let drawn { drawing.levels = settle(drawn, threads: threads) }
      if let recording { spare.append(recording) }
    }
    return outcome()
  }

  private func record(_ work: BatchInWork, _ receiver: Receiver, into batch: inout Batch) {
    receiver.record(work, into: &batch)
    batch.stateChanges = work.stateChanges
    batch.checkpoint = work.checkpointTrajectories.map {
      Checkpoint(
        block: work.plans.last!.block + 1, levels: work.photons[work.plans.count - 1].levelsAfter, trajectories: $0,
        detectors: work.reports.map { $0.state! }, electronics: receiver.electronicsState)
    }
    let end = work.plans.last!.end
    batch.fraction = Double(end) / Double(totalSteps)
    batch.secondsDone =
      work.isLast ? bench.durationSeconds : Double(clock.time(ofPulse: end)) / FineTime.perSecond
    if let overrun = receiver.overrun {
      batch.isOverrun = true
      batch.checkpoint = nil
      batch.secondsDone = Double(overrun) / FineTime.perSecond
      batch.stateChanges.removeAll { $0.time >= overrun }
    }
  }

  /// What passes from batch to batch while photons are drawn.
  private struct Drawing {
    var trajectories: [SlowTrajectory]
    /// Levels left over, per emitter.
    var levels: [Int]
    /// The next block.
    var block: Int64 = 0
  }

  /// Plans the next blocks; `false` after the last. Light of the last pulses may arrive after the end of the recording and
  /// is simply not recorded.
  private func plan(
    _ drawing: inout Drawing, blocks count: Int, into work: BatchInWork, _ account: () -> LossAccount?
  ) -> Bool {
    let blocks = (totalSteps + stepsPerBlock - 1) / stepsPerBlock
    guard drawing.block < blocks else { return false }
    var changes: [StateChange] = []
    if drawing.block == 0 {
      changes = drawing.trajectories.enumerated().map {
        StateChange(time: 0, emitter: UInt16($0), state: UInt16($1.state))
      }
    }
    let upper = min(blocks, drawing.block + Int64(count))
    work.plans = (drawing.block..<upper).map { b in
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
    work.stateChanges = changes
    work.ends = work.plans.map { clock.time(ofPulse: $0.end) }
    work.isLast = upper == blocks
    while work.photons.count < work.plans.count {
      work.photons.append(BlockPhotons(detectors: bench.detectors.count, account: account()))
    }
    return true
  }

  /// Draws again, until nothing changes, the blocks that did not inherit what the block before left over.
  ///
  /// An excitation that is left over at the end of a block belongs to the next. All blocks of a batch are drawn at once as
  /// if none were; a block that turns out to inherit one is drawn again from its own stream. The result is that of drawing
  /// one block after the other.
  ///
  /// - Returns: the levels after the last block.
  private func settle(_ work: BatchInWork, threads: Int) -> [Int] {
    while true {
      let stale = work.plans.indices.dropFirst().filter {
        work.photons[$0].levelsBefore != work.photons[$0 - 1].levelsAfter
      }
      if stale.isEmpty { return work.photons[work.plans.count - 1].levelsAfter }
      for i in stale { work.photons[i].levelsBefore = work.photons[i - 1].levelsAfter }
      concurrently(stale.count, threads: threads) { drawBlock(stale[$0], of: work) }
    }
  }

  /// Draws a block that inherits these levels, and replaces them by those it leaves.
  private func drawBlock(_ i: Int, of work: BatchInWork, levels: inout [Int]) {
    work.photons[i].levelsBefore = levels
    drawBlock(i, of: work)
    levels = work.photons[i].levelsAfter
  }

  private func drawBlock(_ i: Int, of work: BatchInWork) {
    let plan = work.plans[i]
    let photons = work.photons[i]
    let ziggurat = Ziggurat()
    photons.removeAll()
    for (e, source) in sources.enumerated() {
      var stream = RandomStream(
        seed: seed, purpose: engine == .fast ? .emission : .referenceEngine, entity: UInt32(e),
        block: UInt64(plan.block))
      source.draw(
        // The laser has been on before the recording begins.
        from: plan.block == 0 ? -source.warmUpSteps : plan.start, to: plan.end, state: plan.states[e],
        changes: plan.changes[e], level: &photons.levelsAfter[e], stream: &stream, ziggurat: ziggurat,
        arrivals: &photons.drawn, account: photons.account)
      for d in bench.detectors.indices {
        if !emissionThinning.isEmpty { thin(photons, emissionThinning[e], detector: d, block: plan.block) }
        photons.mergeDrawn(d)
      }
    }
    for (b, (d, source)) in backgrounds.enumerated() {
      var stream = RandomStream(
        seed: seed, purpose: .background, entity: source.entity, block: UInt64(plan.block))
      let start = plan.block == 0 ? -source.warmUpPulses(periodFineTime: clock.periodFineTime) : plan.start
      source.draw(
        from: start, to: plan.end, clock: clock, stream: &stream, ziggurat: ziggurat,
        into: &photons.drawn.list(d).pointee)
      if !backgroundThinning.isEmpty { thin(photons, backgroundThinning[b], detector: d, block: plan.block) }
      photons.mergeDrawn(d)
    }
    for background in referenceBackgrounds {
      let source = background.source
      var stream = RandomStream(
        seed: seed, purpose: .background, entity: source.entity, block: UInt64(plan.block))
      let start = plan.block == 0 ? -source.warmUpPulses(periodFineTime: clock.periodFineTime) : plan.start
      background.draw(
        from: start, to: plan.end, clock: clock, stream: &stream, ziggurat: ziggurat, into: &photons.drawn,
        account: photons.account)
      if let account = photons.account {
        var stream = RandomStream(
          seed: seed, purpose: .lostBackground, entity: source.entity, block: UInt64(plan.block))
        background.drawLost(
          from: start, to: plan.end, clock: clock, stream: &stream, ziggurat: ziggurat, account: account)
      }
      for d in bench.detectors.indices { photons.mergeDrawn(d) }
    }
    if plan.block == 0 { photons.removeBeforeStart() }
  }

  private func thin(_ photons: BlockPhotons, _ thinning: Thinning, detector: Int, block: Int64) {
    thinning.thin(
      &photons.drawn.list(detector).pointee, detector: detector, detectors: bench.detectors.count, seed: seed,
      block: block)
  }
}
