import Glibc
import TimeTags

/// Sorts photons by their delay after the pulse into the cells between rising delays.
///
/// Cell 0 lies before the first edge, cell i from edge i − 1 (included) to edge i, the last one behind all edges. A photon is in
/// the cells from edge a to edge b exactly when the gate a:b of `g2` lets it pass, and outside of them when b:a does: the comparisons
/// are the same.
struct DelayCells {
  /// The number of cells, one more than edges.
  let count: Int
  /// T3: the cell of every nanotime, by channel.
  private let ofNanotime: [[Int32]]
  /// T3: nanotimes below this belong to the pulse before, by channel.
  private let pulseStarts: [Int32]
  /// T3: whether photons have other pulses than those of their syncs.
  var movesPulses: Bool { pulseStarts.contains { $0 > 0 } }
  /// T2: pulse number and delay of a photon, and the edges in periods.
  private var assigner: PulseAssigner?
  private let edgesInPeriods: [Double]

  /// - Parameters:
  ///   - edgesNs: rising delays after the pulse in nanoseconds.
  ///   - reference: what they are counted from in T3; T2 always takes the rising edge.
  init(
    edgesNs: [Double], reference: TimeGate.Reference, laser: LaserSync, header: RecordingHeader, channels: [UInt8]
  ) throws {
    count = edgesNs.count + 1
    edgesInPeriods = edgesNs.map { $0 * 1000 / laser.periodPs }
    var tables = [[Int32]](repeating: [], count: 256)
    var pulseStarts = [Int32](repeating: 0, count: 256)
    if let pulses = laser.pulses {
      assigner = PulseAssigner(pulses: pulses, clock: TagClock(header), edges: laser.edges)
    } else {
      guard let unit = header.nanotimeUnitSeconds, unit > 0 else {
        throw AnalysisError("The file states no nanotime resolution, so there is no time gate.")
      }
      let marginPs = marginBeforeEdge(laser.edges, periodPs: laser.periodPs)
      for channel in channels {
        let edge = reference == .risingEdge ? laser.edges[channel] : nil
        let offset = (edge?.timePs ?? 0) / 1000
        let start = edge.map { nanotimeOfPulseStart($0, marginPs: marginPs, unitSeconds: unit) } ?? 0
        pulseStarts[Int(channel)] = start
        var table = [Int32](repeating: 0, count: 65536)
        for edge in edgesNs {
          let first = Int(nanotime(atDelayNs: edge, offsetNs: offset, unitSeconds: unit))
          for later in max(first, Int(start))..<65536 { table[later] += 1 }
          // and of the pulse before
          let late = nanotime(atDelayNs: edge - laser.periodPs / 1000, offsetNs: offset, unitSeconds: unit)
          for later in min(late, start)..<start { table[Int(later)] += 1 }
        }
        tables[Int(channel)] = table
      }
    }
    ofNanotime = tables
    self.pulseStarts = pulseStarts
  }

  /// T3: the cell of a nanotime.
  func cell(ofNanotime nanotime: Int, channel: UInt8) -> Int { Int(ofNanotime[Int(channel)][nanotime]) }

  /// The number of the pulse a photon belongs to, and its cell.
  @inline(__always)
  mutating func place(_ tag: TimeTag) -> (pulse: Int64, cell: Int) {
    guard assigner != nil else {
      let isOfPulseBefore = Int32(tag.nanotime) < pulseStarts[Int(tag.channel)]
      return (
        tag.macroTime &- (isOfPulseBefore ? 1 : 0), Int(ofNanotime[Int(tag.channel)][Int(tag.nanotime)])
      )
    }
    let (pulse, delay) = assigner!.assign(tag)
    var (low, high) = (0, edgesInPeriods.count)
    while low < high {
      let middle = (low + high) / 2
      if delay >= edgesInPeriods[middle] { low = middle + 1 } else { high = middle }
    }
    return (pulse, low)
  }

  /// No later record has a pulse number below this.
  @inline(__always)
  mutating func watermark(_ last: TimeTag) -> Int64 {
    // a channel's edge may lie up to a period later than another's
    assigner == nil ? last.macroTime &- 1 : assigner!.assign(last).pulse &- 2
  }
}

/// The first nanotime at or after a delay, both counted in whole units; within 0 … 65536.
func nanotime(atDelayNs delay: Double, offsetNs offset: Double, unitSeconds unit: Double) -> Int32 {
  Int32(min(max(((delay + offset) * 1e-9 / unit - 1e-6).rounded(.up), 0), 65536))
}
