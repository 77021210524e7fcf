import Detectors
import TimeTags

/// The time tagger: clicks of its one or two detectors in order of their edges, dead time of the inputs, records.
struct ElectronicsStage: Sendable {
  private let tagger: Tagger
  private let withTruth: Bool

  /// Per input: edges before this time are lost. T3 has one input for all detectors.
  private var deadUntil: [Int64]
  private(set) var records: Int64 = 0
  private(set) var lostInDeadTime: Int64 = 0
  /// Record numbers of each detector's latest clicks, so that an afterpulse can name its parent's record.
  private var recordOfClick: [Int64]

  init(electronics: TimingElectronics, detectors: Int, clock: PulseClock, duration: Int64, withTruth: Bool) {
    self.withTruth = withTruth
    let mode = electronics.mode
    let picoseconds =
      mode == .t2 ? electronics.baseResolutionPicoseconds : electronics.nanotimeResolutionPicoseconds
    let resolution = picoseconds * Int(FineTime.perPicosecond)
    precondition(resolution.nonzeroBitCount == 1, "a PicoHarp's time steps are powers of two")
    tagger = Tagger(
      mode: mode, deadTime: FineTime.fromNanoseconds(electronics.deadTimeNanoseconds), clock: clock,
      resolutionShift: Int64(resolution.trailingZeroBitCount), end: duration)
    deadUntil = [Int64](repeating: .min, count: mode == .t2 ? detectors : 1)
    recordOfClick = [Int64](repeating: -1, count: Tagger.remembered * detectors)
  }

  /// Turns clicks into records.
  ///
  /// - Parameters:
  ///   - stages: the detectors; clicks with an edge before `limit` are taken from them.
  /// - Returns: the records in order, and the truth of each unless it is not wanted.
  mutating func take(from stages: inout [DetectorStage], before limit: Int64) -> (
    tags: [TimeTag], truths: [RecordTruth]
  ) {
    let ready = stages.map { stage in stage.output.partitionPoint { $0.edge >= limit } }
    let total = ready.reduce(0, +)
    var truths: [RecordTruth] = []
    let tags = [TimeTag](unsafeUninitializedCapacity: total) { tags, count in
      truths = [RecordTruth](unsafeUninitializedCapacity: withTruth ? total : 0) { truths, truthCount in
        var written = 0
        if stages.count == 2 {
          stages[0].output.withUnsafeBufferPointer { a in
            stages[1].output.withUnsafeBufferPointer { b in
              written = merge(a, ready[0], b, ready[1], tags.baseAddress, truths.baseAddress)
            }
          }
        } else {
          stages[0].output.withUnsafeBufferPointer { a in
            written = merge(a, ready[0], a, 0, tags.baseAddress, truths.baseAddress)
          }
        }
        truthCount = withTruth ? written : 0
        count = written
      }
    }
    for d in stages.indices { stages[d].release(ready[d]) }
    return (tags, truths)
  }

  /// The hot loop, on local state: the clicks of detectors 0 and 1 in order of their edges.
  @inline(never)
  private mutating func merge(
    _ a: UnsafeBufferPointer<Click>, _ countA: Int, _ b: UnsafeBufferPointer<Click>, _ countB: Int,
    _ tags: UnsafeMutablePointer<TimeTag>?, _ truths: UnsafeMutablePointer<RecordTruth>?
  ) -> Int {
    guard let tags else { return 0 }
    let tagger = tagger
    let truths = withTruth ? truths : nil
    var counters = (records: records, lost: lostInDeadTime)
    var (i, j, written) = (0, 0, 0)
    recordOfClick.withUnsafeMutableBufferPointer { recordOfClick in
      deadUntil.withUnsafeMutableBufferPointer { deadUntil in
        while i < countA || j < countB {
          let second = i == countA || (j < countB && b[j].edge < a[i].edge)
          let click = second ? b[j] : a[i]
          j &+= second ? 1 : 0
          i &+= second ? 0 : 1
          written &+= tagger.record(
            click, detector: second ? 1 : 0, &counters, recordOfClick.baseAddress!, deadUntil.baseAddress!,
            tags + written, truths.map { $0 + written })
        }
      }
    }
    (records, lostInDeadTime) = counters
    return written
  }
}

/// What turns one click into a record.
private struct Tagger: Sendable {
  let mode: TimingElectronics.Mode
  let deadTime: Int64
  let clock: PulseClock
  /// Binary logarithm of the `FineTime` units per T2 step or T3 nanotime bin: PicoHarp's are 4 ps times a power of two.
  let resolutionShift: Int64
  /// The recording's length.
  let end: Int64
  /// How many of a detector's latest clicks are remembered for their afterpulses.
  static let remembered = 256

  /// Records one click, or loses it in a dead time; returns the number of records.
  @inline(__always)
  func record(
    _ click: Click, detector: Int, _ counters: inout (records: Int64, lost: Int64),
    _ recordOfClick: UnsafeMutablePointer<Int64>, _ deadUntil: UnsafeMutablePointer<Int64>,
    _ tag: UnsafeMutablePointer<TimeTag>, _ truth: UnsafeMutablePointer<RecordTruth>?
  ) -> Int {
    let input = mode == .t2 ? detector : 0
    let slot = Self.remembered &* detector &+ Int(truncatingIfNeeded: click.number) & (Self.remembered - 1)
    recordOfClick[slot] = -1
    // Edges before the start or after the end of the acquisition are not recorded.
    guard click.edge >= 0, click.edge < end else { return 0 }
    guard click.edge >= deadUntil[input] else {
      counters.lost &+= 1
      return 0
    }
    deadUntil[input] = click.edge &+ deadTime
    switch mode {
    case .t2:
      tag.initialize(
        to: TimeTag(macroTime: click.edge &>> resolutionShift, channel: UInt8(truncatingIfNeeded: detector)))
    case .t3:
      let pulse = clock.lastPulse(before: click.edge)
      // Nanotimes count from 1: readers exist that take a photon with nanotime 0 for a marker.
      let nanotime = 1 &+ (click.edge &- clock.time(ofPulse: pulse)) &>> resolutionShift
      // Router channels of a PicoHarp count from 1.
      tag.initialize(
        to: TimeTag(
          macroTime: pulse, nanotime: UInt16(truncatingIfNeeded: nanotime),
          channel: UInt8(truncatingIfNeeded: detector &+ 1)))
    }
    recordOfClick[slot] = counters.records
    counters.records &+= 1
    guard let truth else { return 1 }
    var parent: Int64 = -1
    if click.parent >= 0, click.number &- click.parent < Int64(Self.remembered) {
      parent =
        recordOfClick[
          Self.remembered &* detector &+ Int(truncatingIfNeeded: click.parent) & (Self.remembered - 1)]
    }
    truth.initialize(
      to: RecordTruth(origin: click.origin, emissionTime: click.time, detectionTime: click.time, parent: parent))
    return 1
  }
}
