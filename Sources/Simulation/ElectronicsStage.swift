import Detectors
import TimeTags

/// The time tagger: clicks of its detectors in order of their edges, dead time of the inputs, records.
final class ElectronicsStage<C: Click> {
  private let mode: TimingElectronics.Mode
  private let t2: T2Format
  private let t3: T3Format
  private let deadTime: Int64
  private let detectors: Int

  /// Per input: edges before this time are lost. T3 has one input for all detectors.
  private let deadUntil: UnsafeMutablePointer<Int64>
  private var records: Int64 = 0
  private(set) var lostInDeadTime: Int64 = 0
  /// The records of each detector's latest clicks, so that an afterpulse or a crosstalk click can name its parent's.
  private let recordOfClick: UnsafeMutablePointer<RememberedClick>

  init(electronics: TimingElectronics, detectors: Int, clock: PulseClock) {
    let mode = electronics.mode
    let picoseconds =
      mode == .t2 ? electronics.baseResolutionPicoseconds : electronics.nanotimeResolutionPicoseconds
    let resolution = picoseconds * Int(FineTime.perPicosecond)
    precondition(resolution.nonzeroBitCount == 1, "a PicoHarp's time steps are powers of two")
    let shift = Int64(resolution.trailingZeroBitCount)
    self.mode = mode
    t2 = T2Format(resolutionShift: shift)
    t3 = T3Format(resolutionShift: shift, clock: clock)
    deadTime = FineTime.fromNanoseconds(electronics.deadTimeNanoseconds)
    self.detectors = detectors
    deadUntil = .allocate(capacity: detectors)
    deadUntil.initialize(repeating: .min, count: detectors)
    recordOfClick = .allocate(capacity: rememberedClicks * detectors)
    recordOfClick.initialize(repeating: RememberedClick(), count: rememberedClicks * detectors)
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
        let truths = C.carriesCause ? truths.baseAddress : nil
        return switch mode {
        case .t2: merge(&heads, ready, tags.baseAddress, truths, t2)
        case .t3: merge(&heads, ready, tags.baseAddress, truths, t3)
        }
      }
    }
    batch.tags.removeLast(ready - written)
    if C.carriesCause { batch.truths.removeLast(ready - written) }
  }

  /// The hot loop, on local state; compiled for each kind of records.
  @inline(never)
  private func merge<Format: RecordFormat>(
    _ heads: inout [UnsafeMutablePointer<C>], _ total: Int, _ tags: UnsafeMutablePointer<TimeTag>?,
    _ truths: UnsafeMutablePointer<RecordTruth>?, _ format: Format
  ) -> Int {
    guard let tags else { return 0 }
    var tagger = Tagger(
      format: format, deadTime: deadTime, number: records, deadUntil: deadUntil, recordOfClick: recordOfClick,
      tag: tags, truth: truths)
    if detectors == 2 {
      // The common case without branches on chance: the click behind the last is later than all.
      var (a, b) = (heads[0], heads[1])
      for _ in 0..<total {
        let second = b.pointee.edge < a.pointee.edge ? 1 : 0
        let click = second == 1 ? b : a
        a += 1 &- second
        b += second
        tagger.record(click.pointee, detector: second)
      }
    } else {
      for _ in 0..<total {
        var next = 0
        for d in heads.indices.dropFirst() where heads[d].pointee.edge < heads[next].pointee.edge { next = d }
        tagger.record(heads[next].pointee, detector: next)
        heads[next] += 1
      }
    }
    let written = Int(tagger.number &- records)
    records = tagger.number
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

/// How many of a detector's latest clicks are remembered for what they bring about.
private let rememberedClicks = 256

private struct RememberedClick: BitwiseCopyable {
  /// Its number among its detector's clicks.
  var number: Int64 = -1
  /// The number of its record; −1 if it was lost.
  var record: Int64 = -1
}

/// How a click's edge becomes a record.
private protocol RecordFormat: Sendable {
  /// The input that a detector's signal enters.
  func input(of detector: Int) -> Int
  func tag(edge: Int64, detector: Int) -> TimeTag
}

private struct T2Format: RecordFormat {
  /// Binary logarithm of the `FineTime` units per T2 step or T3 nanotime bin: PicoHarp's are 4 ps times a power of two.
  let resolutionShift: Int64

  @inline(__always)
  func input(of detector: Int) -> Int { detector }

  @inline(__always)
  func tag(edge: Int64, detector: Int) -> TimeTag {
    TimeTag(macroTime: edge &>> resolutionShift, channel: UInt8(truncatingIfNeeded: detector))
  }
}

private struct T3Format: RecordFormat {
  let resolutionShift: Int64
  let clock: PulseClock

  @inline(__always)
  func input(of detector: Int) -> Int { 0 }

  @inline(__always)
  func tag(edge: Int64, detector: Int) -> TimeTag {
    let pulse = clock.lastPulse(before: edge)
    // Nanotimes count from 1: readers exist that take a photon with nanotime 0 for a marker.
    let nanotime = 1 &+ (edge &- clock.time(ofPulse: pulse)) &>> resolutionShift
    // Router channels of a PicoHarp count from 1.
    return TimeTag(
      macroTime: pulse, nanotime: UInt16(truncatingIfNeeded: nanotime),
      channel: UInt8(truncatingIfNeeded: detector &+ 1))
  }
}

/// What turns one click after the other into records.
private struct Tagger<Format: RecordFormat> {
  let format: Format
  let deadTime: Int64
  /// The number of the next record, counted from 0.
  var number: Int64
  let deadUntil: UnsafeMutablePointer<Int64>
  let recordOfClick: UnsafeMutablePointer<RememberedClick>
  /// Where the next record goes.
  var tag: UnsafeMutablePointer<TimeTag>
  var truth: UnsafeMutablePointer<RecordTruth>?

  /// Records one click, or loses it in a dead time.
  @inline(__always)
  mutating func record<C: Click>(_ click: C, detector: Int) {
    let input = format.input(of: detector)
    let isLost = click.edge < deadUntil[input]
    if let cause = click.cause, let truth {
      let latest = recordOfClick + rememberedClicks &* detector
      latest[Int(truncatingIfNeeded: cause.number) & (rememberedClicks - 1)] = RememberedClick(
        number: cause.number, record: isLost ? -1 : number)
      if isLost { return }
      // Forgotten, or still to come by a longer cable, it has no record to name.
      let parents = recordOfClick + rememberedClicks &* Int(cause.parentDetector)
      let parent = parents[Int(truncatingIfNeeded: cause.parent) & (rememberedClicks - 1)]
      truth.initialize(
        to: RecordTruth(
          origin: cause.origin, emissionTime: cause.time, detectionTime: cause.time,
          parent: parent.number == cause.parent ? parent.record : -1))
      self.truth = truth + 1
    }
    if isLost { return }
    deadUntil[input] = click.edge &+ deadTime
    tag.initialize(to: format.tag(edge: click.edge, detector: detector))
    tag += 1
    number &+= 1
  }
}
