import Analysis
import CGSL
import Glibc
import Testing

/// Autocorrelation and power spectrum of a random telegraph (Machlup, J. Appl. Phys. 25, 341 (1954)): relative variance
/// v = (I₁ − I₂)² p₁ p₂/Ī², correlation time T with 1/T = 1/s₁ + 1/s₂ for mean stays s, G(τ) = v e^(−τ/T), and the one-sided
/// spectrum 4 v T/(1 + (2πfT)²) above the shot noise 2/Ī.
@Suite struct TelegraphNoiseTests {
  static let bin = 1e-3
  static let rates = (on: 40_000.0, off: 4000.0)
  static let stays = (on: 0.08, off: 0.14)
  static let time = 1 / (1 / stays.on + 1 / stays.off)
  static let mean = (rates.on * stays.on + rates.off * stays.off) / (stays.on + stays.off)
  static let variance =
    (rates.on - rates.off) * (rates.on - rates.off) * stays.on * stays.off
    / ((stays.on + stays.off) * (stays.on + stays.off)) / (mean * mean)

  /// Photons per bin, the light within a bin added up exactly.
  static func counts(seed: UInt, bins: Int) -> [Int] {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var isOn = gsl_rng_uniform(rng) < stays.on / (stays.on + stays.off)
    var left = gsl_ran_exponential(rng, isOn ? stays.on : stays.off)
    return (0..<bins).map { _ in
      var light = 0.0
      var open = bin
      while left < open {
        light += left * (isOn ? rates.on : rates.off)
        open -= left
        isOn.toggle()
        left = gsl_ran_exponential(rng, isOn ? stays.on : stays.off)
      }
      left -= open
      light += open * (isOn ? rates.on : rates.off)
      return Int(gsl_ran_poisson(rng, light))
    }
  }

  /// Mean over recordings against the truth, in standard deviations of the mean; `allowance` is the relative error of the closed
  /// form taken at the middle of a band.
  func expect(_ samples: [[Double]], at axis: [Double], allowance: Double, _ truth: (Double) -> Double) {
    let n = Double(samples.count)
    var worst = 0.0
    for i in axis.indices {
      let values = samples.map { $0[i] }
      let mean = values.reduce(0, +) / n
      let scatter = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n).squareRoot()
      let expected = truth(axis[i])
      let pull = (abs(mean - expected) - allowance * abs(expected)) / scatter
      worst = max(worst, pull)
      // Student's t with 47 degrees of freedom: 5.6 is a false alarm of 1e-6
      #expect(pull < 5.6, "at \(axis[i]): \(mean) ± \(scatter), expected \(expected)")
    }
    print("telegraph: worst of \(axis.count) pulls \(worst)")
  }

  @Test("autocorrelation and power spectrum over 48 recordings of 66 s (false alarm 1e-6 a point)")
  func closedForms() {
    let all = (1...48 as ClosedRange<UInt>).map { Self.counts(seed: $0, bins: 65536) }
    let correlations = all.map { TraceAutocorrelation($0, binSeconds: Self.bin) }
    let delays = correlations[0].delayS.filter { $0 < 0.25 }
    // the sample's own mean takes 2 T v/duration from a correlation, twice at the most
    let taken = 4 * Self.time * Self.variance / 65.536
    expect(correlations.map { $0.value.map { $0 + taken / 2 } }, at: delays, allowance: 0.01) {
      Self.variance * exp(-$0 / Self.time)
    }
    let spectra = all.map { IntensitySpectrum($0, binSeconds: Self.bin) }
    let frequencies = spectra[0].frequencyHz
    expect(spectra.map(\.densityPerHz), at: frequencies, allowance: 0.02) {
      4 * Self.variance * Self.time / (1 + pow(2 * .pi * $0 * Self.time, 2)) + 2 / Self.mean
    }
    let shot = spectra.reduce(0) { $0 + $1.shotNoisePerHz } / 48
    #expect(abs(shot * Self.mean / 2 - 1) < 0.02)
  }

  @Test("the spectrum adds up to the variance of the trace over the squared mean")
  func parseval() {
    let counts = Self.counts(seed: 100, bins: 65536)
    let spectrum = IntensitySpectrum(counts, binSeconds: Self.bin)
    // bands reach from halfway to the neighbour below to halfway to the one above
    var sum = 0.0
    for i in spectrum.frequencyHz.indices.dropFirst().dropLast() {
      sum += spectrum.densityPerHz[i] * (spectrum.frequencyHz[i + 1] - spectrum.frequencyHz[i - 1]) / 2
    }
    let n = Double(counts.count)
    let mean = Double(counts.reduce(0, +)) / n
    let variance = counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / n / (mean * mean)
    print("telegraph: spectrum \(sum), variance \(variance)")
    // the window forgets the ends: some 600 correlation times, 4.89 times 6 %
    #expect(abs(sum / variance - 1) < 0.3)
  }
}
