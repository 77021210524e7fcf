import Records

/// One block of pulses and the hidden states within it.
struct BlockPlan: Sendable {
  var block: Int64
  var start: Int64
  var end: Int64
  /// The hidden state at the beginning, per emitter.
  var states: [Int]
  /// Its changes, per emitter.
  var changes: [[SlowTrajectory.Change]]
}

/// The photons of one block, and the room in which they are drawn and merged.
final class BlockPhotons {
  /// Per detector, in order of time.
  var photons: ArrivalLists
  /// What one source has drawn.
  var drawn: ArrivalLists
  private var room = GrowingBuffer<Arrival>()
  private let detectors: Int
  /// What became of photons that never reached a detector; `nil` where it is not written down.
  let account: LossAccount?
  /// Levels per emitter that the block inherits, and those it leaves.
  var levelsBefore: [Int] = []
  var levelsAfter: [Int] = []

  init(detectors: Int, account: LossAccount?) {
    self.detectors = detectors
    self.account = account
    photons = ArrivalLists(detectors: detectors)
    drawn = ArrivalLists(detectors: detectors)
  }

  /// Before the block is drawn.
  func removeAll() {
    photons.removeAll()
    drawn.removeAll()
    account?.removeAll()
    levelsAfter = levelsBefore
  }

  /// Moves what was drawn at a detector to the photons there.
  func mergeDrawn(_ detector: Int) {
    if photons[detector].count == 0 {
      swap(&photons.list(detector).pointee, &drawn.list(detector).pointee)
    } else {
      photons.list(detector).pointee.merge(drawn[detector].all, room: &room)
    }
    drawn.list(detector).pointee.removeAll()
  }

  /// Forgets photons that arrive before the recording starts.
  func removeBeforeStart() {
    for d in 0..<detectors {
      let all = photons[d].all
      drawn.list(d).pointee.append(UnsafeBufferPointer(rebasing: all[all.partitionPoint { $0.time >= 0 }...]))
      swap(&photons.list(d).pointee, &drawn.list(d).pointee)
      drawn.list(d).pointee.removeAll()
    }
  }
}

/// What a detector says of itself after a batch. It is filled by the thread that works on the detector.
final class DetectorReport {
  /// How long it has been dead since the start, in `FineTime` units.
  var deadTime: Int64 = 0
  /// How many clicks its dead time has swallowed since the start.
  var lostInDeadTime: Int64 = 0
  /// What it lost in the batch; `nil` where that is not written down.
  let account: LossAccount?
  /// Its state, where a checkpoint is due.
  var state: DetectorState?

  init(account: LossAccount?) { self.account = account }
}

/// Some blocks on their way through the stages, with memory that serves one batch after the other. At any time one thread
/// works on a block's photons.
final class BatchInWork {
  /// Tells apart the batches that are in work at the same time.
  let number: Int
  var plans: [BlockPlan] = []
  /// When each block ends.
  var ends: [Int64] = []
  /// Of at least as many blocks as are planned.
  var photons: [BlockPhotons] = []
  var stateChanges: [StateChange] = []
  var isLast = false
  /// Per detector.
  let reports: [DetectorReport]
  /// Where a checkpoint is due behind this batch, the hidden states there; `nil` where none is.
  var checkpointTrajectories: [SlowTrajectory.State]?

  init(number: Int, reports: [DetectorReport]) {
    self.number = number
    self.reports = reports
  }

  /// What was written down before the electronics.
  var accounts: [LossAccount] {
    photons.prefix(plans.count).compactMap(\.account) + reports.compactMap(\.account)
  }

  /// Before blocks are drawn at once: the first inherits these levels, the others, for all we know, none.
  func guessLevels(first levels: [Int]) {
    for i in plans.indices {
      photons[i].levelsBefore = i == 0 ? levels : [Int](repeating: 0, count: levels.count)
    }
  }
}
