import RandomStreams

extension Simulator {
  /// Everything that passes from one block to the next, at the border behind a batch: with bench, seed and engine it
  /// determines all that follows, so a run that goes on from it records what an uninterrupted one does.
  public struct Checkpoint: Sendable, Codable {
    /// The next block.
    var block: Int64
    /// Levels left over, per emitter.
    var levels: [Int]
    /// Hidden states, per emitter.
    var trajectories: [SlowTrajectory.State]
    var detectors: [DetectorState]
    var electronics: ElectronicsState
  }
}

/// What a detector hands on from batch to batch.
struct DetectorState: Sendable, Codable {
  var diode: Diode.State
  var darkCounts: RandomStream
  var flashes: RandomStream
  var nextDark: Int64
  var pending: [ComingClick]
  /// Photons that arrive later.
  var spill: [Arrival]
  /// Clicks with edges beyond the batch's limit.
  var held: [HeldClick]
}

/// An afterpulse or a flash to come.
struct ComingClick: Sendable, Codable {
  var time: Int64
  var cause: ClickCause
}

/// A click of either kind.
struct HeldClick: Sendable, Codable {
  var edge: Int64
  var cause: ClickCause?
}

/// What the electronics hand on from batch to batch.
struct ElectronicsState: Sendable, Codable {
  var deadUntil: [Int64]
  var records: Int64
  var lostInDeadTime: Int64
  var recordOfClick: [RememberedClick]
  var otherEvents: OtherEvents.Progress?
  var buffer: BufferFilling.Progress?
}
