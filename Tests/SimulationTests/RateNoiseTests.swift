import Bench
import CGSL
import Emitters
import Light
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

@Suite("Scatter of rates and detected spectra, false-alarm probability 1e-6 per comparison")
struct RateNoiseTests {
  /// 200 recordings: their rates' variance is a chi-square with 199 degrees of freedom times the predicted one.
  @Test(arguments: [BunchingTests.cases[0], BunchingTests.cases[3]])
  func scatterOfRates(_ test: BunchingTests.Case) {
    var bench = TestBench(coupling: 0.05, charged: nil).bench
    bench.emitters = [test.emitter]
    bench.durationSeconds = 4
    let predictor = Predictor(bench: bench)
    let rates = (1...200).map { seed in
      Double(Stream(bench, seed: UInt64(seed), threads: 1).tags.count { $0.channel == 0 }) / 4
    }
    let mean = rates.reduce(0, +) / 200
    let chiSquare =
      rates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      / gsl_pow_2(predictor.rateStandardDeviationHz(0, overSeconds: 4))
    // Rates of four seconds are nearly Gaussian; their variance is a tenth uncertain all the same.
    #expect(gsl_cdf_chisq_Q(chiSquare / 1.1, 199) > falseAlarm / 2, "\(chiSquare)")
    #expect(gsl_cdf_chisq_P(chiSquare * 1.1, 199) > falseAlarm / 2, "\(chiSquare)")
    // Blinking is most of it.
    #expect(predictor.rateStandardDeviationHz(0, overSeconds: 4) > 3 * (mean / 4).squareRoot())
  }

  /// The spectrum at a detector holds all of its clicks but the dark ones, nothing outside an ideal filter, and wandering
  /// lines make it wider.
  @Test func spectraHoldTheRates() {
    var test = TestBench(background: [TestBench.slowBand])
    test.charged = nil
    var bench = test.bench
    bench.emitters[0].spectralDiffusion = SpectralDiffusion(
      motion: .jumps, sigmaMillielectronvolts: 20, correlationSeconds: 1)
    let predictor = Predictor(bench: bench)
    let step = 0.05
    let wavelengths = stride(from: 500.0, through: 760, by: step).map { $0 }
    for d in 0..<2 {
      let seen = predictor.spectrum(atDetector: d, wavelengthsNanometers: wavelengths)
      // Signal and background of both detectors are alike: half of the components' rates each.
      let rates = predictor.componentRatesHz
      let signal = rates[0].rateHz + rates[1].rateHz
      #expect(abs(seen.signal.reduce(0, +) * step / (signal / 2) - 1) < 3e-3)
      #expect(abs(seen.background.reduce(0, +) * step / (rates[2].rateHz / 2) - 1) < 3e-3)
      for (wavelength, value) in zip(wavelengths, seen.signal) where abs(wavelength - 618) > 25.01 {
        #expect(value == 0)
      }
    }
  }
}
