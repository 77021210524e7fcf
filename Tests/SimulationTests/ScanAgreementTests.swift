import Bench
import CGSL
import Detectors
import Emitters
import Light
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Drawn scans against expected ones and closed forms, false-alarm probability 1e-6 per comparison")
struct ScanAgreementTests {
  /// Every pixel of a steady sample. An emitter's photons are slightly more regular than Poisson light.
  @Test(arguments: ["wide field", "confocal", "continuous", "80 MHz", "both detectors"])
  func meanImage(_ kind: String) {
    var scan = ScanBenches.steady
    switch kind {
    case "confocal": scan.detectionSpot = GaussianSpot(fwhmMicrometers: 0.8)
    case "continuous":
      scan.bench.excitation.mode = .continuous
      scan.bench.emitters[0].absorption = .ratePerNanosecond(0.004)
    case "80 MHz": scan.bench.excitation.mode = .pulsed(repetitionRateHz: 80e6)
    case "both detectors": scan.countedDetectors = [0, 1]
    default: break
    }
    let record = ScanSimulator(scan: scan, seed: 3).run()
    let expected = ScanPrediction(scan: scan).expectedCounts
    #expect(record.visited == scan.raster.pixelCount)
    for (i, mean) in expected.enumerated() { expectPoisson(record.counts[i], mean: mean, "\(kind), pixel \(i)") }
    // The emitter is bright enough for the comparison to mean something.
    #expect(record.countsPerEmitter[0] > 20_000)
    let causes =
      record.countsPerEmitter.reduce(0, +) + record.countsPerBackground.reduce(0, +) + record.darkCounts
      + record.afterpulses
    #expect(record.counts.reduce(0, +) == causes)
    #expect(record.signalCounts.reduce(0, +) == record.countsPerEmitter[0])
  }

  /// Far from saturation the image of an emitter is the spot itself, times what the detector sees.
  @Test(arguments: [nil, 0.8])
  func imageOfAPointIsTheSpot(detection: Double?) {
    var scan = ScanBenches.steady
    scan.detectionSpot = detection.map(GaussianSpot.init(fwhmMicrometers:))
    scan.bench.emitters[0].absorption = .meanPhotonsPerPulse(1e-4)
    scan.bench.background = []
    scan.backgroundShapes = []
    for d in scan.bench.detectors.indices { scan.bench.detectors[d].darkCountRateHz = 0 }
    let expected = ScanPrediction(scan: scan)
    for i in expected.expectedCounts.indices {
      let (row, column) = i.quotientAndRemainder(dividingBy: scan.raster.columns)
      let (dx, dy) = (Double(column) * 0.5 - 1.2, Double(row) * 0.5 - 1.6)
      let narrowing = 1 / 0.36 + (detection.map { 1 / ($0 * $0) } ?? 0)
      let shape = gsl_sf_exp(-4 * 0.6931471805599453 * (dx * dx + dy * dy) * narrowing)
      let value = expected.expectedCounts[i] / (expected.emitterRatesHz[0] * 0.2)
      #expect(abs(value - shape) < 1e-4 * shape + 1e-12, "pixel \(i)")
    }
  }

  /// Two exponential dwells: variance of a pixel and covariance of neighbours in closed form. N is the number of photons in
  /// T, the rates of the two states differ by Δ, the on state has the share p, 1/τ = 1/on + 1/off:
  /// var N = mean + Δ² p(1−p) 2τ (T − τ(1 − e^(−T/τ))), cov = Δ₁Δ₂ p(1−p) τ² (1 − e^(−T/τ))² for neighbours in time.
  @Test func blinkingDuringAndAcrossDwells() {
    let (on, off, dwell) = (0.012, 0.006, 0.02)
    let scan = ScanBenches.switching(on: on, off: off, dwell: dwell, columns: 2)
    let scans = 1_500
    let images = (0..<scans).map { ScanSimulator(scan: scan, seed: UInt64(1_000 + $0)).run().counts.map { Double($0) } }
    let prediction = ScanPrediction(scan: scan)
    func rate(_ state: Int) -> Double {
      var steady = scan
      steady.bench.emitters[0].states = [scan.bench.emitters[0].states[state]]
      return ScanPrediction(scan: steady).expectedCounts[0] / dwell
    }
    let delta = rate(0) - rate(1)
    let (p, tau) = (on / (on + off), 1 / (1 / on + 1 / off))
    let decay = 1 - gsl_sf_exp(-dwell / tau)
    let mean = prediction.expectedCounts[0]
    let variance = mean + delta * delta * p * (1 - p) * 2 * tau * (dwell - tau * decay)
    let covariance = delta * delta * p * (1 - p) * tau * tau * decay * decay
    // Blinking must dominate for the test to see it.
    #expect(variance > 5 * mean)
    let n = Double(scans)
    for pixel in 0..<2 {
      let values = images.map { $0[pixel] }
      let average = values.reduce(0, +) / n
      #expect(abs(average - mean) < 4.9 * (variance / n).squareRoot(), "mean \(average), expected \(mean)")
      let found = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      // The standard error from the sample itself: the law is not normal.
      let fourth = values.reduce(0) { sum, v in
        let square = (v - mean) * (v - mean) - found
        return sum + square * square
      }
      #expect(abs(found - variance) < 4.9 * (fourth / n / n).squareRoot(), "variance \(found), expected \(variance)")
    }
    let products = images.map { ($0[0] - mean) * ($0[1] - mean) }
    let found = products.reduce(0, +) / n
    let spread = (products.reduce(0) { $0 + ($1 - found) * ($1 - found) } / n / n).squareRoot()
    #expect(abs(found - covariance) < 4.9 * spread, "covariance \(found), expected \(covariance)")
  }

  /// Detectors lose counts of a bright emitter as the prediction says.
  @Test func deadTime() {
    var scan = ScanBenches.steady
    for d in scan.bench.detectors.indices { scan.bench.detectors[d].deadTimeNanoseconds = 1_000 }
    scan.raster.dwellSeconds = 1
    let record = ScanSimulator(scan: scan, seed: 5).run()
    let expected = ScanPrediction(scan: scan).expectedCounts
    for (i, mean) in expected.enumerated() { expectPoisson(record.counts[i], mean: mean, "pixel \(i)") }
    // A tenth of the counts is missing in the brightest pixel.
    for d in scan.bench.detectors.indices { scan.bench.detectors[d].deadTimeNanoseconds = 0 }
    let without = ScanPrediction(scan: scan).expectedCounts
    #expect(without.max()! - expected.max()! > 20 * expected.max()!.squareRoot())
  }

  /// An excitation that outlives the last pulse of a dwell is emitted in the next pixel, or in the fly-back. One pulse per
  /// pixel that always excites, lifetime L, period and dwell T: p η (1 − e^(−T/L)) at once and times e^(−T/L) in the next.
  @Test(arguments: [0, 1e-6])
  func leftOverExcitation(flyBack: Double) {
    var test = TestBench(repetitionRateHz: 1e6, absorbed: 40, coupling: 1, charged: nil)
    test.lifetimes = (10_000, 1e-3)
    test.yields = (1, 0)
    let line = flyBack > 0 ? (0.0, 5.0) : (5.0, 0.0)
    let scan = ScanBench(
      bench: test.bench, emitterPlaces: [SamplePlace(xMicrometers: 0, yMicrometers: 0)], backgroundShapes: [],
      raster: RasterScan(
        widthMicrometers: line.0, heightMicrometers: line.1, stepMicrometers: 5, dwellSeconds: 1e-6,
        flyBackSeconds: flyBack),
      excitationSpot: GaussianSpot(fwhmMicrometers: 0.6), detectionSpot: nil, countedDetectors: [0, 1])
    let scans = 8_000
    var counts = [0, 0]
    for seed in 0..<scans {
      let record = ScanSimulator(scan: scan, seed: UInt64(seed)).run()
      for i in 0..<2 { counts[i] += record.counts[i] }
    }
    let seen = scan.bench.detectionProbabilities(
      ofEmitted: scan.bench.emitters[0].states[0].scheme.transitions[0].line!
    ).reduce(0, +)
    let now = seen * (1 - gsl_sf_exp(-0.1))
    expectPoisson(counts[0], mean: Double(scans) * now, "at once")
    expectPoisson(counts[1], mean: Double(scans) * now * gsl_sf_exp(flyBack > 0 ? -0.2 : -0.1), "later")
  }

  @Test(arguments: [2, 3, 8])
  func threadsDoNotMatter(_ threads: Int) {
    var scan = ScanBenches.steady
    let dot = TestBench(repetitionRateHz: 80e6, absorbed: 1).bench.emitters[0]
    scan.bench.excitation.mode = .pulsed(repetitionRateHz: 80e6)
    scan.bench.emitters = [dot, dot, dot]
    scan.emitterPlaces = [0.4, 1.3, 2.8].map { SamplePlace(xMicrometers: $0, yMicrometers: $0) }
    scan.bench.background[0].decays = [.init(share: 1, lifetimeNanoseconds: 1e6)]
    scan.raster.dwellSeconds = 0.02
    scan.raster.order = .serpentine
    scan.raster.flyBackSeconds = 0.01
    let one = ScanSimulator(scan: scan, seed: 9).run()
    let many = ScanSimulator(scan: scan, seed: 9).run(threads: threads)
    #expect(one.counts == many.counts)
    #expect(one.stateChanges == many.stateChanges)
    #expect(ScanSimulator(scan: scan, seed: 10).run().counts != one.counts)
  }

  /// What was counted before an interruption is what a whole scan counts.
  @Test(arguments: 28...33) func interruption(afterPieces pieces: Int) {
    var scan = ScanBenches.steady
    // More light, so that a pixel is more than one piece of work.
    scan.bench.background[2].rateHz = 3e6
    let whole = ScanSimulator(scan: scan, seed: 2).run()
    var left = pieces
    let part = ScanSimulator(scan: scan, seed: 2).run { _ in
      left -= 1
      return left > 0
    }
    #expect(part.visited > 5 && part.visited < 30)
    for visit in 0..<scan.raster.pixelCount {
      let i = scan.raster.index(of: scan.raster.pixel(ofVisit: visit))
      #expect(part.counts[i] == (visit < part.visited ? whole.counts[i] : -1))
    }
  }
}
