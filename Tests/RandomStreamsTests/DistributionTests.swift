import CGSL
import RandomStreams
import Testing

/// One rig for all laws: a two-sided chi-square test over equally likely cells.
///
/// - Parameters:
///   - draws: how many variates.
///   - cumulative: the law's cumulative distribution (continuous laws).
///   - next: one variate.
/// - Returns: the probability of a larger and of a smaller chi-square: both must exceed half the false-alarm
///   probability.
func chiSquareTails(draws: Int, cells: Int = 200, cumulative: (Double) -> Double, next: () -> Double) -> (
  upper: Double, lower: Double
) {
  var counts = [Int](repeating: 0, count: cells)
  for _ in 0..<draws {
    let cell = Int(cumulative(next()) * Double(cells))
    counts[min(max(cell, 0), cells - 1)] += 1
  }
  let expected = Double(draws) / Double(cells)
  let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  return (
    gsl_cdf_chisq_Q(chiSquare, Double(cells - 1)), gsl_cdf_chisq_P(chiSquare, Double(cells - 1))
  )
}

/// Each test's probability of failing although the sampler is right.
let falseAlarm = 1e-6

@Suite("Distributions against their laws, false-alarm probability 1e-6 each")
struct DistributionTests {
  let ziggurat = Ziggurat()
  func stream(_ entity: UInt32) -> RandomStream {
    RandomStream(seed: 20_260_101, purpose: .emission, entity: entity, block: 0)
  }
  func check(_ tails: (upper: Double, lower: Double)) {
    #expect(tails.upper > falseAlarm / 2)
    #expect(tails.lower > falseAlarm / 2)
  }

  @Test func exponential() {
    var random = stream(1)
    check(
      chiSquareTails(draws: 4_000_000, cumulative: { gsl_cdf_exponential_P($0, 1) }) { ziggurat.exponential(&random) })
  }

  @Test func exponentialTail() {
    // Beyond the ziggurat's base layer the law is exponential again.
    var random = stream(2)
    var beyond = 0
    let draws = 20_000_000
    for _ in 0..<draws where ziggurat.exponential(&random) > 8 { beyond += 1 }
    let expected = Double(draws) * gsl_cdf_exponential_Q(8, 1)
    let tail = gsl_cdf_poisson_P(UInt32(beyond), expected)
    #expect(tail > falseAlarm / 2 && tail < 1 - falseAlarm / 2)
  }

  @Test func normal() {
    var random = stream(3)
    check(chiSquareTails(draws: 4_000_000, cumulative: { gsl_cdf_ugaussian_P($0) }) { ziggurat.normal(&random) })
  }

  @Test func normalTailOnBothSides() {
    var random = stream(4)
    var above = 0
    var below = 0
    let draws = 20_000_000
    for _ in 0..<draws {
      let x = ziggurat.normal(&random)
      if x > 4 { above += 1 }
      if x < -4 { below += 1 }
    }
    for count in [above, below] {
      let tail = gsl_cdf_poisson_P(UInt32(count), Double(draws) * gsl_cdf_ugaussian_Q(4))
      #expect(tail > falseAlarm / 2 && tail < 1 - falseAlarm / 2)
    }
  }

  @Test(arguments: [0.5, 0.02, 1e-5])
  func geometric(success: Double) {
    var random = stream(5)
    let law = GeometricLaw(success: success)
    // Uniform within the step of the cumulative distribution makes the discrete law continuous.
    check(
      chiSquareTails(draws: 1_000_000, cumulative: { $0 }) {
        let n = Double(law.draw(ziggurat, &random))
        let below = -PortableMath.expMinusOne(n * PortableMath.logOnePlus(-success))
        let step = success * PortableMath.exp(n * PortableMath.logOnePlus(-success))
        return below + random.uniform() * step
      })
  }

  @Test(arguments: [1, 0.5, 0.02, 1e-5, 0])
  func geometricUpToALimit(success: Double) {
    let law = GeometricLaw(success: success)
    for limit: Int64 in [0, 1, 3, 1_000, 1 << 50] {
      var (random, same) = (stream(7), stream(7))
      for _ in 0..<1_000 {
        #expect(law.draw(ziggurat, &random, limit: limit) == min(limit, law.draw(ziggurat, &same)))
      }
    }
  }

  @Test func geometricAtTheEnds() {
    var random = stream(6)
    #expect(GeometricLaw(success: 1).draw(ziggurat, &random) == 0)
    #expect(GeometricLaw(success: 0).draw(ziggurat, &random) == 1 << 62)
  }

  @Test func discreteChoice() {
    var random = stream(7)
    let weights = [0.0, 3, 1e-3, 0, 5, 2, 0.1]
    let law = DiscreteLaw(weights: weights)
    var counts = [Int](repeating: 0, count: weights.count)
    let draws = 4_000_000
    for _ in 0..<draws { counts[law.draw(&random)] += 1 }
    #expect(counts[0] == 0 && counts[3] == 0)
    let total = weights.reduce(0, +)
    let chiSquare = zip(counts, weights).filter { $0.1 > 0 }.reduce(0.0) {
      let expected = Double(draws) * $1.1 / total
      return $0 + (Double($1.0) - expected) * (Double($1.0) - expected) / expected
    }
    #expect(gsl_cdf_chisq_Q(chiSquare, 4) > falseAlarm / 2)
    #expect(gsl_cdf_chisq_P(chiSquare, 4) > falseAlarm / 2)
  }

  @Test(arguments: [(1.5, 1e-3, 2.0), (1.2, 0.01, 0.1), (2.5, 1.0, 30.0)])
  func truncatedPowerLaw(exponent: Double, minimum: Double, cutoff: Double) {
    var random = stream(8)
    let law = TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff)
    let whole = gsl_sf_gamma_inc(1 - exponent, minimum / cutoff)
    check(
      chiSquareTails(
        draws: 400_000, cumulative: { 1 - gsl_sf_gamma_inc(1 - exponent, max($0, minimum) / cutoff) / whole }
      ) { law.draw(&random) })
    let mean = cutoff * gsl_sf_gamma_inc(2 - exponent, minimum / cutoff) / whole
    #expect(abs(law.mean / mean - 1) < 1e-6)
  }

  /// The residual dwell has density S(t)/mean, S the survival function (Cox 1962): its cumulative distribution is
  /// integrated here by parts.
  @Test(arguments: [(1.5, 1e-3, 2.0), (1.2, 0.01, 0.1), (2.5, 1.0, 30.0)])
  func residualOfATruncatedPowerLaw(exponent: Double, minimum: Double, cutoff: Double) {
    var random = stream(9)
    let law = TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff)
    func gamma(_ a: Double, _ t: Double) -> Double { gsl_sf_gamma_inc(a, t / cutoff) }
    let whole = gamma(1 - exponent, minimum)
    let mean = cutoff * gamma(2 - exponent, minimum) / whole
    // ∫₀^x S = x S(x) + ∫_{t₀}^x t p(t) dt for x > t₀, and x below.
    check(
      chiSquareTails(
        draws: 400_000,
        cumulative: { x in
          if x <= minimum { return x / mean }
          let survival = gamma(1 - exponent, x) / whole
          let moment = cutoff * (gamma(2 - exponent, minimum) - gamma(2 - exponent, x)) / whole
          return (x * survival + moment) / mean
        }
      ) { law.drawResidual(&random) })
  }
}
