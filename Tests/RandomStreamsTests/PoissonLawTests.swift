import CGSL
import RandomStreams
import Testing

@Suite("Poisson law, false-alarm probability 1e-6 per comparison")
struct PoissonLawTests {
  @Test(arguments: [1e-4, 0.01, 1, 30, 3000, 1e4])
  func integerByInteger(mean: Double) {
    var random = testStream(20)
    let drawn = PoissonLaw(mean: mean)
    var sample = Sample.integers(below: 20_000)
    for _ in 0..<20_000_000 { sample.count(drawn.draw(&random)) }
    let law = Law(upTo: { gsl_cdf_poisson_P($0, mean) }, beyond: { gsl_cdf_poisson_Q($0, mean) })
    #expect(sample.comparison(with: law).agrees)
    if mean >= 1 { #expect(sample.comparison(with: law, inTailOf: 1e-4).agrees) }
  }

  @Test func nothingHappensAtMeanZero() {
    var random = testStream(21)
    let law = PoissonLaw(mean: 0)
    #expect((0..<1000).allSatisfy { _ in law.draw(&random) == 0 })
  }
}
