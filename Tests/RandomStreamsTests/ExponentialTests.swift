import CGSL
import RandomStreams
import Testing

@Suite("Exponential of the ziggurat, false-alarm probability 1e-6 per comparison")
struct ExponentialTests {
  let ziggurat = Ziggurat()
  let law = Law(below: { gsl_cdf_exponential_P($0, 1) }, above: { gsl_cdf_exponential_Q($0, 1) })

  /// A hundred million draws: fifteen mean lives out there are still thirty of them.
  @Test func bodyAndFarTail() {
    var random = testStream(1)
    var sample = Sample.numbers()
    let draws = 100_000_000
    for _ in 0..<draws { sample.count(ziggurat.exponential(&random)) }
    #expect(sample.comparison(with: law).agrees)
    // From 10 the tail alone; 7.6875 is the last edge before the ziggurat's base layer ends.
    for start in [7.6875, 10] { #expect(sample.comparison(with: law, from: start).agrees) }
    for start in [8.0, 10, 12, 14, 15] {
      #expect(isLikely(sample.split(at: start).above, expected: Double(draws) * law.above(start)))
    }
  }

  /// The code behind the base layer, which one draw in 2 200 reaches: streams whose first word lies there.
  @Test func beyondTheBaseLayer() {
    var random = testStream(2)
    var sample = Sample.numbers()
    for _ in 0..<10_000_000 {
      var stream = RandomStream(firstWord: ~0x7FF, from: &random)
      sample.count(ziggurat.exponential(&stream))
    }
    let tail = 7.69711747013104972
    let beyond = Law(
      below: { $0 <= tail ? 0 : gsl_cdf_exponential_P($0 - tail, 1) },
      above: { $0 <= tail ? 1 : gsl_cdf_exponential_Q($0 - tail, 1) })
    #expect(sample.comparison(with: beyond).agrees)
  }
}
