import Detectors
import TimeTags

/// The time tagger: clicks of its detectors in order of their edges, dead time of the inputs, records.
final class ElectronicsStage<C: Click> {
  private let tagger: Tagger
  private let detectors: Int

  /// Per input: edges before this time are lost. T3 has one input for all detectors.
  private let deadUntil: UnsafeMutablePointer<Int64>
  private var records: Int64 = 0
  private(set) var lostInDeadTime: Int64 = 0
  /// Record numbers of each detector's latest clicks, so that an afterpulse can name its parent's record.
  private let recordOfClick: UnsafeMutablePointer<Int64>

  init(electronics: TimingElectronics, detectors: Int, clock: PulseClock) {
    let mode = electronics.mode
    let picoseconds =
      mode == .t2 ? electronics.baseResolutionPicoseconds : electronics.nanotimeResolutionPicoseconds
    let resolution = picoseconds * Int(FineTime.perPicosecond)
    precondition(resolution.nonzeroBitCount == 1, "a PicoHarp's time steps are powers of two")
    tagger = Tagger(
      mode: mode, deadTime: FineTime.fromNanoseconds(electronics.deadTimeNanoseconds), clock: clock,
      resolutionShift: Int64(resolution.trailingZeroBitCount))
    self.detectors = detectors
    deadUntil = .allocate(capacity: detectors)
    deadUntil.initialize(repeating: .min, count: detectors)
    recordOfClick = .allocate(capacity: Tagger.remembered * detectors)
    recordOfClick.initialize(repeating: -1, count: Tagger.remembered * detectors)
  }

  deinit {
    deadUntil.deallocate()
    recordOfClick.deallocate()
  }

  /// Turns clicks into records.
  ///
  /// - Parameters:
  ///   - clicks: per detector, sorted by edge, with one of the latest possible edge behind them.
  ///   - batch: receives the records in order and, if the clicks carry their causes, their truths; its memory is used
  ///     again.
  func take(_ clicks: borrowing DetectorLists<C>, into batch: inout Simulator.Batch) {
    // Edges before the start of the acquisition are not recorded, and the last click of each list is none.
    let early = (0..<detectors).map { clicks[$0].all.partitionPoint { $0.edge >= 0 } }
    var heads = (0..<detectors).map { clicks[$0].elements + min(early[$0], clicks[$0].count - 1) }
    let ready = (0..<detectors).reduce(0) { $0 + max(0, clicks[$1].count - 1 - early[$1]) }
    batch.tags.setCount(ready, filler: TimeTag(macroTime: 0, channel: 0))
    batch.truths.setCount(
      C.carriesCause ? ready : 0, filler: RecordTruth(origin: 0, emissionTime: 0, detectionTime: 0))
    let written = batch.tags.withUnsafeMutableBufferPointer { tags in
      batch.truths.withUnsafeMutableBufferPointer { truths in
        merge(&heads, ready, tags.baseAddress, C.carriesCause ? truths.baseAddress : nil)
      }
    }
    batch.tags.removeLast(ready - written)
    if C.carriesCause { batch.truths.removeLast(ready - written) }
  }

  /// The hot loop, on local state.
  @inline(never)
  private func merge(
    _ heads: inout [UnsafeMutablePointer<C>], _ total: Int, _ tags: UnsafeMutablePointer<TimeTag>?,
    _ truths: UnsafeMutablePointer<RecordTruth>?
  ) -> Int {
    guard let tags else { return 0 }
    var place = Tagger.Place(
      number: records, deadUntil: deadUntil, recordOfClick: recordOfClick, tag: tags, truth: truths)
    let tagger = tagger
    if detectors == 2 {
      // The common case without branches on chance: the click behind the last is later than all.
      var (a, b) = (heads[0], heads[1])
      for _ in 0..<total {
        let second = b.pointee.edge < a.pointee.edge ? 1 : 0
        let click = second == 1 ? b : a
        a += 1 &- second
        b += second
        tagger.record(click.pointee, detector: second, &place)
      }
    } else {
      for _ in 0..<total {
        var next = 0
        for d in heads.indices.dropFirst() where heads[d].pointee.edge < heads[next].pointee.edge { next = d }
        tagger.record(heads[next].pointee, detector: next, &place)
        heads[next] += 1
      }
    }
    let written = Int(place.number &- records)
    records = place.number
    lostInDeadTime += Int64(total - written)
    return written
  }
}

extension Array {
  /// Lengthens or shortens the list; what it holds afterwards is to be overwritten.
  fileprivate mutating func setCount(_ newCount: Int, filler: Element) {
    if newCount > count {
      append(contentsOf: repeatElement(filler, count: newCount - count))
    } else {
      removeLast(count - newCount)
    }
  }
}

/// What turns one click into a record.
private struct Tagger: Sendable {
  let mode: TimingElectronics.Mode
  let deadTime: Int64
  let clock: PulseClock
  /// Binary logarithm of the `FineTime` units per T2 step or T3 nanotime bin: PicoHarp's are 4 ps times a power of two.
  let resolutionShift: Int64
  /// How many of a detector's latest clicks are remembered for their afterpulses.
  static let remembered = 256

  /// Where the next record goes, and what it depends on.
  struct Place {
    /// Its number, counted from 0.
    var number: Int64
    let deadUntil: UnsafeMutablePointer<Int64>
    let recordOfClick: UnsafeMutablePointer<Int64>
    var tag: UnsafeMutablePointer<TimeTag>
    var truth: UnsafeMutablePointer<RecordTruth>?
  }

  /// Records one click, or loses it in a dead time.
  @inline(__always)
  func record<C: Click>(_ click: C, detector: Int, _ place: inout Place) {
    let input = mode == .t2 ? detector : 0
    let isLost = click.edge < place.deadUntil[input]
    if let cause = click.cause, let truth = place.truth {
      let latest = place.recordOfClick + Self.remembered &* detector
      latest[Int(truncatingIfNeeded: cause.number) & (Self.remembered - 1)] = isLost ? -1 : place.number
      if isLost { return }
      let isRemembered = cause.parent >= 0 && cause.number &- cause.parent < Int64(Self.remembered)
      truth.initialize(
        to: RecordTruth(
          origin: cause.origin, emissionTime: cause.time, detectionTime: cause.time,
          parent: isRemembered ? latest[Int(truncatingIfNeeded: cause.parent) & (Self.remembered - 1)] : -1))
      place.truth = truth + 1
    }
    if isLost { return }
    place.deadUntil[input] = click.edge &+ deadTime
    switch mode {
    case .t2:
      place.tag.initialize(
        to: TimeTag(macroTime: click.edge &>> resolutionShift, channel: UInt8(truncatingIfNeeded: detector)))
    case .t3:
      let pulse = clock.lastPulse(before: click.edge)
      // Nanotimes count from 1: readers exist that take a photon with nanotime 0 for a marker.
      let nanotime = 1 &+ (click.edge &- clock.time(ofPulse: pulse)) &>> resolutionShift
      // Router channels of a PicoHarp count from 1.
      place.tag.initialize(
        to: TimeTag(
          macroTime: pulse, nanotime: UInt16(truncatingIfNeeded: nanotime),
          channel: UInt8(truncatingIfNeeded: detector &+ 1)))
    }
    place.tag += 1
    place.number &+= 1
  }
}
