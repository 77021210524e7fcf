import Glibc
import TimeTags

/// The cells of ``DelayCells`` that a gate is made of.
package struct GateWindow: Sendable {
  /// The cells inside the gate, or those outside of it.
  var range: Range<Int>
  /// Whether the gate passes the cells outside `range`, as where it reaches round the end of the period.
  var isOutside = false
}

/// The gates of a scan: all pairs of a start and a later stop, and those that reach round the end of the period.
struct GateGrid {
  /// A gate and its cells.
  struct Gate {
    var startNs: Double
    var stopNs: Double
    var cells: GateWindow
    var lengthNs: Double
  }
  /// The rising delays that part the cells, in nanoseconds.
  let edgesNs: [Double]
  /// By start and then stop.
  let gates: [Gate]

  /// - Throws: ``AnalysisError`` for delays that are negative, beyond the period, or too many, and without any gate.
  init(_ options: GateScanOptions, laser: LaserSync, latestNs: (delay: Double, range: Double)) throws {
    let rise = (laser.edges.values.map(\.risePs).max() ?? 0) / 1000
    let automatic = gateDelaysNs(fromRise: rise, to: latestNs.delay)
    let starts: [Double] = options.startsNs ?? ([0] + automatic.dropLast())
    let stops: [Double] = options.stopsNs ?? automatic
    for delay in starts + stops where !(delay >= 0 && delay <= laser.periodPs / 1000) {
      throw AnalysisError(
        "A gate lies between 0 and the laser period of \(laser.periodPs / 1000) ns; it cannot start or stop at "
          + "\(delay) ns.")
    }
    edgesNs = Set(starts + stops).sorted()
    guard edgesNs.count <= 256 else {
      throw AnalysisError("A scan takes at most 256 different delays, found \(edgesNs.count).")
    }
    var gates: [Gate] = []
    for start in Set(starts).sorted() {
      for stop in Set(stops).sorted() where stop > start || stop < start && options.reachesRound {
        gates.append(
          Gate(
            startNs: start, stopNs: stop, cells: Self.cells(edgesNs, start, stop),
            lengthNs: stop - start + (stop < start ? laser.periodPs / 1000 : 0)))
      }
    }
    guard !gates.isEmpty else { throw AnalysisError("Every gate of the scan stops where it starts.") }
    self.gates = gates
  }

  /// The cells of a gate.
  func cells(startNs: Double, stopNs: Double) -> GateWindow { Self.cells(edgesNs, startNs, stopNs) }

  private static func cells(_ edges: [Double], _ start: Double, _ stop: Double) -> GateWindow {
    let (first, last) = (edges.firstIndex(of: min(start, stop))!, edges.firstIndex(of: max(start, stop))!)
    return GateWindow(range: first + 1..<last + 1, isOutside: stop < start)
  }
}

/// The latest delay after the pulse that the recording holds in both channels, and the range of delays it can hold, in
/// nanoseconds.
func latestDelayNs(
  _ laser: LaserSync, _ nanotimes: NanotimeHistogram, _ header: RecordingHeader, _ channels: [UInt8],
  _ reference: TimeGate.Reference
) -> (delay: Double, range: Double) {
  let period = laser.periodPs / 1000
  let beforeNextPulse = period - marginBeforeEdge(laser.edges, periodPs: laser.periodPs) / 1000
  guard header.mode == .t3 else { return (beforeNextPulse, period) }
  let ranges = channels.map { channel in
    let decay = nanotimes.decay([channel], header: header)
    // whole bins: part of one may be left over at the end of the period
    let end = Double(decay.counts.count) * decay.binPs / 1000
    return end + decay.binPs / 1000 > period ? period : end
  }
  let range = ranges.min() ?? period
  let edge = reference == .risingEdge ? (laser.edges.values.map(\.timePs).max() ?? 0) / 1000 : 0
  // behind a cable the latest photons of a pulse come after the next sync
  if range == period, edge > 0 { return (beforeNextPulse, range) }
  return (max(range - edge, 0), range)
}
