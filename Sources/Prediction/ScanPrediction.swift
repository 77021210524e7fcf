public import Bench
import Detectors

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

  /// Calculates every pixel; pixels that see the same are calculated once.
  public init(scan: ScanBench) {
    func rate(_ bench: Bench) -> Double {
      let rates = Predictor(bench: bench).recordedRatesHz
      return scan.countedDetectors.reduce(0) { $0 + rates[$1] }
    }
    var known: [Bench: Double] = [:]
    expectedCounts = (0..<scan.raster.pixelCount).map { i in
      let (row, column) = i.quotientAndRemainder(dividingBy: scan.raster.columns)
      let bench = scan.bench(at: .init(column: column, row: row))
      if let known = known[bench] { return known * scan.raster.dwellSeconds }
      let rate = rate(bench)
      known[bench] = rate
      return rate * scan.raster.dwellSeconds
    }
    emitterRatesHz = scan.bench.emitters.indices.map { e in
      var alone = scan.bench
      alone.emitters = [scan.emitter(e, from: scan.emitterPlaces[e])]
      alone.background = []
      for d in alone.detectors.indices { alone.detectors[d].darkCountRateHz = 0 }
      alone.durationSeconds = scan.raster.durationSeconds
      return rate(alone)
    }
  }
}
