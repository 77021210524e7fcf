import CGSL
import RandomStreams
import Testing

@Suite("Truncated power law, false-alarm probability 1e-6 per comparison")
struct TruncatedPowerLawTests {
  /// The integral of u^(a − 1) e^(−u/T) from t, in units of T^a; without cut-off T, in no unit.
  func gamma(_ a: Double, _ t: Double, _ cutoff: Double) -> Double {
    if cutoff == .infinity { return -PortableMath.power(t, a) / a }
    return t / cutoff > 700 ? 0 : gsl_sf_gamma_inc(a, t / cutoff)
  }

  @Test(arguments: [
    (1.5, 1e-3, 2.0), (1.2, 0.01, 0.1), (2, 1e-6, 10), (2.5, 1, 30), (1.8, 0.5, .infinity), (3, 2, .infinity),
  ])
  func dwell(exponent: Double, minimum: Double, cutoff: Double) {
    var random = testStream(40)
    let drawn = TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff)
    let whole = gamma(1 - exponent, minimum, cutoff)
    let law = Law(above: { gamma(1 - exponent, max($0, minimum), cutoff) / whole })
    var sample = Sample.numbers()
    for _ in 0..<4_000_000 { sample.count(drawn.draw(&random)) }
    #expect(sample.comparison(with: law).agrees)
    for share in [0.1, 1e-3] { #expect(sample.comparison(with: law, inTailOf: share).agrees) }
    if cutoff < .infinity {
      let mean = cutoff * gamma(2 - exponent, minimum, cutoff) / whole
      #expect(abs(drawn.mean / mean - 1) < 1e-6)
    }
  }

  /// The residual dwell has density S(t)/mean, S the survival function (Cox 1962): its survival is integrated by parts.
  @Test(arguments: [
    (1.5, 1e-3, 2.0), (1.2, 0.01, 0.1), (2, 1e-6, 10), (2.5, 1, 30), (1.5, 3, 2), (3, 2, .infinity),
  ])
  func residualDwell(exponent: Double, minimum: Double, cutoff: Double) {
    var random = testStream(41)
    let drawn = TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff)
    let unit = cutoff == .infinity ? 1 : cutoff
    let whole = gamma(1 - exponent, minimum, cutoff)
    let mean = unit * gamma(2 - exponent, minimum, cutoff) / whole
    // ∫ S from x is ∫ t p(t) dt from x less x S(x); below the minimum S is 1.
    let law = Law(above: { x in
      if x <= minimum { return 1 - x / mean }
      let survival = gamma(1 - exponent, x, cutoff) / whole
      let moment = unit * gamma(2 - exponent, x, cutoff) / whole
      return (moment - x * survival) / mean
    })
    var sample = Sample.numbers()
    for _ in 0..<4_000_000 { sample.count(drawn.drawResidual(&random)) }
    #expect(sample.comparison(with: law).agrees)
    for share in [0.1, 1e-3] { #expect(sample.comparison(with: law, inTailOf: share).agrees) }
  }
}
