import Detectors

/// Detectors that see each other's breakdown flashes: one causal pass over all of them.
///
/// A flash arrives a path's delay after the avalanche. So the detector whose next event is the earliest may go on until that
/// delay after the next event of any other, or until a click of its own that makes another detector click: nothing can reach
/// it before. What the pass draws depends on nothing but the order of events.
final class CoupledDetectors<C: Click> {
  private let stages: [DetectorStage<C>]
  private let delay: Int64
  /// Per detector and other detector: the probability that a click of one makes the other, if ready, click.
  private let probabilities: [[Double]]

  init(_ stages: [DetectorStage<C>], probabilities: [[Double]], crosstalk: Crosstalk) {
    self.stages = stages
    self.probabilities = probabilities
    delay = max(1, FineTime.fromNanoseconds(crosstalk.delayNanoseconds))
  }

  /// The probability that a click makes at least one other detector click.
  static func anyProbability(_ probabilities: [Double]) -> Double {
    probabilities.reduce(0) { $0 + $1 * (1 - $0) }
  }

  /// Turns the photons of a batch of blocks into clicks of all detectors; see ``DetectorStage/take(_:ends:limit:into:account:)``.
  func take(_ work: BatchInWork, limit: Int64, into lists: borrowing DetectorLists<C>) {
    for (d, stage) in stages.enumerated() { stage.begin(&lists.list(d).pointee, account: work.reports[d].account) }
    for (block, end) in work.ends.enumerated() {
      for (d, stage) in stages.enumerated() { stage.open(work.photons[block].photons[d].all, end: end) }
      advance(before: end, into: lists)
      for stage in stages { stage.close() }
    }
    for (d, stage) in stages.enumerated() { stage.finish(limit: limit, &lists.list(d).pointee) }
  }

  private func advance(before end: Int64, into lists: borrowing DetectorLists<C>) {
    while true {
      var (first, firstTime, otherTime) = (0, Int64.max, Int64.max)
      for d in stages.indices {
        let time = stages[d].nextEvent
        if time < firstTime {
          (first, firstTime, otherTime) = (d, time, firstTime)
        } else {
          otherTime = min(otherTime, time)
        }
      }
      guard firstTime < end else { return }
      let bound = otherTime < end ? min(end, otherTime &+ delay) : end
      if let flash = stages[first].advance(before: bound, into: &lists.list(first).pointee) { send(flash, from: first) }
    }
  }

  /// Draws which of the others click, given that at least one does.
  private func send(_ flash: (time: Int64, number: Int64), from d: Int) {
    // The share of the probability of at least one that is left with the detectors not yet asked.
    var left = Self.anyProbability(probabilities[d])
    var isKnown = false
    for other in stages.indices where probabilities[d][other] > 0 {
      let p = probabilities[d][other]
      if stages[d].flashUniform() * (isKnown ? 1 : left) < p {
        stages[other].schedule(flash.time &+ delay, emission: flash.time, parent: flash.number, of: d)
        isKnown = true
      } else if !isKnown {
        left = (left - p) / (1 - p)
      }
    }
  }
}
