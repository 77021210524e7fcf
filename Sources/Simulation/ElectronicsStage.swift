import Detectors
import Records

/// The time tagger: clicks of its detectors in order of their edges, dead time of the inputs, records.
final class ElectronicsStage<C: Click> {
  private let electronics: TimingElectronics
  private let clock: PulseClock
  private let steps: Steps
  private let deadTime: Int64
  private let detectors: Int

  /// Per input: edges before this time are lost. A router has one input for all detectors.
  private let deadUntil: UnsafeMutablePointer<Int64>
  private var records: Int64 = 0
  private(set) var lostInDeadTime: Int64 = 0
  /// The records of each detector's latest clicks, so that an afterpulse or a crosstalk click can name its parent's.
  private let recordOfClick: UnsafeMutablePointer<RememberedClick>
  /// Markers and sync events; `nil` if there are none.
  private var otherEvents: OtherEvents?
  private var buffer: BufferFilling?
  /// What was lost here in the last batch; `nil` where that is not written down.
  let account: LossAccount?
  private let places: LossPlaces
  private var lost = GrowingBuffer<LostClick>()
  /// When the buffer overran, in `FineTime` units; nothing is recorded afterwards.
  private(set) var overrun: Int64?

  init(
    electronics: TimingElectronics, detectors: Int, clock: PulseClock, places: LossPlaces, account: LossAccount?
  ) {
    self.electronics = electronics
    self.places = places
    self.account = account
    self.clock = clock
    let picoseconds =
      electronics.mode == .t2 ? electronics.baseResolutionPicoseconds : electronics.nanotimeResolutionPicoseconds
    let width = Int64(picoseconds) * Int64(FineTime.perPicosecond)
    steps =
      if let widths = electronics.binWidths {
        .unequal(UnequalSteps(width: width, widths: widths))
      } else if width.nonzeroBitCount == 1 {
        .powerOfTwo(PowerOfTwoSteps(shift: Int64(width.trailingZeroBitCount)))
      } else {
        .equal(EqualSteps(width: width))
      }
    deadTime = FineTime.fromNanoseconds(electronics.deadTimeNanoseconds)
    self.detectors = detectors
    deadUntil = .allocate(capacity: detectors)
    deadUntil.initialize(repeating: .min, count: detectors)
    recordOfClick = .allocate(capacity: rememberedClicks * detectors)
    recordOfClick.initialize(repeating: RememberedClick(), count: rememberedClicks * detectors)
    otherEvents = OtherEvents(electronics, clock: clock)
    buffer = electronics.buffer.map(BufferFilling.init)
  }

  deinit {
    deadUntil.deallocate()
    recordOfClick.deallocate()
  }

  /// What passes from one batch to the next.
  var progress: ElectronicsState {
    get {
      ElectronicsState(
        deadUntil: Array(UnsafeBufferPointer(start: deadUntil, count: detectors)), records: records,
        lostInDeadTime: lostInDeadTime,
        recordOfClick: Array(UnsafeBufferPointer(start: recordOfClick, count: rememberedClicks * detectors)),
        otherEvents: otherEvents?.progress, buffer: buffer?.progress)
    }
    set {
      deadUntil.update(from: newValue.deadUntil, count: detectors)
      records = newValue.records
      lostInDeadTime = newValue.lostInDeadTime
      recordOfClick.update(from: newValue.recordOfClick, count: rememberedClicks * detectors)
      if let events = newValue.otherEvents { otherEvents?.progress = events }
      if let filling = newValue.buffer { buffer?.progress = filling }
    }
  }

  /// Turns clicks into records.
  ///
  /// - Parameters:
  ///   - clicks: per detector, sorted by edge, with one of the latest possible edge behind them.
  ///   - limit: where later clicks begin.
  ///   - isLast: whether there are none.
  ///   - batch: receives the records in order and, if the clicks carry their causes, the truths of the photons; its
  ///     memory is used again.
  func take(_ clicks: borrowing DetectorLists<C>, until limit: Int64, isLast: Bool, into batch: inout Simulator.Batch) {
    // Edges before the start of the acquisition are not recorded, and the last click of each list is none.
    let early = (0..<detectors).map { clicks[$0].all.partitionPoint { $0.edge >= 0 } }
    var heads = (0..<detectors).map { clicks[$0].elements + min(early[$0], clicks[$0].count - 1) }
    let ready = (0..<detectors).reduce(0) { $0 + max(0, clicks[$1].count - 1 - early[$1]) }
    if let account {
      account.removeAll()
      lost.removeAll()
      lost.reserve(ready)
      for d in 0..<detectors {
        for click in clicks[d].all.dropLast().prefix(early[d]) {
          if let cause = click.cause { account.lose(cause, place: places.outside) }
        }
      }
    }
    batch.tags.setCount(ready, filler: TimeTag(macroTime: 0, channel: 0))
    batch.truths.setCount(
      C.carriesCause ? ready : 0, filler: RecordTruth(origin: 0, emissionTime: 0, detectionTime: 0))
    let written = batch.tags.withUnsafeMutableBufferPointer { tags in
      batch.truths.withUnsafeMutableBufferPointer { truths in
        let truths = C.carriesCause ? truths.baseAddress : nil
        // Spelled out, so that each loop is compiled for its kind of steps.
        return switch steps {
        case .powerOfTwo(let steps): merge(&heads, ready, tags.baseAddress, truths, steps)
        case .equal(let steps): merge(&heads, ready, tags.baseAddress, truths, steps)
        case .unequal(let steps): merge(&heads, ready, tags.baseAddress, truths, steps)
        }
      }
    }
    batch.tags.removeLast(ready - written)
    if C.carriesCause { batch.truths.removeLast(ready - written) }
    if let account {
      lost.setCount(ready - written)
      for click in lost.all { account.lose(click.cause, place: places.electronicsDead[click.detector]) }
    }
    otherEvents?.insert(into: &batch.tags, until: limit, isLast: isLast, macroTime: macroTime(of:))
    passBuffer(&batch)
  }

  /// The macro time of an instant that is no click, in units of the records.
  private func macroTime(of time: Int64) -> Int64 {
    guard electronics.mode == .t2 else { return clock.lastPulse(before: time) }
    return switch steps {
    case .powerOfTwo(let steps): steps.bin(of: time)
    case .equal(let steps): steps.bin(of: time)
    case .unequal(let steps): steps.bin(of: time)
    }
  }

  /// The recording stops at the record for which the buffer has no room.
  private func passBuffer(_ batch: inout Simulator.Batch) {
    guard let rest = buffer?.firstWithoutRoom(in: batch.tags, macroTime: macroTime(of:)) else { return }
    let step = Int64(electronics.baseResolutionPicoseconds) * Int64(FineTime.perPicosecond)
    let last = batch.tags[rest].macroTime
    overrun = electronics.mode == .t2 ? last * step : clock.time(ofPulse: last)
    batch.tags.removeLast(batch.tags.count - rest)
    guard C.carriesCause else { return }
    let photons = batch.tags.count { $0.kind == .photon }
    if let account { for truth in batch.truths[photons...] { account.lose(truth, place: places.buffer) } }
    batch.truths.removeLast(batch.truths.count - photons)
  }

  /// The records of one batch: photons.
  private func merge(
    _ heads: inout [UnsafeMutablePointer<C>], _ total: Int, _ tags: UnsafeMutablePointer<TimeTag>?,
    _ truths: UnsafeMutablePointer<RecordTruth>?, _ steps: some TimeSteps
  ) -> Int {
    switch electronics.mode {
    case .t2: return merge(&heads, total, tags, truths, T2Format(steps: steps))
    case .t3:
      let format = T3Format(
        steps: steps, clock: clock, inputs: electronics.isRouted ? 0 : -1,
        firstBin: Int64(electronics.firstNanotimeBin), firstChannel: electronics.channel(ofDetector: 0))
      return merge(&heads, total, tags, truths, format)
    }
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
      tag: tags, truth: truths, lost: account == nil ? nil : lost.elements)
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

/// The kinds of steps.
private enum Steps {
  case powerOfTwo(PowerOfTwoSteps)
  case equal(EqualSteps)
  case unequal(UnequalSteps)
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

struct RememberedClick: BitwiseCopyable, Sendable, Codable {
  /// Its number among its detector's clicks.
  var number: Int64 = -1
  /// The number of its record; −1 if it was lost.
  var record: Int64 = -1
}

/// A click that the dead time of the electronics swallowed.
private struct LostClick: BitwiseCopyable {
  var cause: ClickCause
  var detector: Int
}

/// How a click's edge becomes a record.
private protocol RecordFormat: Sendable {
  /// The input that a detector's signal enters.
  func input(of detector: Int) -> Int
  func tag(edge: Int64, detector: Int) -> TimeTag
}

private struct T2Format<Steps: TimeSteps>: RecordFormat {
  let steps: Steps

  @inline(__always)
  func input(of detector: Int) -> Int { detector }

  @inline(__always)
  func tag(edge: Int64, detector: Int) -> TimeTag {
    TimeTag(macroTime: steps.bin(of: edge), channel: UInt8(truncatingIfNeeded: detector))
  }
}

private struct T3Format<Steps: TimeSteps>: RecordFormat {
  let steps: Steps
  let clock: PulseClock
  /// All bits for one input per detector, none for a router's single one.
  let inputs: Int
  let firstBin: Int64
  let firstChannel: Int

  @inline(__always)
  func input(of detector: Int) -> Int { detector & inputs }

  @inline(__always)
  func tag(edge: Int64, detector: Int) -> TimeTag {
    let pulse = clock.lastPulse(before: edge)
    let nanotime = firstBin &+ steps.bin(of: edge &- clock.time(ofPulse: pulse))
    return TimeTag(
      macroTime: pulse, nanotime: UInt16(truncatingIfNeeded: nanotime),
      channel: UInt8(truncatingIfNeeded: detector &+ firstChannel))
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
  /// Where the next lost click is written down.
  var lost: UnsafeMutablePointer<LostClick>?

  /// Records one click, or loses it in a dead time.
  @inline(__always)
  mutating func record<C: Click>(_ click: C, detector: Int) {
    let input = format.input(of: detector)
    let isLost = click.edge < deadUntil[input]
    if let cause = click.cause, let truth {
      let latest = recordOfClick + rememberedClicks &* detector
      latest[Int(truncatingIfNeeded: cause.number) & (rememberedClicks - 1)] = RememberedClick(
        number: cause.number, record: isLost ? -1 : number)
      if isLost {
        if let lost {
          lost.initialize(to: LostClick(cause: cause, detector: detector))
          self.lost = lost + 1
        }
        return
      }
      // Forgotten, or still to come by a longer cable, it has no record to name.
      let parents = recordOfClick + rememberedClicks &* Int(cause.parentDetector)
      let parent = parents[Int(truncatingIfNeeded: cause.parent) & (rememberedClicks - 1)]
      truth.initialize(
        to: RecordTruth(
          origin: cause.origin, emissionTime: cause.emission, detectionTime: cause.time,
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
