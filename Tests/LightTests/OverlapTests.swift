import CGSL
import Light
import Testing

@Suite("Spectral overlap")
struct OverlapTests {
  /// The share of a Gaussian between two wavelengths, from GSL's error function.
  func gaussianShare(center: Double, fwhm: Double, from a: Double, to b: Double) -> Double {
    let sigma = fwhm / (2 * (2 * gsl_sf_log(2)).squareRoot())
    return gsl_cdf_gaussian_P(b - center, sigma) - gsl_cdf_gaussian_P(a - center, sigma)
  }

  /// The shares of the paper's bands in 593–643 nm: 610/28, 617/59.5, 676/51.4 and 680/51.4 nm.
  @Test(arguments: [(610.0, 28.0, 0.921), (617, 59.5, 0.677), (676, 51.4, 0.065), (680, 51.4, 0.045)])
  func idealFilterPassesTheShareOfTheErrorFunction(center: Double, fwhm: Double, rounded: Double) {
    let filter = SpectralFilter(centerNanometers: 618, bandwidthNanometers: 50)
    let share = overlap(
      of: Spectrum(centerNanometers: center, fwhmNanometers: fwhm), through: [.bandPass(filter)])
    #expect(abs(share - gaussianShare(center: center, fwhm: fwhm, from: 593, to: 643)) < 1e-9)
    #expect(abs(share - rounded) < 6e-4)
  }

  @Test func spectraAreNormalised() {
    #expect(
      abs(overlap(of: Spectrum(centerNanometers: 610, fwhmNanometers: 28), through: []) - 1) < 1e-9)
    let lorentzian = Spectrum(shape: .lorentzian, centerNanometers: 737, fwhmNanometers: 0.05)
    #expect(abs(overlap(of: lorentzian, through: []) - 1) < 2e-4)
  }

  @Test func aVeryNarrowFilterPassesDensityTimesWidth() {
    let line = Spectrum(centerNanometers: 610, fwhmNanometers: 28)
    let filter = SpectralFilter(centerNanometers: 615, bandwidthNanometers: 1e-4)
    let share = overlap(of: line, through: [.bandPass(filter)])
    #expect(abs(share / (line.density(atNanometers: 615) * 1e-4) - 1) < 1e-6)
  }

  @Test func softEdgesAgreeWithAdaptiveQuadrature() {
    let line = Spectrum(centerNanometers: 610, fwhmNanometers: 28)
    for order in [1.0, 3, 12] {
      let filter = SpectralFilter(
        centerNanometers: 618, bandwidthNanometers: 20, transmission: 0.9, leak: 1e-4, edgeOrder: order)
      // An independent sum: the midpoint rule on a fine grid.
      var sum = 0.0
      let step = 1e-3
      var wavelength = 510 + step / 2
      while wavelength < 710 {
        sum += line.density(atNanometers: wavelength) * filter.transmission(atNanometers: wavelength) * step
        wavelength += step
      }
      #expect(abs(overlap(of: line, through: [.bandPass(filter)]) - sum) < 1e-7)
    }
  }

  @Test func efficiencyTablesInterpolate() {
    let curve = EfficiencyCurve(wavelengthsNanometers: [600, 650], values: [0.6, 0.7])
    #expect(curve.value(atNanometers: 500) == 0.6)
    #expect(abs(curve.value(atNanometers: 625) - 0.65) < 1e-12)
    #expect(curve.value(atNanometers: 900) == 0.7)
    // A symmetric line on a linear slope sees the value at its centre.
    let share = overlap(
      of: Spectrum(centerNanometers: 625, fwhmNanometers: 5), through: [.table(curve)])
    #expect(abs(share - 0.65) < 1e-9)
  }

  @Test func shiftsInEnergy() {
    // REFERENCE: 12 meV to the red at 610 nm is 3.6 nm.
    let red = Spectrum.shifted(centerNanometers: 610, byMillielectronvolts: -12)
    #expect(abs(red - 613.623) < 1e-3)
  }
}
