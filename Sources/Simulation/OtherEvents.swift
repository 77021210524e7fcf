import Detectors
import Records

/// What an instrument records beside photons, in order of time: markers and, in T2, the laser's sync.
struct OtherEvents {
  private var markers: [MarkerLine]
  private var sync: SyncEvents?
  /// Room in which records are merged.
  private var room: [TimeTag] = []

  /// `nil` when the instrument records photons only.
  init?(_ electronics: TimingElectronics, clock: PulseClock) {
    markers = electronics.markers.map(MarkerLine.init)
    if electronics.recordsSync && electronics.mode == .t2 {
      sync = SyncEvents(
        clock: clock, divider: Int64(electronics.syncDivider),
        deadTime: FineTime.fromNanoseconds(electronics.deadTimeNanoseconds))
    }
    if markers.isEmpty && sync == nil { return nil }
  }

  /// The numbers of the next markers and of the next sync pulse, which say when they come.
  struct Progress: Sendable, Codable {
    var markers: [Int]
    var pulse: Int64?
  }

  var progress: Progress {
    get { Progress(markers: markers.map(\.number), pulse: sync?.pulse) }
    set {
      for (i, number) in newValue.markers.enumerated() { markers[i].number = number }
      if let pulse = newValue.pulse { sync?.pulse = pulse }
    }
  }

  /// Puts the events before a time among the photons, each behind those of its own macro time.
  ///
  /// - Parameters:
  ///   - tags: photons in order, of edges before `limit`.
  ///   - limit: the time, in `FineTime` units; no photon still to come has an earlier edge.
  ///   - isLast: whether no photon is still to come. If one is, it may have the limit's own macro time: events of that one wait.
  ///   - macroTime: converts `FineTime` into the records' unit.
  mutating func insert(into tags: inout [TimeTag], until limit: Int64, isLast: Bool, macroTime: (Int64) -> Int64) {
    room.removeAll(keepingCapacity: true)
    var photon = 0
    let border = isLast ? Int64.max : macroTime(max(0, limit))
    while let event = next(before: limit, border: border, macroTime) {
      while photon < tags.count && tags[photon].macroTime <= event.macroTime {
        room.append(tags[photon])
        photon += 1
      }
      room.append(event)
    }
    room.append(contentsOf: tags[photon...])
    swap(&room, &tags)
  }

  /// The next event; `nil` when it comes at the limit or later, or its macro time is not below the border.
  private mutating func next(before limit: Int64, border: Int64, _ macroTime: (Int64) -> Int64) -> TimeTag? {
    let marker = markers.reduce(Int64.max) { min($0, $1.next) }
    let pulse = sync?.next ?? .max
    guard min(marker, pulse) < limit, case let time = macroTime(min(marker, pulse)), time < border else { return nil }
    if pulse < marker {
      sync?.advance()
      return TimeTag(macroTime: time, channel: 0, kind: .sync)
    }
    // Markers that come together are one record with several bits.
    var bits: UInt8 = 0
    for i in markers.indices where markers[i].next == marker {
      bits |= markers[i].bit
      markers[i].advance()
    }
    return TimeTag(macroTime: time, channel: bits, kind: .marker)
  }
}

/// The markers of one line.
private struct MarkerLine {
  let bit: UInt8
  private let times: ExternalMarker.Times
  /// The number of the next marker.
  var number = 0 { didSet { next = Self.time(times, number) } }
  /// Its time.
  private(set) var next: Int64

  init(_ marker: ExternalMarker) {
    bit = 1 << UInt8(marker.line - 1)
    times = marker.times
    next = Self.time(times, 0)
  }

  mutating func advance() { number += 1 }

  private static func time(_ times: ExternalMarker.Times, _ number: Int) -> Int64 {
    switch times {
    case .periodic(let first, let period): FineTime.fromSeconds(first + Double(number) * period)
    case .listed(let list): number < list.count ? FineTime.fromSeconds(list[number]) : .max
    }
  }
}

/// The laser pulses that a divider lets through to the sync input, as far as its dead time does.
private struct SyncEvents {
  private let clock: PulseClock
  private let divider: Int64
  private let deadTime: Int64
  /// The number of the next event's pulse.
  var pulse: Int64 = 0 { didSet { next = clock.time(ofPulse: pulse) } }
  /// The time of the next event.
  private(set) var next: Int64 = 0

  init(clock: PulseClock, divider: Int64, deadTime: Int64) {
    self.clock = clock
    self.divider = divider
    self.deadTime = deadTime
  }

  mutating func advance() {
    let readyAt = next &+ deadTime
    repeat {
      pulse &+= divider
    } while next < readyAt
  }
}
