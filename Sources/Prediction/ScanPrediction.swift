public import Bench
import Detectors
import Dispatch
import Synchronization

/// The counts to expect in every pixel of a scan, without a random number.
///
/// Each pixel is a bench of its own (``ScanBench/bench(at:)``), whose hidden states are in proportion to their share of
/// time. What crosses from one pixel to the next is left out: an excitation or background light that outlives the last
/// pulse of a dwell, and a change of an emitter's states in the course of the scan (bleaching counts with its mean over
/// the scan).
public struct ScanPrediction: Sendable {
  /// Mean counts per pixel, line by line from the field's corner.
  public let expectedCounts: [Double]
  /// Mean counts per second of each emitter alone with the spots on it, without background and dark counts.
  public let emitterRatesHz: [Double]

  /// Calculates every pixel; pixels of a line that see the same are calculated once.
  ///
  /// - Parameters:
  ///   - threads: how many lines are calculated at the same time.
  ///   - progress: is told, on any thread, how much is done, 0 to 1.
  public init(scan: ScanBench, threads: Int = 1, progress: @Sendable (Double) -> Void = { _ in }) {
    let raster = scan.raster
    let next = Atomic<Int>(0)
    var counts = [Double](repeating: 0, count: raster.pixelCount)
    counts.withUnsafeMutableBufferPointer { counts in
      // Each line is written by one thread.
      nonisolated(unsafe) let counts = counts
      withoutActuallyEscaping(progress) { progress in
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, raster.rows))) { _ in
          while true {
            let row = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if row >= raster.rows { break }
            var known: [Bench: Double] = [:]
            for column in 0..<raster.columns {
              let pixel = RasterScan.Pixel(column: column, row: row)
              let bench = scan.bench(at: pixel)
              let rate = known[bench] ?? scan.countRate(bench)
              known[bench] = rate
              counts[raster.index(of: pixel)] = rate * raster.dwellSeconds
            }
            progress(Double(row) / Double(raster.rows))
          }
        }
      }
    }
    expectedCounts = counts
    emitterRatesHz = scan.bench.emitters.indices.map { e in
      var alone = scan.bench
      alone.emitters = [scan.emitter(e, from: scan.emitterPlaces[e])]
      alone.background = []
      for d in alone.detectors.indices { alone.detectors[d].darkCountRateHz = 0 }
      alone.durationSeconds = raster.durationSeconds
      return scan.countRate(alone)
    }
  }
}

extension ScanBench {
  /// Mean counts per second of a pixel.
  fileprivate func countRate(_ pixel: Bench) -> Double {
    let rates = Predictor(bench: pixel).recordedRatesHz
    return countedDetectors.reduce(0) { $0 + rates[$1] }
  }
}
