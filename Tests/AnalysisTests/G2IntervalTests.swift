import Analysis
import CGSL
import Glibc
import Testing

/// Whether the intervals of g2(0) cover the true value as often as they say.
@Suite struct G2IntervalTests {
  /// The probability that the interval of a centre peak over 40 side peaks of `mean` counts covers each of some ratios: the
  /// sum over all centre counts, and over side counts at the five nodes of a Gauss-Hermite rule.
  static func coverage(ratios: [Double], mean: Double, confidence: Double) -> [Double] {
    let total = mean * 40
    let nodes = [
      (-2.856970, 0.011257), (-1.355626, 0.222076), (0, 0.533333), (1.355626, 0.222076), (2.856970, 0.011257),
    ]
    let largest = (ratios.max() ?? 0) * mean
    var result = [Double](repeating: 0, count: ratios.count)
    for (z, weight) in nodes {
      let sides = Int((total + z * total.squareRoot()).rounded())
      for center in 0..<UInt32(largest + 6 * largest.squareRoot() + 10) {
        let interval = PoissonRatio(center: Int(center), sideTotal: sides, sideCells: 40)
          .interval(confidence: confidence)
        for (i, ratio) in ratios.enumerated() where interval.low <= ratio && ratio <= interval.high {
          result[i] += weight * gsl_ran_poisson_pdf(center, ratio * mean)
        }
      }
    }
    return result
  }

  /// No chance in it: the coverage is summed, not drawn.
  @Test(
    "68 ± 3 % and 95 ± 2 % at a paper's counts and at ten counts",
    arguments: [(0.24, 24.0), (0.14, 60), (0.167, 60), (0.4, 24), (0.5, 60)])
  func paper(ratio: Double, mean: Double) {
    #expect(abs(Self.coverage(ratios: [ratio], mean: mean, confidence: oneSigma)[0] - oneSigma) < 0.03)
    #expect(abs(Self.coverage(ratios: [ratio], mean: mean, confidence: twoSigma)[0] - twoSigma) < 0.02)
  }

  @Test("on average over true values from 0.1 to 0.6 within 1 %", arguments: [24.0, 60])
  func average(mean: Double) {
    let ratios = (0..<50).map { 0.105 + 0.01 * Double($0) }
    for confidence in [oneSigma, twoSigma] {
      let all = Self.coverage(ratios: ratios, mean: mean, confidence: confidence)
      #expect(abs(all.reduce(0, +) / Double(all.count) - confidence) < 0.01)
    }
  }

  @Test("a published correction: the relative error kept, and what is right (REFERENCE a.1, row 15)")
  func published() throws {
    // 8.4 of 60 counts per side peak: 0.14 ± 0.05
    let ratio = PoissonRatio(center: 84, sideTotal: 24_000, sideCells: 40)
    let raw = MeasuredValue(0.14, 0.05)
    let correction = BackgroundCorrection(
      raw: raw, rhoSquared: MeasuredValue(0.9, 0),
      intervals: [
        ConfidenceInterval(low: 0.10, high: 0.20, confidence: oneSigma), ratio.interval(confidence: twoSigma),
      ])
    #expect(abs(correction.centerOnlyRelativeError.value - 0.04) < 1e-12)
    #expect(abs(correction.centerOnlyRelativeError.uncertainty - 0.0143) < 1e-4)
    #expect(abs(correction.centerOnly.uncertainty - 0.05) < 1e-12)
    #expect(abs(correction.rhoSquared.uncertainty - 0.0556) < 1e-4)
    // an exact ρ² maps the ends of the interval like the value
    let interval = try #require(correction.rhoSquaredInterval)
    #expect(abs(interval.low - 0) < 1e-12)
    #expect(abs(interval.high - 0.1 / 0.9) < 1e-12)
    // an uncertain one widens both sides in squares
    let unsure = try #require(
      BackgroundCorrection(
        raw: raw, rhoSquared: MeasuredValue(0.9, 0.03),
        intervals: [ConfidenceInterval(low: 0.10, high: 0.20, confidence: oneSigma)]
      ).rhoSquaredInterval)
    let reach = 0.86 / 0.81 * 0.03
    #expect(abs(unsure.high - (0.04 / 0.9 + hypot(0.06 / 0.9, reach))) < 1e-9)
    #expect(abs(unsure.low - (0.04 / 0.9 - hypot(0.04 / 0.9, reach))) < 1e-9)
  }
}
