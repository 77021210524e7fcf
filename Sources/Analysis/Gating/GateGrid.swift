import Glibc
import TimeTags

/// The gates of a scan: all pairs of a start and a later stop.
struct GateGrid {
  /// A gate and the cells of ``DelayCells`` that it is made of.
  struct Gate {
    var startNs: Double
    var stopNs: Double
    var cells: Range<Int>
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
      for stop in Set(stops).sorted() where stop > start {
        gates.append(Gate(startNs: start, stopNs: stop, cells: Self.cells(edgesNs, start, stop)))
      }
    }
    guard !gates.isEmpty else { throw AnalysisError("No gate of the scan stops after it starts.") }
    self.gates = gates
  }

  /// The cells of a gate.
  func cells(startNs: Double, stopNs: Double) -> Range<Int> { Self.cells(edgesNs, startNs, stopNs) }

  private static func cells(_ edges: [Double], _ start: Double, _ stop: Double) -> Range<Int> {
    (edges.firstIndex(of: start)! + 1)..<(edges.firstIndex(of: stop)! + 1)
  }
}

/// The latest delay after the pulse that the recording holds in both channels, and the range of delays it can hold, in
/// nanoseconds.
func latestDelayNs(
  _ laser: LaserSync, _ nanotimes: NanotimeHistogram, _ header: RecordingHeader, _ channels: [UInt8],
  _ reference: TimeGate.Reference
) -> (delay: Double, range: Double) {
  let period = laser.periodPs / 1000
  guard header.mode == .t3 else {
    let margin = min(3 * (laser.edges.values.map(\.risePs).max() ?? 0) / 1000, period / 20)
    return (period - margin, period)
  }
  let ranges = channels.map { channel in
    let decay = nanotimes.decay([channel], header: header)
    return Double(decay.counts.count) * decay.binPs / 1000
  }
  let range = min(period, ranges.min() ?? period)
  let edge = reference == .risingEdge ? (laser.edges.values.map(\.timePs).max() ?? 0) / 1000 : 0
  return (max(range - edge, 0), range)
}
