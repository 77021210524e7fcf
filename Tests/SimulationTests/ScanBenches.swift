import Bench
import Detectors
import Emitters
import Light
import Photonics
import Prediction
import Simulation

/// Small scans for tests.
enum ScanBenches {
  /// One steady emitter off the grid, a band, a strip and even light, two detectors of which the first is counted.
  static var steady: ScanBench {
    var test = TestBench(absorbed: 1.5, charged: nil)
    test.darkCountRateHz = 500
    var bench = test.bench
    bench.background = [background("band", 8_000), background("strip", 5_000), background("glass", 1_000)]
    return ScanBench(
      bench: bench, emitterPlaces: [SamplePlace(xMicrometers: 1.2, yMicrometers: 1.6)],
      backgroundShapes: [
        .band(centerMicrometers: 2, widthMicrometers: 1),
        .rectangle(
          center: SamplePlace(xMicrometers: 2, yMicrometers: 2), widthMicrometers: 0.2, lengthMicrometers: 1.5),
        .uniform,
      ],
      raster: RasterScan(widthMicrometers: 3, heightMicrometers: 3, stepMicrometers: 0.5, dwellSeconds: 0.2),
      excitationSpot: GaussianSpot(fwhmMicrometers: 0.6), detectionSpot: nil, countedDetectors: [0])
  }

  /// An emitter that switches between two exponential dwells (seconds), at the middle of a line of pixels.
  static func switching(on: Double, off: Double, dwell: Double, columns: Int) -> ScanBench {
    var bench = TestBench(absorbed: 0.5).bench
    bench.emitters[0].states[0].dwell = .exponential(meanSeconds: on)
    bench.emitters[0].states[1].dwell = .exponential(meanSeconds: off)
    let step = 0.05
    return ScanBench(
      bench: bench, emitterPlaces: [SamplePlace(xMicrometers: Double(columns - 1) * step / 2, yMicrometers: 0)],
      backgroundShapes: [],
      raster: RasterScan(
        widthMicrometers: Double(columns - 1) * step, heightMicrometers: 0, stepMicrometers: step, dwellSeconds: dwell),
      excitationSpot: GaussianSpot(fwhmMicrometers: 0.6), detectionSpot: nil, countedDetectors: [0])
  }

  static func background(_ name: String, _ rate: Double) -> BackgroundComponent {
    BackgroundComponent(
      name: name, spectrum: Spectrum(centerNanometers: 617, fwhmNanometers: 59.5), rateAtFilterHz: rate,
      decays: [.init(share: 1, lifetimeNanoseconds: 5)])
  }
}
