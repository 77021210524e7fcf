import Detectors
import TimeTags

/// The time tagger: clicks of all detectors in order of their edges, dead time of the inputs, records.
struct ElectronicsStage: Sendable {
  private let mode: TimingElectronics.Mode
  private let deadTime: Int64
  private let clock: PulseClock
  /// Binary logarithm of the `FineTime` units per T2 step or T3 nanotime bin: PicoHarp's are 4 ps times a power of two.
  private let resolutionShift: Int64
  /// The recording's length.
  private let end: Int64

  /// Per input: edges before this time are lost. T3 has one input for all detectors.
  private var deadUntil: [Int64]
  private(set) var records: Int64 = 0
  private(set) var lostInDeadTime: Int64 = 0
  /// Record numbers of each detector's latest clicks, so that an afterpulse can name its parent's record.
  private var recordOfClick: [Int64]
  private static let remembered = 256

  init(electronics: TimingElectronics, detectors: Int, clock: PulseClock, duration: Int64) {
    mode = electronics.mode
    deadTime = FineTime.fromNanoseconds(electronics.deadTimeNanoseconds)
    self.clock = clock
    let picoseconds =
      mode == .t2 ? electronics.baseResolutionPicoseconds : electronics.nanotimeResolutionPicoseconds
    let resolution = picoseconds * Int(FineTime.perPicosecond)
    precondition(resolution.nonzeroBitCount == 1, "a PicoHarp's time steps are powers of two")
    resolutionShift = Int64(resolution.trailingZeroBitCount)
    end = duration
    deadUntil = [Int64](repeating: .min, count: mode == .t2 ? detectors : 1)
    recordOfClick = [Int64](repeating: -1, count: Self.remembered * detectors)
  }

  /// Turns clicks into records.
  ///
  /// - Parameters:
  ///   - stages: the detectors; clicks with an edge before `limit` are taken from them.
  ///   - tags: records are appended here, and their truth to `truths`.
  mutating func take(
    from stages: inout [DetectorStage], before limit: Int64, tags: inout [TimeTag], truths: inout [RecordTruth]
  ) {
    var s = self
    recordOfClick = []
    deadUntil = []
    let expected = stages.reduce(0) { $0 + $1.output.count }
    tags.reserveCapacity(tags.count + expected)
    truths.reserveCapacity(truths.count + expected)
    var position = [Int](repeating: 0, count: stages.count)
    // The edge of each detector's next click, or `limit` when it has none before that.
    var next = stages.map { min($0.output.first?.edge ?? limit, limit) }
    while true {
      var detector = 0
      for d in 1..<max(1, next.count) where next[d] < next[detector] { detector = d }
      if next[detector] >= limit { break }
      // Clicks of this detector up to the next edge of another one.
      var other = limit
      for d in next.indices where d != detector { other = min(other, next[d]) }
      var i = position[detector]
      stages[detector].output.withUnsafeBufferPointer { clicks in
        repeat {
          s.record(clicks[i], detector: detector, tags: &tags, truths: &truths)
          i &+= 1
        } while i < clicks.count && clicks[i].edge < other
        next[detector] = i < clicks.count ? min(clicks[i].edge, limit) : limit
      }
      position[detector] = i
    }
    for d in stages.indices { stages[d].release(position[d]) }
    self = s
  }

  @inline(__always)
  private mutating func record(_ click: Click, detector: Int, tags: inout [TimeTag], truths: inout [RecordTruth]) {
    let input = mode == .t2 ? detector : 0
    let slot = Self.remembered &* detector &+ Int(truncatingIfNeeded: click.number) & (Self.remembered - 1)
    recordOfClick[slot] = -1
    // Edges before the start or after the end of the acquisition are not recorded.
    guard click.edge >= 0, click.edge < end else { return }
    guard click.edge >= deadUntil[input] else {
      lostInDeadTime &+= 1
      return
    }
    deadUntil[input] = click.edge &+ deadTime
    switch mode {
    case .t2:
      tags.append(TimeTag(macroTime: click.edge &>> resolutionShift, channel: UInt8(truncatingIfNeeded: detector)))
    case .t3:
      let pulse = clock.lastPulse(before: click.edge)
      // Nanotimes count from 1: readers exist that take a photon with nanotime 0 for a marker.
      let nanotime = 1 &+ (click.edge &- clock.time(ofPulse: pulse)) &>> resolutionShift
      // Router channels of a PicoHarp count from 1.
      tags.append(
        TimeTag(
          macroTime: pulse, nanotime: UInt16(truncatingIfNeeded: nanotime),
          channel: UInt8(truncatingIfNeeded: detector &+ 1)))
    }
    recordOfClick[slot] = records
    var parent: Int64 = -1
    if click.parent >= 0, click.number &- click.parent < Int64(Self.remembered) {
      parent =
        recordOfClick[
          Self.remembered &* detector &+ Int(truncatingIfNeeded: click.parent) & (Self.remembered - 1)]
    }
    truths.append(
      RecordTruth(origin: click.origin, emissionTime: click.time, detectionTime: click.time, parent: parent))
    records &+= 1
  }
}
