import Analysis
import Bench
import CGSL
import Detectors
import Emitters
import Light
import Photonics
import Prediction
import Simulation
import Testing

/// A spectrometer for tests: 400 pixels of half a nanometre around 620 nm.
func testSpectrometer(
  pixels: Int = 400, perPixel: Double = 0.5, resolution: Double = 0.8, seconds: Double = 0.05, accumulations: Int = 1,
  camera: Camera = Camera(
    darkElectronsPerSecond: 20, readNoiseElectrons: 4, countsPerElectron: 0.8, offsetCounts: 300)
) -> Spectrometer {
  Spectrometer(
    name: "test", centerNanometers: 620, nanometersPerPixel: perPixel, pixels: pixels,
    resolutionNanometers: resolution, resolutionStatedAtNanometers: 600,
    efficiency: EfficiencyCurve(wavelengthsNanometers: [480, 600, 760], values: [0.3, 0.6, 0.4]), camera: camera,
    integrationSeconds: seconds, accumulations: accumulations)
}

/// A bench with bands and, where given, an emitter under continuous excitation.
func spectrumBench(
  _ bands: [(center: Double, fwhm: Double, rateHz: Double)], emitter: Emitter? = nil, filter: SpectralFilter? = nil,
  shape: Spectrum.Shape = .gaussian
) -> Bench {
  Bench(
    name: "spectrum", excitation: Excitation(wavelengthNanometers: 532, mode: .continuous),
    emitters: emitter.map { [$0] } ?? [],
    background: bands.enumerated().map { i, band in
      BackgroundComponent(
        name: "band \(i + 1)",
        spectrum: Spectrum(shape: shape, centerNanometers: band.center, fwhmNanometers: band.fwhm),
        rateAtFilterHz: band.rateHz, decays: [.init(share: 1, lifetimeNanoseconds: 2)])
    },
    path: LightPath(
      coupling: .constant(0.2), losses: [.init(name: "optics", transmission: 0.5)],
      filters: filter.map { [.init(name: "filter", transmission: .bandPass($0))] } ?? [], arms: []),
    detectors: [], electronics: .ideal, durationSeconds: 1)
}

/// A line of 28 nm at 610 nm; with a dark state it blinks.
func lineEmitter(
  blinking: DwellLaw? = nil, diffusion: SpectralDiffusion? = nil, center: Double = 610, fwhm: Double = 28
) -> Emitter {
  func state(_ name: String, _ yield: Double) -> Emitter.SlowState {
    .init(
      name: name,
      scheme: LevelScheme(
        levels: ["g", "e"],
        transitions: [
          .init(
            from: 1, to: 0, ratePerNanosecond: 1 / 20.0, quantumYield: yield,
            line: Spectrum(centerNanometers: center, fwhmNanometers: fwhm))
        ]), dwell: blinking)
  }
  var emitter = Emitter(
    name: "dot", states: blinking == nil ? [state("on", 0.8)] : [state("on", 0.8), state("off", 0)],
    absorption: .ratePerNanosecond(0.02))
  emitter.spectralDiffusion = diffusion
  return emitter
}

/// Fits a simulated spectrum with the noise and response that its camera has.
func fitted(
  _ bench: Bench, _ spectrometer: Spectrometer, seed: UInt64, lines: Int?, response: [Double],
  shape: SpectralLineShape = .gaussian
) throws -> SpectrumFitResult {
  let taken = SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: seed).run()
  let n = Double(spectrometer.accumulations)
  var options = SpectrumFitOptions()
  options.lines = lines
  options.shape = shape
  options.resolutionNanometers = spectrometer.resolutionNanometers
  return try fitSpectrum(
    MeasuredSpectrum(
      wavelengthsNanometers: spectrometer.pixelCentersNanometers, counts: taken.counts.map(Double.init),
      response: response),
    noise: CameraNoise(
      countsPerElectron: spectrometer.camera.countsPerElectron, offsetCounts: n * spectrometer.camera.offsetCounts,
      readingVariance: n * spectrometer.camera.readingVariance), options: options)
}

@Suite("Spectra of a camera, false-alarm probability 1e-6 per comparison, two-sided")
struct SpectrumTests {
  /// Pixels against the expectation: each group of pixels is normal about its mean.
  func chiSquare(_ counts: [Int], _ expected: SpectrumPrediction, scale: Double = 1) -> Double {
    let (mean, variance) = (expected.counts, expected.countVariances)
    let floor = expected.spectrometer.camera.offsetCounts * Double(expected.spectrometer.accumulations)
    return counts.indices.reduce(0) {
      let m = floor + scale * (mean[$1] - floor)
      let d = Double(counts[$1]) - m
      return $0 + d * d / variance[$1]
    }
  }

  func expectLaw(_ chiSquare: Double, _ freedom: Int, _ what: String = "") {
    #expect(gsl_cdf_chisq_Q(chiSquare, Double(freedom)) > falseAlarm / 2, "\(what) \(chiSquare) of \(freedom)")
    #expect(gsl_cdf_chisq_P(chiSquare, Double(freedom)) > falseAlarm / 2, "\(what) \(chiSquare) of \(freedom)")
  }

  /// The pixels hold what the overlap integral of line, filter and sensor says, and what `Predictor` expects of a detector.
  @Test func pixelsHoldTheDetectedRate() {
    let filter = SpectralFilter(centerNanometers: 618, bandwidthNanometers: 50, transmission: 0.9)
    let spectrometer = testSpectrometer()
    let bench = spectrumBench([(617, 59.5, 4e5)], emitter: lineEmitter(), filter: filter)
    let prediction = SpectrumPrediction(bench: bench, spectrometer: spectrometer)
    let rates = Predictor(bench: bench.seen(by: spectrometer)).componentRatesHz
    let sums = prediction.components.map { $0.electrons.reduce(0, +) / spectrometer.exposureSeconds }
    #expect(abs(sums[0] / rates[0].rateHz - 1) < 1e-7)
    #expect(abs(sums[1] / rates[1].rateHz - 1) < 1e-7)
    // By hand: two levels, pumped at 0.02/ns and decaying at 0.05/ns, yield 0.8; a tenth reaches the filter.
    let emitted = 0.02 * 0.05 / 0.07 * 0.8 * 1e9 * 0.1
    let passed = stride(from: 593.005, to: 643, by: 0.01).reduce(0) { sum, wavelength in
      let x = (wavelength - 610) / 28
      let eta = wavelength < 600 ? 0.3 + 0.3 * (wavelength - 480) / 120 : 0.6 - 0.2 * (wavelength - 600) / 160
      return sum + 0.01 * 0.939437 / 28 * gsl_sf_exp(-2.772589 * x * x) * 0.9 * eta
    }
    #expect(abs(sums[0] / (emitted * passed) - 1) < 1e-5)
    // Nothing beyond the filter but what the line spread carries there.
    for (wavelength, electrons) in zip(spectrometer.pixelCentersNanometers, prediction.electrons)
    where abs(wavelength - 618) > 25 + 0.25 + 2.5 {
      #expect(electrons < 1e-6)
    }
  }

  @Test(arguments: [Spectrum.Shape.gaussian, .lorentzian])
  func drawnAndExpectedPixelsAgree(_ shape: Spectrum.Shape) {
    let filter = SpectralFilter(centerNanometers: 640, bandwidthNanometers: 110, edgeOrder: 12)
    let spectrometer = testSpectrometer(accumulations: 3)
    let bench = spectrumBench([(617, 59.5, 2e6), (676, 51.4, 2e6), (655, 0.3, 2e5)], filter: filter, shape: shape)
    let prediction = SpectrumPrediction(bench: bench, spectrometer: spectrometer)
    for seed in 1...3 {
      let taken = SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: UInt64(seed)).run()
      #expect(taken.exposures == 3 && taken.cosmicHits == 0 && taken.saturatedReadings == 0)
      expectLaw(chiSquare(taken.counts, prediction), spectrometer.pixels, "seed \(seed)")
    }
  }

  /// Both engines, one emitter: the total scatters a little less than a Poisson number, the shape not at all.
  @Test(arguments: [Simulator.Engine.fast, .reference])
  func emittersOfBothEngines(_ engine: Simulator.Engine) {
    let spectrometer = testSpectrometer(seconds: engine == .fast ? 0.5 : 0.05)
    let filter = SpectralFilter(centerNanometers: 640, bandwidthNanometers: 90)
    let bench = spectrumBench([], emitter: lineEmitter(), filter: filter)
    let prediction = SpectrumPrediction(bench: bench, spectrometer: spectrometer)
    let taken = SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: 5, engine: engine).run()
    let drawn = Double(taken.photoelectrons[0].electrons)
    let expected = prediction.electrons.reduce(0, +)
    #expect(abs(drawn - expected) < 4.9 * expected.squareRoot())
    expectLaw(chiSquare(taken.counts, prediction, scale: drawn / expected), spectrometer.pixels - 1)
  }

  /// Totals of 100 spectra of a blinking dot scatter as the prediction says, much more than photons would.
  @Test func blinkingScattersTheTotal() {
    let spectrometer = testSpectrometer(seconds: 0.1)
    let bench = spectrumBench([], emitter: lineEmitter(blinking: .exponential(meanSeconds: 0.005)))
    let predictor = Predictor(bench: bench.seen(by: spectrometer))
    let totals = (1...100).map { seed in
      Double(
        SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: UInt64(seed)).run().photoelectrons[0]
          .electrons)
    }
    let mean = totals.reduce(0, +) / 100
    let sigma = predictor.rateStandardDeviationHz(0, overSeconds: 0.1) * 0.1
    let sum = totals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    // The totals are not quite normal: a tenth of leeway.
    #expect(gsl_cdf_chisq_Q(sum / (sigma * sigma) / 1.1, 99) > falseAlarm / 2)
    #expect(gsl_cdf_chisq_P(sum / (sigma * sigma) * 1.1, 99) > falseAlarm / 2)
    #expect(sigma > 10 * mean.squareRoot())
    #expect(abs(mean / SpectrumPrediction(bench: bench, spectrometer: spectrometer).electrons.reduce(0, +) - 1) < 0.15)
  }

  /// Many positions of a wandering line in one exposure: the line is as wide as both Gaussians together.
  @Test func wanderingBroadensTheLine() throws {
    let spectrometer = testSpectrometer(seconds: 0.5)
    let sigma = 15.0
    let diffusion = SpectralDiffusion(
      motion: .jumps, sigmaMillielectronvolts: sigma, correlationSeconds: 2e-4, positions: 65)
    let bench = spectrumBench([], emitter: lineEmitter(diffusion: diffusion, center: 610, fwhm: 15))
    let prediction = SpectrumPrediction(bench: bench, spectrometer: spectrometer)
    let fit = try fitted(bench, spectrometer, seed: 3, lines: 1, response: prediction.response)
    let inNanometers = 2.3548 * sigma * 610 * 610 / 1.2398e6
    let expected = (15 * 15 + inNanometers * inNanometers).squareRoot()
    // 2,500 positions in half a second: the width scatters by 1.4 %.
    #expect(abs(fit.lines[0].fwhmNm.value / expected - 1) < 0.07)
    #expect(expected > 18)
    // Each position lasts much longer than the exposure: the line stands somewhere, as wide as it is.
    let still = SpectralDiffusion(
      motion: .jumps, sigmaMillielectronvolts: sigma, correlationSeconds: 1e5, positions: 65)
    let one = try fitted(
      spectrumBench([], emitter: lineEmitter(diffusion: still, fwhm: 15)), spectrometer, seed: 3, lines: 1,
      response: prediction.response)
    #expect(abs(one.lines[0].fwhmNm.value / 15 - 1) < 0.02)
  }

  /// The paper's 0.9 meV at 600 nm: a line of a hundredth of that width appears that wide.
  @Test func aNarrowLineIsAsWideAsTheResolution() throws {
    let resolution = 600 * 600 * 0.9e-3 / hcElectronvoltNanometers
    let spectrometer = Spectrometer(
      name: "paper", centerNanometers: 600, nanometersPerPixel: 0.1264, pixels: 300, resolutionNanometers: resolution,
      resolutionStatedAtNanometers: 600, efficiency: EfficiencyCurve(constant: 0.5),
      camera: testSpectrometer().camera, integrationSeconds: 0.1)
    #expect(abs(spectrometer.resolutionMillielectronvolts - 0.9) < 1e-12)
    let bench = spectrumBench([(600.03, 0.0026, 1e6)])
    let response = SpectrumPrediction(bench: bench, spectrometer: spectrometer).response
    let line = try fitted(bench, spectrometer, seed: 2, lines: 1, response: response).lines[0]
    // 50,000 photons: the apparent width is known to 0.3 %.
    #expect(abs(line.apparentFwhmNm - 0.2613) < 0.005)
    #expect(line.fwhmNm.value < 0.05)
    #expect(abs(line.centerNm.value - 600.03) < 5 * line.centerNm.uncertainty)
  }
}

@Suite("A camera's noise, false-alarm probability 1e-6 per comparison, two-sided")
struct CameraTests {
  /// The photon transfer curve: variance against mean is a line whose slope is the gain and whose foot the read noise.
  @Test func photonTransferGivesGainAndReadNoise() {
    let camera = Camera(darkElectronsPerSecond: 30, readNoiseElectrons: 6, countsPerElectron: 0.7, offsetCounts: 300)
    let spectrometer = testSpectrometer(pixels: 20, seconds: 0.01, camera: camera)
    let exposures = 600
    var points: [(mean: Double, variance: Double)] = []
    for rate in [0.0, 3e5, 3e6] {
      let bench = spectrumBench([(620, 400, rate)])
      let pixels = (1...exposures).map {
        SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: UInt64($0)).run().counts.map(Double.init)
      }
      for i in 0..<spectrometer.pixels {
        let mean = pixels.reduce(0) { $0 + $1[i] } / Double(exposures)
        let variance = pixels.reduce(0) { $0 + ($1[i] - mean) * ($1[i] - mean) } / Double(exposures - 1)
        points.append((mean, variance))
      }
    }
    // A weighted line: the variance of a variance v of n normal numbers is 2 v²/(n − 1).
    var (c0, c1, cov00, cov01, cov11, chisq) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    let weights = points.map { Double(exposures - 1) / (2 * $0.variance * $0.variance) }
    gsl_fit_wlinear(
      points.map { $0.mean - 300 }, 1, weights, 1, points.map(\.variance), 1, points.count, &c0, &c1, &cov00, &cov01,
      &cov11, &chisq)
    // Weights from the variances themselves pull both down by 2/(n − 1), a third of a percent; left in the bound.
    #expect(abs(c1 - 0.7) < 4.9 * cov11.squareRoot() + 0.7 * 2 / 599)
    let foot = 0.49 * 36 + 1 / 12.0
    #expect(abs(c0 - foot) < 4.9 * cov00.squareRoot() + foot * 2 / 599)
    #expect(cov11.squareRoot() < 0.03 && cov00.squareRoot() < 0.5)
    #expect(abs(camera.readingVariance - foot) < 1e-12)
  }

  @Test func cosmicRaysOnlyWhereAskedFor() {
    var camera = Camera(darkElectronsPerSecond: 0, readNoiseElectrons: 4, countsPerElectron: 0.8, offsetCounts: 300)
    #expect(camera.cosmicRays == nil)
    camera.cosmicRays = .init(rateHz: 2, meanElectrons: 1_500)
    let spectrometer = testSpectrometer(seconds: 100, accumulations: 4, camera: camera)
    let taken = SpectrumSimulator(bench: spectrumBench([]), spectrometer: spectrometer, seed: 9).run()
    // 800 hits of 1,500 electrons, exponential: the sum scatters by √(2 × 800) × 1,500.
    #expect(abs(Double(taken.cosmicHits) - 800) < 4.9 * 800.0.squareRoot())
    #expect(abs(Double(taken.cosmicElectrons) - 1.2e6) < 4.9 * 1600.0.squareRoot() * 1_500)
    let expected = SpectrumPrediction(bench: spectrumBench([]), spectrometer: spectrometer)
    #expect(abs(expected.cosmicElectrons * 400 - 1.2e6) < 1e-3)
    let above = taken.counts.reduce(0) { $0 + Double($1) - 1_200 }
    #expect(abs(above / 0.8 - Double(taken.cosmicElectrons)) < 5 * (1_600.0 * 16.2).squareRoot())
  }

  @Test func readingsEndAtSixteenBits() {
    let camera = Camera(darkElectronsPerSecond: 0, readNoiseElectrons: 4, countsPerElectron: 10, offsetCounts: 300)
    let spectrometer = testSpectrometer(seconds: 1, accumulations: 2, camera: camera)
    let bench = spectrumBench([(620, 20, 2e6)])
    let taken = SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: 1).run()
    #expect(taken.saturatedReadings > 20)
    #expect(taken.counts.max() == 2 * 65_535)
    let expected = SpectrumPrediction(bench: bench, spectrometer: spectrometer).counts
    #expect(expected.count { $0 > 2 * 65_535 } * 2 - taken.saturatedReadings < 10)
  }

  /// The same counts whatever the threads; others for another seed; a photon spectrum that does not depend on the camera.
  @Test func sameSeedSameCounts() {
    let bench = spectrumBench([(650, 40, 1e6)], emitter: lineEmitter(blinking: .exponential(meanSeconds: 0.01)))
    let spectrometer = testSpectrometer(accumulations: 3)
    let one = SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: 4).run(threads: 1)
    let four = SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: 4).run(threads: 4)
    let other = SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: 5).run(threads: 4)
    #expect(one.counts == four.counts)
    #expect(one.counts != other.counts)
    #expect(one.photoelectrons.map(\.electrons) == four.photoelectrons.map(\.electrons))
    let stopped = SpectrumSimulator(bench: bench, spectrometer: spectrometer, seed: 4).run { _ in false }
    #expect(stopped.exposures < 3)
  }
}

@Suite("Fits of simulated spectra return what went in, false-alarm probability 1e-6 per comparison, two-sided")
struct SpectrumFitAgreementTests {
  /// Pulls over many spectra: mean 0, variance 1.
  func expectUnitPulls(_ pulls: [Double], _ what: String) {
    let n = Double(pulls.count)
    let mean = pulls.reduce(0, +) / n
    let sum = pulls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(abs(mean) * n.squareRoot() < gsl_cdf_ugaussian_Qinv(falseAlarm / 2), "\(what): mean \(mean)")
    #expect(gsl_cdf_chisq_Q(sum, n - 1) > falseAlarm / 2, "\(what): variance \(sum / (n - 1))")
    #expect(gsl_cdf_chisq_P(sum, n - 1) > falseAlarm / 2, "\(what): variance \(sum / (n - 1))")
  }

  /// Faint enough that read noise and photon noise both count.
  @Test(arguments: [SpectralLineShape.gaussian, .lorentzian])
  func pullsOfOneLine(_ shape: SpectralLineShape) throws {
    let spectrometer = testSpectrometer(pixels: 200, perPixel: 1, resolution: 1.5)
    let filter = SpectralFilter(centerNanometers: 625, bandwidthNanometers: 130)
    let bench = spectrumBench(
      [(610, 12, 8e5)], filter: filter, shape: shape == .gaussian ? .gaussian : .lorentzian)
    let response = SpectrumPrediction(bench: bench, spectrometer: spectrometer).response
    // The response includes the optics before the filter, of transmission 0.5; the band's rate is stated behind them.
    let area = 8e5 * 0.05 * 0.8 * response.max()! / 0.5
    var pulls: [String: [Double]] = [:]
    let spectra = shape == .gaussian ? 300 : 100
    for seed in 1...spectra {
      let fit = try fitted(bench, spectrometer, seed: UInt64(seed), lines: 1, response: response, shape: shape)
      let line = fit.lines[0]
      for (name, measured, truth) in [
        ("center", line.centerNm, 610), ("width", line.fwhmNm, 12), ("area", line.area, area),
        ("floor", fit.floor, 300 + 0.8 * 20 * 0.05),
      ] {
        pulls[name, default: []].append((measured.value - truth) / measured.uncertainty)
      }
      pulls["chi-square", default: []].append(
        (fit.chi2Reduced - 1) / (2.0 / Double(200 - 4 - fit.pixelsLeftOut)).squareRoot())
    }
    for (name, values) in pulls where name != "chi-square" { expectUnitPulls(values, name) }
    // The sum of so many chi-squares.
    let sum = pulls["chi-square"]!.reduce(0, +)
    #expect(abs(sum) < 4.9 * Double(spectra).squareRoot(), "chi-square \(sum)")
  }

  /// The guide's two bands behind the paper's filter, and how many there are is found.
  @Test func pullsOfTwoBands() throws {
    let spectrometer = testSpectrometer(pixels: 240, perPixel: 0.9, resolution: 1.2)
    let filter = SpectralFilter(centerNanometers: 625, bandwidthNanometers: 170)
    let bench = spectrumBench([(617, 39.5, 4e6), (676, 31.4, 4e6)], filter: filter)
    let response = SpectrumPrediction(bench: bench, spectrometer: spectrometer).response
    var pulls = [[Double]](repeating: [], count: 4)
    for seed in 1...100 {
      let fit = try fitted(bench, spectrometer, seed: UInt64(seed), lines: seed <= 20 ? nil : 2, response: response)
      #expect(fit.lines.count == 2)
      guard fit.lines.count == 2 else { continue }
      let measured = fit.lines.flatMap { [$0.centerNm, $0.fwhmNm] }
      for (i, truth) in [617, 39.5, 676, 31.4].enumerated() {
        pulls[i].append((measured[i].value - truth) / measured[i].uncertainty)
      }
    }
    for (i, values) in pulls.enumerated() { expectUnitPulls(values, "parameter \(i)") }
  }
}
