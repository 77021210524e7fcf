import Bench
public import Records

/// The counts of a scan and what caused them.
public struct ScanRecord: Sendable {
  /// Counts per pixel, line by line from the field's corner; −1 where the scan did not come to.
  public internal(set) var counts: [Int]
  /// The same for counts of the emitters' photons alone.
  public internal(set) var signalCounts: [Int]
  /// Counts of each emitter's photons in the whole image.
  public internal(set) var countsPerEmitter: [Int]
  /// Counts of each background component in the whole image.
  public internal(set) var countsPerBackground: [Int]
  /// Dark counts in the whole image.
  public internal(set) var darkCounts = 0
  /// Afterpulses in the whole image.
  public internal(set) var afterpulses = 0
  /// The hidden states of emitters while the spot is near them: the state at the start of each of these stretches, and its
  /// changes.
  public internal(set) var stateChanges: [StateChange] = []
  /// Pixels that are complete.
  public internal(set) var visited = 0
  /// Clicks that the detectors' dead times swallowed.
  public internal(set) var lostInDeadTime: Int64 = 0

  init(scan: ScanBench) {
    counts = [Int](repeating: -1, count: scan.raster.pixelCount)
    signalCounts = counts
    countsPerEmitter = [Int](repeating: 0, count: scan.bench.emitters.count)
    countsPerBackground = [Int](repeating: 0, count: scan.bench.background.count)
  }
}
