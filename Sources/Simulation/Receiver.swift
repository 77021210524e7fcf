import Bench
import Detectors
import Records

/// Detectors and electronics: photons in, records out. A batch passes ``detect(_:detector:)`` for every detector, then
/// ``record(_:into:)``; while one batch is recorded, the next may already be detected, each detector on its own thread.
enum Receiver {
  case bare(ReceiverOf<BareClick>)
  case traced(ReceiverOf<TracedClick>)

  func detect(_ work: BatchInWork, detector: Int) {
    // Two branches alike, so that each is compiled for its kind of click.
    switch self {
    case .bare(let receiver): receiver.detect(work, detector: detector)
    case .traced(let receiver): receiver.detect(work, detector: detector)
    }
  }

  func record(_ work: BatchInWork, into batch: inout Simulator.Batch) {
    switch self {
    case .bare(let receiver): receiver.record(work, into: &batch)
    case .traced(let receiver): receiver.record(work, into: &batch)
    }
  }

  /// The state of the electronics behind the batch last recorded.
  var electronicsState: ElectronicsState {
    switch self {
    case .bare(let receiver): receiver.electronicsState
    case .traced(let receiver): receiver.electronicsState
    }
  }

  /// Goes on from a checkpoint.
  func restore(_ checkpoint: Simulator.Checkpoint) {
    switch self {
    case .bare(let receiver): receiver.restore(checkpoint)
    case .traced(let receiver): receiver.restore(checkpoint)
    }
  }

  /// When the electronics' buffer overran, in `FineTime` units.
  var overrun: Int64? {
    switch self {
    case .bare(let receiver): receiver.overrun
    case .traced(let receiver): receiver.overrun
    }
  }

  /// What the electronics lost in the last batch; `nil` where that is not written down.
  var account: LossAccount? {
    switch self {
    case .bare: nil
    case .traced(let receiver): receiver.account
    }
  }

  /// Clicks lost so far, in the detectors and in the electronics.
  var lostInDeadTime: Int64 {
    switch self {
    case .bare(let receiver): receiver.lostInDeadTime
    case .traced(let receiver): receiver.lostInDeadTime
    }
  }
}

/// The stages behind the light path for one kind of click.
final class ReceiverOf<C: Click> {
  private let detectors: [DetectorStage<C>]
  /// All of them, where they see each other; `nil` where they do not.
  private let coupled: CoupledDetectors<C>?
  private let electronics: ElectronicsStage<C>
  /// Clicks of the batches in work, per detector.
  private let clicks: [ClickLists<C>]
  private let end: Int64
  /// No edge comes earlier than this after its photon.
  private let earliestEdge: Int64

  /// - Parameter withLosses: whether it is written down what is lost; only for clicks that carry their causes.
  init(bench: Bench, origins: Origins, clock: PulseClock, seed: UInt64, batches: Int, withLosses: Bool = false) {
    let places = LossPlaces(bench: bench)
    let crosstalk = bench.crosstalk.map { ($0, bench.crosstalkProbabilities) }
    detectors = bench.detectors.indices.map { d in
      var detector = bench.detectors[d]
      detector.delayNanoseconds = bench.edgeDelayNanoseconds(ofDetector: d)
      return DetectorStage<C>(
        detector: detector, electronicsJitter: bench.electronics.jitterNanoseconds, seed: seed, index: d,
        origins: origins.own(ofDetector: d), flash: crosstalk.map { CoupledDetectors<C>.anyProbability($0.1[d]) },
        places: withLosses ? places : nil)
    }
    let detectors = detectors
    coupled = crosstalk.map { CoupledDetectors(detectors, probabilities: $0.1, crosstalk: $0.0) }
    electronics = ElectronicsStage<C>(
      electronics: bench.electronics, detectors: detectors.count, clock: clock, places: places,
      account: withLosses ? LossAccount(origins) : nil)
    clicks = (0..<batches).map { _ in ClickLists(detectors: bench.detectors.count) }
    end = FineTime.fromSeconds(bench.durationSeconds)
    earliestEdge = detectors.map(\.earliestEdge).min() ?? 0
  }

  @inline(__always)
  func detect(_ work: BatchInWork, detector d: Int) {
    if let coupled {
      // One pass for all of them.
      if d == 0 {
        coupled.take(work, limit: limit(work), into: clicks[work.number].lists)
        for d in detectors.indices { report(work, detector: d) }
      }
      return
    }
    detectors[d].take(
      work.plans.indices.map { work.photons[$0].photons[d].all }, ends: work.ends, limit: limit(work),
      into: &clicks[work.number].lists.list(d).pointee, account: work.reports[d].account)
    report(work, detector: d)
  }

  private func report(_ work: BatchInWork, detector d: Int) {
    work.reports[d].lostInDeadTime = detectors[d].lostInDeadTime
    work.reports[d].deadTime = detectors[d].deadTime(until: min(work.ends.last!, end))
    if work.checkpointTrajectories != nil { work.reports[d].state = detectors[d].progress }
  }

  var account: LossAccount? { electronics.account }

  @inline(__always)
  func record(_ work: BatchInWork, into batch: inout Simulator.Batch) {
    electronics.take(clicks[work.number].lists, until: limit(work), isLast: work.isLast, into: &batch)
  }

  /// Where the clicks of later batches begin. Edges after the end are never recorded: they may as well be held back.
  private func limit(_ work: BatchInWork) -> Int64 {
    work.isLast ? end : min(end, work.ends.last! &+ earliestEdge)
  }

  var electronicsState: ElectronicsState { electronics.progress }

  func restore(_ checkpoint: Simulator.Checkpoint) {
    for (stage, state) in zip(detectors, checkpoint.detectors) { stage.progress = state }
    electronics.progress = checkpoint.electronics
  }

  var overrun: Int64? { electronics.overrun }

  /// Clicks that the electronics' dead time has swallowed so far.
  var lostInDeadTime: Int64 { electronics.lostInDeadTime }
}

/// The clicks of one batch.
private final class ClickLists<C: Click> {
  let lists: DetectorLists<C>
  init(detectors: Int) { lists = DetectorLists(detectors: detectors) }
}
