import Detectors
import TimeTags

/// The time tagger: clicks of all detectors in order of their edges, dead time of the inputs, records.
struct ElectronicsStage: Sendable {
  private let mode: TimingElectronics.Mode
  private let deadTime: Int64
  private let clock: PulseClock
  /// `FineTime` units per T2 step or T3 nanotime bin.
  private let resolution: Int64
  /// The recording's length.
  private let end: Int64

  /// Per input: edges before this time are lost. T3 has one input for all detectors.
  private var deadUntil: [Int64]
  private(set) var records: Int64 = 0
  private(set) var lostInDeadTime: Int64 = 0
  /// Record numbers of each detector's latest clicks, so that an afterpulse can name its parent's record.
  private var recordOfClick: [[Int64]]
  private static let remembered = 256

  init(electronics: TimingElectronics, detectors: Int, clock: PulseClock, duration: Int64) {
    mode = electronics.mode
    deadTime = FineTime.fromNanoseconds(electronics.deadTimeNanoseconds)
    self.clock = clock
    let picoseconds =
      mode == .t2 ? electronics.baseResolutionPicoseconds : electronics.nanotimeResolutionPicoseconds
    resolution = Int64(picoseconds) * Int64(FineTime.perPicosecond)
    end = duration
    deadUntil = [Int64](repeating: .min, count: mode == .t2 ? detectors : 1)
    recordOfClick = [[Int64]](repeating: [Int64](repeating: -1, count: Self.remembered), count: detectors)
  }

  /// Turns clicks into records.
  ///
  /// - Parameters:
  ///   - stages: the detectors; clicks with an edge before `limit` are taken from them.
  ///   - tags: records are appended here, and their truth to `truths`.
  mutating func take(
    from stages: inout [DetectorStage], before limit: Int64, tags: inout [TimeTag], truths: inout [RecordTruth]
  ) {
    var position = [Int](repeating: 0, count: stages.count)
    let lists = stages.map(\.output)
    while true {
      var next = -1
      var edge = limit
      for d in lists.indices where position[d] < lists[d].count && lists[d][position[d]].edge < edge {
        next = d
        edge = lists[d][position[d]].edge
      }
      if next < 0 { break }
      let click = lists[next][position[next]]
      position[next] &+= 1
      record(click, detector: next, tags: &tags, truths: &truths)
    }
    for d in stages.indices { stages[d].release(position[d]) }
  }

  @inline(__always)
  private mutating func record(_ click: Click, detector: Int, tags: inout [TimeTag], truths: inout [RecordTruth]) {
    let input = mode == .t2 ? detector : 0
    let slot = Int(truncatingIfNeeded: click.number) & (Self.remembered - 1)
    recordOfClick[detector][slot] = -1
    // Edges before the start or after the end of the acquisition are not recorded.
    guard click.edge >= 0, click.edge < end else { return }
    guard click.edge >= deadUntil[input] else {
      lostInDeadTime &+= 1
      return
    }
    deadUntil[input] = click.edge &+ deadTime
    switch mode {
    case .t2:
      tags.append(TimeTag(macroTime: click.edge / resolution, channel: UInt8(truncatingIfNeeded: detector)))
    case .t3:
      let pulse = clock.lastPulse(before: click.edge)
      // Nanotimes count from 1: readers exist that take a photon with nanotime 0 for a marker.
      let nanotime = 1 &+ (click.edge &- clock.time(ofPulse: pulse)) / resolution
      // Router channels of a PicoHarp count from 1.
      tags.append(
        TimeTag(
          macroTime: pulse, nanotime: UInt16(truncatingIfNeeded: nanotime),
          channel: UInt8(truncatingIfNeeded: detector &+ 1)))
    }
    recordOfClick[detector][slot] = records
    var parent: Int64 = -1
    if click.parent >= 0, click.number &- click.parent < Int64(Self.remembered) {
      parent = recordOfClick[detector][Int(truncatingIfNeeded: click.parent) & (Self.remembered - 1)]
    }
    truths.append(
      RecordTruth(origin: click.origin, emissionTime: click.time, detectionTime: click.time, parent: parent))
    records &+= 1
  }
}
